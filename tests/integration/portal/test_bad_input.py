"""Bad input at a real portal: each is told field, rule and remedy, and nothing changes."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
import pytest_asyncio

from contracts.common import NoticeKind
from contracts.dead_letter import DeadReason
from deploy.local.authority.nca import Nca
from services._eds.signature import Use
from tests.support.chain import iin
from tests.support.desk import MONDAY, Desk, Visitor, envelope

SOMEBODY = iin(99)
_DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def aigerim(desk: Desk) -> Visitor:
    return await desk.person()


@pytest_asyncio.fixture(loop_scope="session")
async def unchanged(desk: Desk, aigerim: Visitor) -> AsyncIterator[None]:
    """Whatever the test sends after signing in, the portal decides nothing."""
    assert aigerim.token
    before = await desk.events()
    yield
    assert await desk.events() == before


def says(answer: httpx.Response, status: int, code: str, field: str) -> None:
    """A problem (RFC 9457) with this code, of which one violation names this field, its rule and a remedy."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].startswith("urn:")
    named = [each for each in body["violations"] if each["field"] == field]
    assert named, body["violations"]
    assert all(each["rule"] and each["remedy"] for each in body["violations"])


def tampered(visitor: Visitor) -> str:
    """Signed, and then another year written into it."""
    header, _, signature = visitor.signed(visitor.form()).split(".")
    forged = json.dumps(visitor.form(graduation_year=2015)).encode()
    return f"{header}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}.{signature}"


def by_another_authority(visitor: Visitor) -> str:
    stranger = Nca.create("another", MONDAY - 365 * _DAY)
    return visitor.signed(visitor.form(), visitor.desk.certified(visitor.person, Use.SIGN, nca=stranger))


def with_an_expired_certificate(visitor: Visitor) -> str:
    return visitor.signed(visitor.form(), visitor.desk.certified(visitor.person, Use.SIGN, until=-_DAY))


def with_the_key_for_signing_in(visitor: Visitor) -> str:
    return visitor.signed(visitor.form(), visitor.applicant.authentication)


def by_somebody_else(visitor: Visitor) -> str:
    other = type(visitor.person)(SOMEBODY, "Басқа", "Адам")
    return visitor.signed(visitor.form(), visitor.desk.certified(other, Use.SIGN))


def for_iin(number: str) -> Callable[[Visitor], str]:
    def signed(visitor: Visitor) -> str:
        applicant = {"iin": number, "surname": "Қоңырбай", "name": "Әйгерім"}
        return visitor.signed(visitor.form(applicant=applicant))

    return signed


def saying(**changes: object) -> Callable[[Visitor], str]:
    return lambda visitor: visitor.signed(visitor.form(**changes))


def wrong_check_digit() -> str:
    return f"{SOMEBODY[:11]}{(int(SOMEBODY[11]) + 1) % 10}"


REJECTED: dict[str, tuple[Callable[[Visitor], str], str, str]] = {
    "an unknown reason": (saying(reason="theft"), "form.invalid", "/signed/payload/reason"),
    "an unknown document": (saying(document_kind="certificate"), "form.invalid", "/signed/payload/document_kind"),
    "an unknown field": (saying(colour="red"), "form.invalid", "/signed/payload/colour"),
    "a university's code of two digits": (saying(university="17"), "form.invalid", "/signed/payload/university"),
    "an IIN with a wrong check digit": (for_iin(wrong_check_digit()), "form.invalid", "/signed/payload/applicant/iin"),
    "EDGE-05, somebody else's IIN": (for_iin(SOMEBODY), "eds.iin-differs", "/signed/payload/applicant/iin"),
    "EDGE-05, somebody else's certificate": (by_somebody_else, "eds.iin-differs", "/signed"),
    "a payload changed after signing": (tampered, "eds.signature-wrong", "/signed"),
    "a certificate of another authority": (by_another_authority, "eds.chain-unknown", "/signed"),
    "an expired certificate": (with_an_expired_certificate, "eds.expired", "/signed"),
    "the certificate for signing in": (with_the_key_for_signing_in, "eds.key-usage", "/signed"),
    "no signature at all": (lambda visitor: json.dumps(visitor.form()), "eds.malformed", "/signed"),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("signed", "code", "field"), REJECTED.values(), ids=REJECTED.keys())
async def test_an_application_is_rejected_for(
    aigerim: Visitor, signed: Callable[[Visitor], str], code: str, field: str
) -> None:
    answer = await aigerim.send("/applications", signed(aigerim))

    says(answer, 422, code, field)


BODIES: dict[str, tuple[bytes, int, str, str]] = {
    "no JSON": (b'{"signed": ', 422, "request.invalid", "/body/11"),
    "no object": (b'"signed"', 422, "request.invalid", "/body"),
    "a missing field": (b"{}", 422, "request.invalid", "/body/signed"),
    "an unknown field": (b'{"signed": "x", "colour": "red"}', 422, "request.invalid", "/body/colour"),
    "more than the limit": (b'{"signed": "' + b"x" * 262_144 + b'"}', 413, "body.too-large", ""),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("body", "status", "code", "field"), BODIES.values(), ids=BODIES.keys())
async def test_a_body_is_rejected_for(
    desk: Desk, aigerim: Visitor, body: bytes, status: int, code: str, field: str
) -> None:
    headers = {"authorization": f"Bearer {aigerim.token}", "content-type": "application/json"}
    answer = await desk.http.post("/applications", content=body, headers=headers)

    says(answer, status, code, field)


@pytest.mark.usefixtures("unchanged")
async def test_a_body_over_the_limit_is_refused_though_its_length_was_not_announced(
    desk: Desk, aigerim: Visitor
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"x" * 1024

    headers = {"authorization": f"Bearer {aigerim.token}", "content-type": "application/json"}
    answer = await desk.http.post("/applications", content=pieces(), headers=headers)

    says(answer, 413, "body.too-large", "")


def expired(visitor: Visitor) -> str:
    secret = visitor.desk.chain.processes["portal"].env["PORTAL_SESSION_SECRET"]
    claims = jwt.decode(visitor.token, secret, algorithms=["HS256"], audience="portal")
    ended = datetime.now(UTC) - timedelta(seconds=1)
    return jwt.encode({**claims, "exp": int(ended.timestamp())}, secret, algorithm="HS256")


def forged(visitor: Visitor) -> str:
    claims = jwt.decode(visitor.token, options={"verify_signature": False})
    return jwt.encode(claims, "a secret that the portal does not have, long enough", algorithm="HS256")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("token", "code"),
    [
        (lambda _visitor: "none", "session.token-invalid"),
        (forged, "session.token-invalid"),
        (expired, "session.token-expired"),
    ],
    ids=["no token", "a forged token", "an expired token"],
)
async def test_nobody_gets_in_with(aigerim: Visitor, token: Callable[[Visitor], str], code: str) -> None:
    answer = await aigerim.send("/applications", aigerim.signed(aigerim.form()), token=token(aigerim))

    says(answer, 401, code, "/header/authorization")


@pytest.mark.usefixtures("unchanged")
async def test_nobody_gets_in_without_a_header(desk: Desk) -> None:
    says(await desk.http.get("/applications"), 401, "session.token-invalid", "/header/authorization")


@pytest.mark.step("DUP-PORTAL-1", "GRANT-PORTAL-2")
async def test_a_challenge_opens_one_session_only(desk: Desk, aigerim: Visitor) -> None:
    signed = await aigerim.challenge()
    first = await desk.http.post("/sessions", json={"signed": signed})
    before = await desk.events()
    second = await desk.http.post("/sessions", json={"signed": signed})

    assert first.status_code == 201
    says(second, 409, "session.challenge-used", "/signed")
    assert await desk.events() == before


@pytest.mark.usefixtures("unchanged")
async def test_a_challenge_signed_with_the_key_for_documents_opens_nothing(desk: Desk, aigerim: Visitor) -> None:
    signed = await aigerim.challenge(aigerim.applicant.signing)

    says(await desk.http.post("/sessions", json={"signed": signed}), 422, "eds.key-usage", "/signed")


Attempt = Callable[[Visitor, str], Awaitable[httpx.Response]]
INTRUSIONS: dict[str, Attempt] = {
    "looking": lambda visitor, path: visitor.look(path),
    "withdrawing": lambda visitor, path: visitor.send(f"{path}/withdrawal", withdrawal(visitor, path)),
    "correcting": lambda visitor, path: visitor.send(f"{path}/correction", correction(visitor, path)),
}


def correction(visitor: Visitor, path: str, year: int = 2010) -> str:
    identity = path.rpartition("/")[2]
    return visitor.signed(
        {
            "form": "duplicate-correction/2",
            **visitor.stamp(),
            "application_id": identity,
            "specialty": visitor.line.specialty,
            "graduation_year": year,
        }
    )


def withdrawal(visitor: Visitor, path: str) -> str:
    identity = path.rpartition("/")[2]
    return visitor.signed({"form": "duplicate-withdrawal/1", **visitor.stamp(), "application_id": identity})


@pytest.mark.parametrize("attempt", INTRUSIONS.values(), ids=INTRUSIONS.keys())
async def test_another_persons_application_does_not_exist_for_one_who_is(
    desk: Desk, aigerim: Visitor, attempt: Attempt
) -> None:
    path = f"/applications/{await aigerim.file()}"
    stranger = await desk.person()
    before = await desk.events()
    answer = await attempt(stranger, path)
    listed = (await stranger.look("/applications")).json()

    says(answer, 404, "application.unknown", "/path/application_id")
    assert listed == []
    assert await desk.events() == before


async def test_what_was_not_returned_cannot_be_corrected(desk: Desk, aigerim: Visitor) -> None:
    path = f"/applications/{await aigerim.file()}"
    before = await desk.events()
    answer = await aigerim.send(f"{path}/correction", correction(aigerim, path))

    says(answer, 409, "application.not-returned", "")
    assert await desk.events() == before


async def test_what_was_returned_is_corrected_once(desk: Desk, aigerim: Visitor) -> None:
    identity = await aigerim.file()
    path = f"/applications/{identity}"
    await desk.tell(identity, NoticeKind.RETURNED_FOR_CORRECTION)
    first = await aigerim.send(f"{path}/correction", correction(aigerim, path))
    before = await desk.events()
    again = await aigerim.send(f"{path}/correction", correction(aigerim, path))
    other = await aigerim.send(f"{path}/correction", correction(aigerim, path, 2011))

    assert first.json()["request"]["graduation_year"] == 2010
    assert again.status_code == 200
    says(other, 409, "application.not-returned", "")
    assert await desk.events() == before


async def test_a_correction_names_the_application_that_it_corrects(desk: Desk, aigerim: Visitor) -> None:
    identity = await aigerim.file()
    await desk.tell(identity, NoticeKind.RETURNED_FOR_CORRECTION)
    before = await desk.events()
    answer = await aigerim.send(
        f"/applications/{identity}/correction", correction(aigerim, "/0152e3b0-0000-8000-8000-000000000001")
    )

    says(answer, 422, "form.invalid", "/signed/payload/application_id")
    assert await desk.events() == before


async def test_what_is_ready_cannot_be_withdrawn(desk: Desk, aigerim: Visitor) -> None:
    identity = await aigerim.file()
    await desk.tell(identity, NoticeKind.READY)
    before = await desk.events()
    path = f"/applications/{identity}"
    answer = await aigerim.send(f"{path}/withdrawal", withdrawal(aigerim, path))

    says(answer, 409, "application.too-late-to-withdraw", "")
    assert await desk.events() == before


async def test_a_withdrawal_is_signed_by_the_applicant_for_this_application(desk: Desk, aigerim: Visitor) -> None:
    path = f"/applications/{await aigerim.file()}"
    before = await desk.events()
    unsigned = await aigerim.send(f"{path}/withdrawal")
    of_another = await aigerim.send(f"{path}/withdrawal", withdrawal(aigerim, "/0152e3b0-0000-8000-8000-000000000001"))

    assert unsigned.status_code == 422
    says(of_another, 422, "form.invalid", "/signed/payload/application_id")
    assert await desk.events() == before


async def test_edge_11_a_second_form_for_an_open_application_gets_the_first_number(
    desk: Desk, aigerim: Visitor
) -> None:
    first = await aigerim.send("/applications", aigerim.signed(aigerim.form()))
    before = await desk.events()
    # Another year, the same document: it is the one that is open already.
    second = await aigerim.send("/applications", aigerim.signed(aigerim.form(graduation_year=2008)))

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["number"] == first.json()["number"]
    assert second.headers["location"] == first.headers["location"]
    assert await desk.events() == before + 1  # that the second form was used


async def test_the_same_form_sent_twice_is_one_application(aigerim: Visitor) -> None:
    signed = aigerim.signed(aigerim.form())
    first, second = await aigerim.send("/applications", signed), await aigerim.send("/applications", signed)

    assert first.json()["id"] == second.json()["id"]
    assert len((await aigerim.look("/applications")).json()) == 1


async def test_what_is_no_cloudevent_is_set_aside_with_its_reason_and_the_portal_goes_on(
    desk: Desk, aigerim: Visitor
) -> None:
    identity = await aigerim.file()
    before = await desk.events()
    await desk.publish(b"\xff no JSON", identity)
    await desk.publish(b'{"specversion": "1.0"}', identity)
    await desk.publish(envelope("kz.egov.shep.nothing-known.v1", identity, {}), identity)
    await desk.publish(envelope("kz.egov.shep.notice-dispatched.v1", identity, {"attempt": "many"}), identity)
    dead = await desk.dead_letters(4)
    unmoved = await desk.events()
    await desk.tell(identity, NoticeKind.REGISTERED)
    view = (await aigerim.look(f"/applications/{identity}")).json()

    assert sorted(each.reason for each in dead) == sorted(
        [DeadReason.NOT_AN_ENVELOPE, DeadReason.NOT_AN_ENVELOPE, DeadReason.UNKNOWN_EVENT, DeadReason.INVALID_DATA]
    )
    assert all(each.rule and each.remedy and each.consumer == "portal" for each in dead)
    assert unmoved == before
    assert view["status"] == "registered"
