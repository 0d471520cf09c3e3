"""Every service has the same rooms, a command that starts it, and events of its own."""

import importlib
import inspect
import pkgutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from contracts.event import Event

ROOT: Final = Path(__file__).resolve().parents[2]
SERVICES: Final = ("portal", "esuvo", "shep_gateway", "university_is", "con")
ROOMS: Final = ("service", "settings", "__main__")
# Services that carry both public services have a room for each; rooms by layer are nowhere.
PUBLIC_SERVICES: Final = dict.fromkeys(("portal", "esuvo", "university_is"), ("duplicates", "grants"))
LAYERS: Final = ("domain", "api", "messaging", "projections")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SCRIPTS: Final[dict[str, str]] = PROJECT["scripts"]


def modules_of(package: str) -> list[str]:
    """Every module below a package, by its import name; migrations are no modules."""
    found = importlib.import_module(package)
    return [each.name for each in pkgutil.walk_packages(found.__path__, f"{package}.") if "migrations" not in each.name]


def events_of(service: str) -> set[type[Event]]:
    """The event classes that a service defines for itself."""
    return {
        each
        for module in modules_of(f"services.{service}")
        for _, each in inspect.getmembers(importlib.import_module(module), inspect.isclass)
        if issubclass(each, Event) and each.__module__.startswith(f"services.{service}.") and "name" in vars(each)
    }


def has(service: str, room: str) -> bool:
    place = ROOT / "services" / service
    return (place / f"{room}.py").is_file() != (place / room / "__init__.py").is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_rooms_of_its_kind(service: str) -> None:
    rooms = (*ROOMS, *PUBLIC_SERVICES.get(service, ()))

    assert [room for room in rooms if not has(service, room)] == []
    assert [room for room in LAYERS if has(service, room)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_migrations_that_begin_with_the_tables_of_the_chassis(service: str) -> None:
    first = ROOT / "services" / service / "migrations" / "versions" / "0001_initial.py"

    assert "schema.V1" in first.read_text()
    assert (ROOT / "services" / service / "migrations" / "env.py").is_file()


def test_no_service_is_left_out_here() -> None:
    found = {path.parent.name for path in (ROOT / "services").glob("*/__main__.py")}

    assert found >= set(SERVICES)
    assert {path.name for path in (ROOT / "services").glob("[a-z]*/") if path.name != "console"} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_command_of_its_name(service: str) -> None:
    assert SCRIPTS[f"egov-{service.replace('_', '-')}"] == f"services.{service}.__main__:main"


@pytest.mark.parametrize("target", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_command_leads_to_a_function(target: str) -> None:
    module, _, name = target.partition(":")

    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("service", SERVICES)
def test_the_private_events_of_a_service_have_names_of_their_own(service: str) -> None:
    events = events_of(service)
    twice = [name for name, count in Counter(each.name for each in events).items() if count > 1]

    assert events
    assert twice == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_private_event_has_the_name_of_a_contract(service: str) -> None:
    contracts = {
        each.name
        for module in modules_of("contracts")
        for _, each in inspect.getmembers(importlib.import_module(module), inspect.isclass)
        if issubclass(each, Event) and "name" in vars(each)
    }

    assert contracts
    assert {each.name for each in events_of(service)} & contracts == set()
