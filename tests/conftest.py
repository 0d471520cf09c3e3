from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.support import steps

pytest.register_assert_rewrite("tests.support.scenario", "tests.support.memory")
# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
_TESTS: Final = Path(__file__).parent
_OF_ONE_WORKER: Final = ("e2e", "integration")  # each with servers that are started once


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `-n 2 --dist loadgroup`: whole chains run one after another, and beside them what needs none."""
    for item in items:
        place = item.path.relative_to(_TESTS)
        group = place.parts[0] if place.parts[0] in _OF_ONE_WORKER else str(place)
        item.add_marker(pytest.mark.xdist_group(group))
    _require_known_steps(items)


def _require_known_steps(items: list[pytest.Item]) -> None:
    faults = {f"{item.nodeid}: {fault}" for item in items for fault in _faults(item)}
    if faults:
        raise pytest.UsageError(*sorted(faults))


def _faults(item: pytest.Item) -> list[str]:
    return [fault for marker in item.iter_markers("step") if (fault := steps.fault(marker.args))]
