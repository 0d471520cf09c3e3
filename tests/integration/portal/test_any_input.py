"""Whatever a client may send by the published OpenAPI documents, and much that it may not: no service breaks on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from tests.support.desk import Desk

# Bounded, since each example is a request to a real process.
MODEST = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
UNTOUCHED = ["/internal/activity", "/health/ready"]  # they wait for rest, and 503 is an answer of theirs


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a service with every door open."""

    url: str
    headers: Mapping[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def doors(desk: Desk) -> dict[str, Access]:
    visitor, operator = await desk.person(), desk.chain.plan.operator_token
    return {
        "portal": Access(desk.chain.url("portal"), {"authorization": f"Bearer {visitor.token}"}),
        "con": Access(desk.chain.url("con"), {"authorization": f"Bearer {operator}"}),
    }


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("service", ["portal", "con"])
def test_no_request_makes_a_service_fail(doors: dict[str, Access], service: str, mode: GenerationMode) -> None:
    access = doors[service]
    schema = schemathesis.openapi.from_url(f"{access.url}/openapi.json").exclude(path=UNTOUCHED)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    tried = [_try(operation, mode, access) for operation in operations]

    assert sum(tried) > 20


def _try(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, access: Access) -> int:  # Any: unused
    """How many requests were made; none where nothing can be wrong about one."""
    tried = 0

    @MODEST
    @given(case=operation.as_strategy(generation_mode=mode))
    def no_request_fails(case: Case[Any]) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(base_url=access.url, headers=dict(access.headers))
        assert answer.status_code < 500, f"{case.as_curl_command()}: {answer.status_code}"

    try:
        no_request_fails()
    except Unsatisfiable:
        return 0
    return tried
