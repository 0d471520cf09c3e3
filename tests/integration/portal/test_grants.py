"""Applying for a grant at a real portal, in July and out of season (GRANT-PORTAL-1 to -9)."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from contracts import portal_applications
from contracts.common import NoticeKind
from contracts.envelope import Envelope
from contracts.grants import REQUIRED_ATTACHMENTS
from deploy.local.authority.holders import Person
from deploy.local.authority.nca import Nca
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.processes import wait_until
from deploy.local.servers.topics import read_topics
from services._eds.signature import Use
from tests.integration.portal.test_bad_input import says
from tests.support.chain import iin
from tests.support.desk import WITHIN, Desk, Visitor, open_desk
from tests.support.files import document, picture
from tests.unit.portal.examples import notice, statement

JULY = datetime(2016, 7, 25, 5, tzinfo=UTC)
DAY = timedelta(days=1)
SOMEBODY = iin(99)
FORM = "form.invalid"
PAYLOAD = "/signed/payload"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def summer(running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with open_desk(running_servers, tmp_path_factory.mktemp("summer"), JULY) as own:
        yield own


@pytest_asyncio.fixture(loop_scope="session")
async def gauhar(summer: Desk) -> Visitor:
    return await summer.person()


async def copies(visitor: Visitor) -> list[dict[str, str]]:
    """What the Standard asks for, uploaded: a photo, and documents."""
    digests = {
        "photo": (await visitor.upload(picture(), "image/jpeg")).json()["digest"],
        "other": (await visitor.upload(document(), "application/pdf")).json()["digest"],
    }
    return [{"kind": kind, "digest": digests.get(kind, digests["other"])} for kind in REQUIRED_ATTACHMENTS]


async def form(visitor: Visitor, **changes: object) -> dict[str, object]:
    person = visitor.person
    applicant = {"iin": person.iin, "surname": person.surname, "name": person.name, "patronymic": person.patronymic}
    stated = {"form": "grant-application/2", **visitor.stamp(), **statement(), "applicant": applicant}
    return {**stated, "attachments": await copies(visitor), **changes}


async def file(visitor: Visitor, **changes: object) -> httpx.Response:
    return await visitor.send("/grant-applications", visitor.signed(await form(visitor, **changes)))


async def told(desk: Desk, application_id: str) -> list[Envelope]:
    """What the portal has told others of an application."""
    topic = desk.chain.plan.topic_prefix + portal_applications.TOPIC
    values = (await read_topics(desk.chain.plan.servers.bootstrap_servers, [topic]))[topic]
    messages = [Envelope.model_validate_json(value) for value in values]
    return [each for each in messages if each.subject == application_id]


@pytest.mark.step("GRANT-E-1", "GRANT-E-1a", "GRANT-PORTAL-3", "GRANT-PORTAL-7")
async def test_a_signed_form_with_its_copies_is_acknowledged_and_told(summer: Desk, gauhar: Visitor) -> None:
    """INC-12: the answer is the technical acknowledgement; the results follow."""
    answer = await file(gauhar)
    filed = answer.json()

    async def one() -> bool:
        return len(await told(summer, filed["id"])) == 1

    await wait_until(one, WITHIN, "the application to be told", every_seconds=0.1)
    (message,) = await told(summer, filed["id"])
    event = portal_applications.GrantApplicationSubmitted.model_validate(message.data)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert answer.headers["location"] == f"/grant-applications/{filed['id']}"
    assert (filed["status"], filed["year"], filed["first_result"]) == ("submitted", 2016, None)
    assert [each["what"] for each in filed["history"]] == ["grant-application-filed"]
    assert set(filed["history"][0]["title"]) == {"kk", "ru", "en"}
    assert event.request.applicant.iin == gauhar.person.iin
    assert [each.kind for each in event.attachments] == list(REQUIRED_ATTACHMENTS)
    assert {each.media_type for each in event.attachments} == {"image/jpeg", "application/pdf"}


async def test_edge_11_a_second_application_of_the_year_is_answered_with_the_first(
    summer: Desk, gauhar: Visitor
) -> None:
    first = await file(gauhar)
    before = await summer.events()
    second = await file(gauhar, language="ru", choices=statement(1, "5B070300")["choices"])

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert await summer.events() == before + 1  # that the second form was used


@pytest.mark.step("GRANT-PORTAL-8", "GRANT-PORTAL-9", "GRANT-C-8e")
async def test_both_results_come_into_the_personal_account(summer: Desk, gauhar: Visitor) -> None:
    """GRANT-GEN-5, INC-24; an award after a refusal to award is what stands (EDGE-35)."""
    path = (await file(gauhar)).headers["location"]
    identity = UUID(path.rpartition("/")[2])
    seen = []
    for number, kind in enumerate([NoticeKind.ACCEPTED, NoticeKind.NOT_AWARDED, NoticeKind.AWARDED], 1):
        await summer.hand_over(notice(kind, number, identity).model_dump(mode="json"))
        seen.append((await gauhar.look(path)).json())
    listed = (await gauhar.look("/grant-applications")).json()

    assert [each["status"] for each in seen] == ["accepted", "not-awarded", "awarded"]
    assert [each["refusal_code"] for each in seen] == [None, "no-seat", None]
    assert [each["refusal"] is None for each in seen] == [True, False, True]
    assert seen[0]["second_result"] is None
    assert seen[-1]["first_result"]["kind"] == "accepted"
    assert seen[-1]["second_result"]["kind"] == "awarded"
    assert [each["what"] for each in seen[-1]["history"]] == [
        "grant-application-filed",
        "notice-arrived",
        "notice-arrived",
        "application-ended",
        "notice-arrived",
        "application-ended",
    ]
    assert [(each["id"], each["status"], each["choices"]) for each in listed] == [
        (str(identity), "awarded", ["5B070400", "5B070300"])
    ]


@pytest.mark.step("GRANT-PORTAL-8")
async def test_a_refusal_to_accept_is_reasoned_and_lets_the_person_file_again(summer: Desk, gauhar: Visitor) -> None:
    path = (await file(gauhar)).headers["location"]
    identity = UUID(path.rpartition("/")[2])
    await summer.hand_over(notice(NoticeKind.REFUSED, 1, identity).model_dump(mode="json"))
    refused = (await gauhar.look(path)).json()
    again = await file(gauhar, language="ru")

    assert (refused["status"], refused["refusal_code"]) == ("refused", "threshold-not-met")
    assert refused["refusal"]["reason"]["kk"]
    assert again.status_code == httpx.codes.CREATED


async def test_thresholds_are_not_the_portals_edge_26(gauhar: Visitor) -> None:
    certificate = statement()["certificate"]
    assert isinstance(certificate, dict)
    low = {**certificate, "scores": {**certificate["scores"], "mathematics": 6}}

    assert (await file(gauhar, certificate=low)).status_code == httpx.codes.CREATED


async def test_a_quota_without_proof_is_not_refused_at_the_portal_edge_29(gauhar: Visitor) -> None:
    assert (await file(gauhar, quota="orphan")).status_code == httpx.codes.CREATED


async def test_another_persons_application_does_not_exist_for_one_who_is(summer: Desk, gauhar: Visitor) -> None:
    path = (await file(gauhar)).headers["location"]
    stranger = await summer.person()

    says(await stranger.look(path), 404, "application.unknown", "/path/application_id")
    assert (await stranger.look("/grant-applications")).json() == []


async def test_a_digest_of_another_persons_copy_is_unknown(summer: Desk, gauhar: Visitor) -> None:
    stranger = await summer.person()
    theirs = (await stranger.upload(picture(shade=77), "image/jpeg")).json()["digest"]
    attachments = await copies(gauhar)
    attachments[2] = {"kind": "photo", "digest": theirs}
    before = await summer.events()

    says(await file(gauhar, attachments=attachments), 422, FORM, f"{PAYLOAD}/attachments/2/digest")
    assert await summer.events() == before


@pytest.mark.step("GRANT-PORTAL-3")
async def test_a_photo_is_a_picture_and_every_required_copy_is_there(summer: Desk, gauhar: Visitor) -> None:
    attachments = await copies(gauhar)
    attachments[2] = {"kind": "photo", "digest": attachments[0]["digest"]}
    before = await summer.events()

    says(await file(gauhar, attachments=attachments), 422, FORM, f"{PAYLOAD}/attachments/2/digest")
    says(await file(gauhar, attachments=attachments[:2]), 422, FORM, f"{PAYLOAD}/attachments")
    says(await file(gauhar, attachments=[*attachments, attachments[0]]), 422, FORM, f"{PAYLOAD}/attachments/5")
    assert await summer.events() == before


def chosen(*specialties: str) -> dict[str, object]:
    return {"choices": statement(1, *specialties)["choices"]}


UNSOUND: dict[str, tuple[dict[str, object], str]] = {
    "EDGE-27, five choices": (chosen(*["5B070400"] * 5), "/choices"),
    "EDGE-27, a choice twice": (chosen("5B070400", "5B070400"), "/choices/0/specialty"),
    "EDGE-27, another elective": (chosen("5B070400", "5B060700"), "/choices/1/specialty"),
    "EDGE-27, an unknown specialty": (chosen("5B999900"), "/choices/0/specialty"),
    "EDGE-27, another language": ({"language": "en"}, "/language"),
    "no choices": ({"choices": []}, "/choices"),
    "an unknown field": ({"colour": "red"}, "/colour"),
    "another form": ({"form": "grant-application/1"}, "/form"),
    "a mark above five": ({"certificate_average": "5.01"}, "/certificate_average"),
    "EDGE-08, no IIN": ({"applicant": {"iin": "1", "surname": "А", "name": "Б"}}, "/applicant/iin"),
}


@pytest.mark.parametrize(("changes", "field"), UNSOUND.values(), ids=UNSOUND.keys())
async def test_a_form_is_refused_for(summer: Desk, gauhar: Visitor, changes: dict[str, object], field: str) -> None:
    before = await summer.events()

    says(await file(gauhar, **changes), 422, FORM, PAYLOAD + field)
    assert await summer.events() == before


Signed = Callable[[Visitor, dict[str, object]], str]


def _tampered(visitor: Visitor, stated: dict[str, object]) -> str:
    header, _, signature = visitor.signed(stated).split(".")
    forged = json.dumps({**stated, "certificate_average": "5.00"}).encode()
    return f"{header}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}.{signature}"


def _expired(visitor: Visitor, stated: dict[str, object]) -> str:
    return visitor.signed(stated, visitor.desk.certified(visitor.person, Use.SIGN, until=-DAY))


def _of_a_stranger(visitor: Visitor, stated: dict[str, object]) -> str:
    nca = Nca.create("another", JULY - 365 * DAY)
    return visitor.signed(stated, visitor.desk.certified(visitor.person, Use.SIGN, nca=nca))


def _for_signing_in(visitor: Visitor, stated: dict[str, object]) -> str:
    return visitor.signed(stated, visitor.applicant.authentication)


def _by_somebody_else(visitor: Visitor, stated: dict[str, object]) -> str:
    return visitor.signed(stated, visitor.desk.certified(Person(SOMEBODY, "Басқа", "Адам"), Use.SIGN))


def _for_somebody_else(visitor: Visitor, stated: dict[str, object]) -> str:
    return visitor.signed({**stated, "applicant": {"iin": SOMEBODY, "surname": "Басқа", "name": "Адам"}})


NOT_CONFIRMED: dict[str, tuple[Signed, str, str]] = {
    "a form changed after signing": (_tampered, "eds.signature-wrong", "/signed"),
    "EDGE-03, an expired certificate": (_expired, "eds.expired", "/signed"),
    "another authority": (_of_a_stranger, "eds.chain-unknown", "/signed"),
    "EDGE-06, the key for signing in": (_for_signing_in, "eds.key-usage", "/signed"),
    "EDGE-05, somebody else's certificate": (_by_somebody_else, "eds.iin-differs", "/signed"),
    "EDGE-05, somebody else's IIN": (_for_somebody_else, "eds.iin-differs", f"{PAYLOAD}/applicant/iin"),
    "no signature": (lambda _visitor, stated: json.dumps(stated), "eds.malformed", "/signed"),
}


@pytest.mark.step("GRANT-PORTAL-6")
@pytest.mark.parametrize(("signed", "code", "field"), NOT_CONFIRMED.values(), ids=NOT_CONFIRMED.keys())
async def test_a_signature_that_is_not_confirmed_changes_nothing(
    summer: Desk, gauhar: Visitor, signed: Signed, code: str, field: str
) -> None:
    """Process 5, INC-13: a refusal that ends it, not a step on the way."""
    stated = await form(gauhar)
    before = await summer.events()

    says(await gauhar.send("/grant-applications", signed(gauhar, stated)), 422, code, field)
    assert await summer.events() == before


async def test_out_of_season_the_portal_names_the_days(desk: Desk) -> None:
    """The desk's clock stands in February."""
    early = await desk.person()
    before = await desk.events()
    answer = await file(early)

    says(answer, 422, "grant.too-early", "/signed")
    assert "23 July" in answer.json()["violations"][0]["remedy"]
    assert await desk.events() == before


@pytest.mark.step("GRANT-E-2")
async def test_the_committee_reads_the_copies_that_an_application_came_with(summer: Desk, gauhar: Visitor) -> None:
    filed = (await file(gauhar)).json()
    token = {"authorization": f"Bearer {summer.chain.plan.operator_token}"}
    path = f"/grant-applications/{filed['id']}/copies"
    listed = await summer.http.get(path, headers=token)
    photo = await summer.http.get(f"{path}/photo", headers=token)

    assert listed.json() == filed["attachments"]
    assert (photo.content, photo.headers["content-type"]) == (picture(), "image/jpeg")
    assert photo.headers["content-disposition"] == "attachment"
    says(await summer.http.get(f"{path}/benefit_proof", headers=token), 404, "attachment.unknown", "/path/kind")
    unknown = f"/grant-applications/{UUID(int=1)}/copies"
    says(await summer.http.get(unknown, headers=token), 404, "application.unknown", "/path/application_id")


async def test_copies_are_shown_to_no_one_but_the_committee_and_their_owner(summer: Desk, gauhar: Visitor) -> None:
    path = f"/grant-applications/{(await file(gauhar)).json()['id']}/copies/photo"

    for token in ("guessed", gauhar.token, (await summer.person()).token):
        answer = await summer.http.get(path, headers={"authorization": f"Bearer {token}"})
        says(answer, 401, "operator.token-wrong", "/header/authorization")
