import pytest
from hypothesis import HealthCheck, settings

from tests.support import steps

pytest.register_assert_rewrite("tests.support.scenario", "tests.support.memory")
# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    faults = {f"{item.nodeid}: {fault}" for item in items for fault in _faults(item)}
    if faults:
        raise pytest.UsageError(*sorted(faults))


def _faults(item: pytest.Item) -> list[str]:
    return [fault for marker in item.iter_markers("step") if (fault := steps.fault(marker.args))]
