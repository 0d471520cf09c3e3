"""Applications for grants: points, choices and copies are what the applicant signed, at esuvo and at the committee."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import uuid4

import pytest

from contracts import esuvo_requests, portal_applications
from contracts.event import Event
from contracts.grants import REQUIRED_ATTACHMENTS, GrantRequest
from law.universities import load_universities
from services._chassis.decider import Refused
from services.esuvo.service import service as esuvo_service
from services.esuvo.universities.directory import Directory
from services.university_is.service import service as university_service
from tests.support.memory import InMemory
from tests.support.signing import Office, Signature

JULY: Final = datetime(2016, 7, 25, 5, tzinfo=UTC)
UNIVERSITIES: Final = load_universities()
Json: TypeAlias = dict[str, Any]  # Any: JSON

WHO: Final = {"iin": "980708112598", "surname": "Есқалиева", "name": "Гауһар", "patronymic": None}
OTHER: Final = {"iin": "890101100129", "surname": "Әлімов", "name": "Нұрлан", "patronymic": None}
SCORES: Final = {"language": 20, "history": 21, "mathematics": 22, "elective": 23, "elective_subject": "physics"}
ASKED: Final[Json] = {
    "applicant": WHO,
    "language": "kk",
    "certificate": {"kind": "ent", "number": "0012345", "scores": SCORES},
    "certificate_average": "4.75",
    "preferential_right": None,
    "quota": None,
    "rural": False,
    "choices": [{"specialty": "5B070400", "university": "017"}, {"specialty": "5B070300", "university": "027"}],
}
COPIES: Final = [{"kind": kind, "digest": f"{number:064x}"} for number, kind in enumerate(REQUIRED_ATTACHMENTS, 1)]
FOUND: Final = [{**each, "media_type": "image/jpeg", "size": 100} for each in COPIES]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, JULY)


def own(office: Office, who: Json = WHO) -> Signature:
    form = office.form("grant-application/2", {**ASKED, "attachments": COPIES})
    return office.sign(form, office.credential(who))


def submitted(signature: Signature, **changes: object) -> portal_applications.GrantApplicationSubmitted:
    honest = {
        "application_id": signature.application_id,
        "request": ASKED,
        "attachments": FOUND,
        "signature": signature.evidence(JULY),
        "submitted_at": JULY,
        "signed": signature.jws,
    }
    return portal_applications.GrantApplicationSubmitted.model_validate({**honest, **changes})


def routed(signature: Signature, **changes: object) -> esuvo_requests.GrantApplicationRouted:
    honest = {
        "application_id": signature.application_id,
        "university": "017",
        "request": ASKED,
        "attachments": FOUND,
        "filed_at": JULY,
        "routed_at": JULY,
        "signed": signature.jws,
    }
    return esuvo_requests.GrantApplicationRouted.model_validate({**honest, **changes})


def hear(office: Office, event: Event) -> InMemory:
    forms = office.forms()
    if isinstance(event, portal_applications.GrantApplicationSubmitted):
        memory, topic = InMemory(esuvo_service(Directory(UNIVERSITIES), forms=forms)), portal_applications.TOPIC
    else:
        memory, topic = InMemory(university_service(UNIVERSITIES, forms=forms)), esuvo_requests.TOPIC
    memory.hear(topic, event, event.model_dump(mode="json")["application_id"], JULY)
    return memory


both = pytest.mark.parametrize("said", [submitted, routed], ids=["esuvo", "university_is"])


def test_what_was_signed_goes_to_the_committee_with_its_signature(office: Office) -> None:
    signature = own(office)
    (passed_on,) = hear(office, submitted(signature)).take_published()

    assert isinstance(passed_on, esuvo_requests.GrantApplicationRouted)
    assert passed_on.signed == signature.jws
    assert hear(office, passed_on).events


_ALTERED: Final[dict[str, Json]] = {
    "applicant": {"request": {**ASKED, "applicant": {**WHO, "name": "Айгүл"}}},
    "language": {"request": {**ASKED, "language": "ru"}},
    "certificate": {
        "request": {**ASKED, "certificate": {**ASKED["certificate"], "scores": {**SCORES, "elective": 25}}}
    },
    "certificate_average": {"request": {**ASKED, "certificate_average": "5.00"}},
    "preferential_right": {"request": {**ASKED, "preferential_right": "altyn_belgi"}},
    "quota": {"request": {**ASKED, "quota": "orphan"}},
    "rural": {"request": {**ASKED, "rural": True}},
    "choices": {"request": {**ASKED, "choices": list(reversed(ASKED["choices"]))}, "university": "027"},
    "attachments": {"attachments": [{**FOUND[0], "digest": "f" * 64}, *FOUND[1:]]},
    "attachments, one more": {"attachments": [*FOUND, {**FOUND[0], "kind": "benefit_proof"}]},
    "attachments, one less": {"attachments": FOUND[1:]},
}


@both
@pytest.mark.parametrize("fact", _ALTERED)
def test_every_fact_is_what_the_applicant_signed(said: Any, fact: str, office: Office) -> None:  # Any: either event's
    changes = {name: value for name, value in _ALTERED[fact].items() if said is routed or name != "university"}
    with pytest.raises(Refused) as refusal:
        hear(office, said(own(office), **changes))

    assert (refusal.value.code, refusal.value.field) == ("signed.differs", "/data/signed")
    assert refusal.value.detail.startswith(fact.partition(",")[0])


def test_no_fact_of_a_request_is_forgotten() -> None:
    assert set(GrantRequest.model_fields) <= set(_ALTERED)


@both
def test_a_forged_application_for_a_grant_is_refused(said: Any, office: Office) -> None:  # Any: either event's
    for event, code in (
        (said(own(office), signed=None), "signed.missing"),
        (said(own(office, OTHER)), "eds.iin-differs"),
        (said(own(office), application_id=uuid4()), "signed.of-another"),
    ):
        with pytest.raises(Refused) as refusal:
            hear(office, event)
        assert (refusal.value.code, refusal.value.field) == (code, "/data/signed")


def test_an_application_goes_to_the_committee_of_its_first_choice_alone(office: Office) -> None:
    with pytest.raises(Refused, match=r"grant\.other-committee"):
        hear(office, routed(own(office), university="027"))
