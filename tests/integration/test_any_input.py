"""Whatever a client may send by the published OpenAPI documents, past the signature too, and much that it may not."""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import psutil
import pytest
import pytest_asyncio
import schemathesis
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.forms import ApplicationForm, CorrectionForm, GrantApplicationForm
from deploy.local.authority.keys import sign_jws
from deploy.local.chain.chain import Chain
from deploy.local.chain.plan import SERVICES
from deploy.local.files.applications import ApplicationRow
from deploy.local.people.applicants import Applicant, equip
from deploy.local.people.doors import doors
from deploy.local.servers.infra import RunningServers
from tests.support.chain import chain_of, iin, plan_for, row

MONDAY: Final = datetime(2016, 2, 15, 4, tzinfo=UTC)
# Bounded, since each example is a request to a real process.
MODEST: Final = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
UNTOUCHED: Final = ["/internal/activity", "/health/ready"]  # they wait for rest, and 503 is an answer of theirs
FORMS: Final[Mapping[str, type[BaseModel]]] = {
    "/applications": ApplicationForm,
    "/applications/{application_id}/correction": CorrectionForm,
    "/grant-applications": GrantApplicationForm,
}
CHECKS: Final = [status_code_conformance, content_type_conformance, response_schema_conformance]
BUSY: Final = 503
MOST_GROWTH: Final = 300 * 1024 * 1024

pytestmark = pytest.mark.timeout(300)


@dataclass(slots=True)
class Access:
    """A chain with every door open: a person who is signed in and has an application under way, and the operator."""

    chain: Chain
    applicant: Applicant
    application: str
    memory: dict[str, int] = field(default_factory=dict)

    def headers(self, service: str) -> dict[str, str]:
        token = self.applicant.token if service == "portal" else self.chain.plan.operator_token
        return {"authorization": f"Bearer {token}"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def access(running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Access]:
    plan = plan_for(running_servers, tmp_path_factory.mktemp("any-input"), MONDAY)
    line = ApplicationRow.model_validate({"line": 1, **row(7, "2016-02-15T10:00", iin=iin(7))})
    async with chain_of(plan) as chain, doors(chain) as found:
        await found.conductor.set_clock(MONDAY, rate=0)
        await chain.ready()
        key = ec.generate_private_key(ec.SECP256R1())
        applicant = equip(line, chain.nca, key, MONDAY - timedelta(days=1), found.portal, lambda: MONDAY)
        await applicant.register()
        answer = await applicant.file(line)
        await found.conductor.quiescence()
        access = Access(chain, applicant, str(answer.body["id"]))
        access.memory = {name: memory(chain, name) for name in SERVICES}
        yield access


def memory(chain: Chain, name: str) -> int:
    pid = chain.processes[name].pid
    assert pid, f"{name} is not running"
    return int(psutil.Process(pid).memory_info().rss)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("service", SERVICES)
def test_no_request_makes_a_service_fail_or_answer_what_it_does_not_declare(
    access: Access, service: str, mode: GenerationMode
) -> None:
    url = access.chain.url(service)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json").exclude(path=UNTOUCHED)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    tried = [tries(operation, mode, access, service) for operation in operations]

    assert sum(tried) > 3
    assert memory(access.chain, service) - access.memory[service] < MOST_GROWTH


def tries(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, access: Access, service: str) -> int:
    """How many requests were made; none where nothing can be wrong about one. Any: schemathesis' own parameters."""
    tried = 0
    form = FORMS.get(operation.path) if service == "portal" and operation.method == "post" else None

    @MODEST
    @given(case=operation.as_strategy(generation_mode=mode))
    def no_request_fails(case: Case[Any]) -> None:
        nonlocal tried
        tried += 1
        if tried % 2 and "application_id" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["application_id"] = access.application
        answered(case, access, service)

    @MODEST
    @given(
        form=forms(form, mode) if form else operation.as_strategy(generation_mode=mode), case=operation.as_strategy()
    )
    def no_signed_form_fails(form: object, case: Case[Any]) -> None:
        nonlocal tried
        tried += 1
        if "application_id" in case.path_parameters:
            case.path_parameters["application_id"] = access.application
        case.body = {"signed": signed(form, access.applicant, as_it_is=tried % 2 == 0)}
        answered(case, access, service)

    for attempt in (no_request_fails, no_signed_form_fails) if form else (no_request_fails,):
        try:
            attempt()
        except Unsatisfiable:
            continue
    return tried


def answered(case: Case[Any], access: Access, service: str) -> None:
    """As it should be answered: not by a failure, and as the document says."""
    answer = case.call(base_url=access.chain.url(service), headers=access.headers(service))
    if answer.status_code == BUSY and "retry-after" in {name.lower() for name in answer.headers}:
        return
    assert answer.status_code < BUSY - 3, f"{case.as_curl_command()}: {answer.status_code}"
    case.validate_response(answer, checks=CHECKS)


def forms(form: type[BaseModel], mode: GenerationMode) -> SearchStrategy[object]:
    """What the form's own schema allows, or what it does not: the OpenAPI document knows only that something is signed."""
    schema = form.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    document = {
        "openapi": "3.1.0",
        "info": {"title": "a form", "version": "1"},
        "paths": {
            "/": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": "taken"}},
                }
            }
        },
        "components": {"schemas": parts},
    }
    found = next(iter(schemathesis.openapi.from_dict(document).get_all_operations()))
    assert isinstance(found, Ok)
    return found.ok().as_strategy(generation_mode=mode).map(lambda case: case.body)


def signed(form: object, applicant: Applicant, *, as_it_is: bool) -> str:
    """By the applicant; unless `as_it_is`, it also says for whom it is, when, and about whom, as a person's own form does."""
    if isinstance(form, Mapping) and not as_it_is:
        person = applicant.person
        form = {
            **form,
            "audience": "urn:egov-chain:portal",
            "moment": MONDAY.isoformat(),
            "nonce": secrets.token_hex(16),
            "applicant": {"iin": person.iin, "surname": person.surname, "name": person.name, "patronymic": None},
        }
        if "application_id" in form:
            del form["applicant"]
    return sign_jws(json.dumps(form, default=repr).encode(), applicant.signing)


def test_all_processes_still_answer(access: Access) -> None:
    for service in SERVICES:
        assert httpx.get(f"{access.chain.url(service)}/health/ready", timeout=10.0, trust_env=False).status_code == 200
