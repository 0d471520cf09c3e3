import pytest

pytest.register_assert_rewrite("tests.support.scenario", "tests.support.memory")
