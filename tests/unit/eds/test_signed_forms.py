"""What esuvo and the university make of forged, borrowed and altered applications: nothing, and a dead letter says why."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hmac import digest as hmac
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts import esuvo_requests, portal_applications
from contracts.common import Applicant, DuplicateRequest
from contracts.dead_letter import DeadReason
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.forms import MOST_CHARACTERS
from deploy.local.authority.holders import Organisation
from law.universities import load_universities
from services._chassis.dead_letters import Position
from services._chassis.decider import Refused
from services._chassis.inbound import OWNERS, Unusable
from services._eds.signature import Signer, Use
from services._eds.signed import UNCHECKED, SignedForms, Unsigned, is_named
from services.esuvo.service import service as esuvo_service
from services.esuvo.universities.directory import Directory
from services.university_is.service import service as university_service
from tests.support.memory import InMemory
from tests.support.signing import Office, Signature, der, encoded, signed_as, with_header

NOON: Final = datetime(2016, 2, 15, 6, tzinfo=UTC)
DAY: Final = timedelta(days=1)
UNIVERSITIES: Final = load_universities()
Json: TypeAlias = dict[str, Any]  # Any: JSON

WHO: Final = {"iin": "711207100122", "surname": "Өмірбеков", "name": "Қайрат", "patronymic": "Нұрланұлы"}
OTHER: Final = {"iin": "890101100129", "surname": "Әлімов", "name": "Нұрлан", "patronymic": None}
ASKED: Final[Json] = {
    "applicant": WHO,
    "university": "027",
    "specialty": "050301",
    "graduation_year": 2010,
    "document_kind": "diploma",
    "reason": "loss",
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, NOON)


class Receiver:
    """A service in memory that hears the application over its own topic. `acted` counts what came of it."""

    topic = ""

    def __init__(self, forms: SignedForms) -> None:
        self.memory = self.service(forms)

    def service(self, forms: SignedForms) -> InMemory:
        raise NotImplementedError

    def said(self, signature: Signature, /, **changes: object) -> Event:
        raise NotImplementedError

    def hear(self, event: Event, at: datetime = NOON) -> None:
        self.memory.hear(self.topic, event, event.model_dump(mode="json")["application_id"], at)

    @property
    def acted(self) -> int:
        return len(self.memory.events)


class AtEsuvo(Receiver):
    topic = portal_applications.TOPIC

    def service(self, forms: SignedForms) -> InMemory:
        return InMemory(esuvo_service(Directory(UNIVERSITIES), forms=forms))

    def said(self, signature: Signature, /, **changes: object) -> portal_applications.ApplicationSubmitted:
        honest = {
            "application_id": signature.application_id,
            "request": {"number": "20160215000001", **ASKED},
            "channel": "portal",
            "signature": signature.evidence(NOON),
            "submitted_at": changes.pop("at", NOON),
            "signed": signature.jws,
        }
        return portal_applications.ApplicationSubmitted.model_validate({**honest, **changes})


class AtUniversity(Receiver):
    topic = esuvo_requests.TOPIC

    def service(self, forms: SignedForms) -> InMemory:
        return InMemory(university_service(UNIVERSITIES, forms=forms))

    def said(self, signature: Signature, /, **changes: object) -> esuvo_requests.RequestRouted:
        honest = {
            "application_id": signature.application_id,
            "request": {"number": "20160215000001", **ASKED},
            "channel": "portal",
            "filed_at": changes.pop("at", NOON),
            "routed_at": NOON,
            "signed": signature.jws,
        }
        return esuvo_requests.RequestRouted.model_validate({**honest, **changes})


Kind: TypeAlias = type[AtEsuvo] | type[AtUniversity]
both = pytest.mark.parametrize("kind", [AtEsuvo, AtUniversity])


def own(office: Office, **form: object) -> Signature:
    """The applicant's own application."""
    return office.sign(office.form("duplicate-application/2", {**ASKED, **form}), office.credential(WHO))


def refused(receiver: Receiver, event: Event, at: datetime = NOON) -> Refused:
    """The refusal, after which nothing has happened; it is about the signed form and says what to do."""
    with pytest.raises(Refused) as refusal:
        receiver.hear(event, at)

    assert receiver.acted == 0
    assert refusal.value.field == "/data/signed"
    assert refusal.value.remedy
    return refusal.value


@both
def test_what_the_applicant_signed_is_acted_on_once(kind: Kind, office: Office) -> None:
    receiver, signature = kind(office.forms()), own(office)
    receiver.hear(receiver.said(signature))
    acted = receiver.acted
    receiver.hear(receiver.said(signature))

    assert acted > 0
    assert receiver.acted == acted


def test_esuvo_passes_the_signed_form_on(office: Office) -> None:
    receiver, signature = AtEsuvo(office.forms()), own(office)
    receiver.hear(receiver.said(signature))
    (routed,) = receiver.memory.take_published()

    assert isinstance(routed, esuvo_requests.RequestRouted)
    assert routed.signed == signature.jws
    AtUniversity(office.forms()).hear(routed)


@both
def test_an_application_that_nobody_signed_is_none(kind: Kind, office: Office) -> None:
    receiver = kind(office.forms())

    assert refused(receiver, receiver.said(own(office), signed=None)).code == "signed.missing"


@both
def test_an_application_of_the_version_before_says_nothing_of_a_signed_form(kind: Kind, office: Office) -> None:
    receiver = kind(office.forms())
    event = receiver.said(own(office), signed=None)
    if isinstance(event, portal_applications.ApplicationSubmitted):
        data = {**event.model_dump(mode="json"), "signed": own(office).jws}
        lifted = portal_applications.CATALOGUE.decode(event.name, 2, data)

        assert refused(receiver, lifted).code == "signed.missing"


@both
def test_where_neighbours_cannot_sign_yet_only_a_wrong_signature_is_refused(kind: Kind, office: Office) -> None:
    receiver = kind(office.forms(Unsigned.ACCEPTED))
    wrong = receiver.said(own(office), request={"number": "20160215000001", **ASKED, "graduation_year": 2011})

    assert refused(receiver, wrong).code == "signed.differs"
    receiver.hear(receiver.said(own(office), signed=None))
    assert receiver.acted > 0


def _by_other(office: Office) -> Signature:
    return office.sign(office.form("duplicate-application/2", ASKED), office.credential(OTHER))


def _auth(office: Office) -> Signature:
    return office.sign(office.form("duplicate-application/2", ASKED), office.credential(WHO, Use.AUTH))


def _organisation(office: Office) -> Signature:
    seal = office.credential(WHO, organisation=Organisation("Тест ЖШС", "123456789012"))
    return office.sign(office.form("duplicate-application/2", ASKED), seal)


def _expired(office: Office) -> Signature:
    return office.sign(office.form("duplicate-application/2", ASKED), office.credential(WHO, until=-DAY))


def _early(office: Office) -> Signature:
    return office.sign(office.form("duplicate-application/2", ASKED), office.credential(WHO, since=DAY))


def _revoked(office: Office) -> Signature:
    credential = office.credential(WHO)
    office.revoke(credential, NOON - DAY)
    return office.sign(office.form("duplicate-application/2", ASKED), credential)


def _stranger(office: Office) -> Signature:
    """Another authority of the same name."""
    theirs = Office(office.directory / "other", NOON, "another")
    return theirs.sign(office.form("duplicate-application/2", ASKED), theirs.credential(WHO))


def _swapped(office: Office) -> Signature:
    """Someone else's signature under the applicant's certificate."""
    signature = _by_other(office)
    return signed_as(signature, with_header(signature.jws, x5c=[der(office.credential(WHO))]))


def _tampered(office: Office) -> Signature:
    signature = own(office)
    header, _, proof = signature.jws.split(".")
    payload = encoded(json.dumps({**signature.form, "graduation_year": 2011}).encode())
    return signed_as(signature, f"{header}.{payload}.{proof}")


def _none(office: Office) -> Signature:
    signature = own(office)
    return signed_as(signature, with_header(signature.jws, alg="none"))


def _hs256(office: Office) -> Signature:
    """Signed with the public key as if it were a secret."""
    signature, credential = own(office), office.credential(WHO)
    secret = credential.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = with_header(signature.jws, alg="HS256").rpartition(".")[0]
    return signed_as(signature, f"{unsigned}.{encoded(hmac(secret, unsigned.encode(), 'sha256'))}")


def _long_chain(office: Office) -> Signature:
    signature = own(office)
    return signed_as(signature, with_header(signature.jws, x5c=[der(office.credential(WHO))] * 4))


def _correction(office: Office) -> Signature:
    about = {"application_id": str(own(office).application_id), "specialty": "050301", "graduation_year": 2010}
    return office.sign(office.form("duplicate-correction/2", about), office.credential(WHO))


def _doubled(office: Office) -> Signature:
    form = office.form("duplicate-application/2", ASKED)
    payload = json.dumps(form, ensure_ascii=False).encode().replace(b'"reason":', b'"reason": "damage", "reason":')
    return office.sign_bytes(payload, form, office.credential(WHO))


def _unknown_member(office: Office) -> Signature:
    return own(office, note="by the way")


def _elsewhere(office: Office) -> Signature:
    return own(office, audience="urn:another:portal")


_FORGED: Final[dict[str, tuple[Callable[[Office], Signature], str]]] = {
    "signed by another person": (_by_other, "eds.iin-differs"),
    "another's signature under the applicant's certificate": (_swapped, "eds.signature-wrong"),
    "an AUTH certificate": (_auth, "eds.key-usage"),
    "an organisation's certificate": (_organisation, "eds.organisation"),
    "an expired certificate": (_expired, "eds.expired"),
    "a certificate not yet in force": (_early, "eds.not-yet-valid"),
    "a revoked certificate": (_revoked, "eds.revoked"),
    "an unknown authority": (_stranger, "eds.chain-unknown"),
    "an altered form": (_tampered, "eds.signature-wrong"),
    "alg none": (_none, "eds.algorithm"),
    "HS256 with the public key": (_hs256, "eds.algorithm"),
    "too many certificates": (_long_chain, "eds.malformed"),
    "a form of another kind": (_correction, "form.invalid"),
    "a doubled member": (_doubled, "form.invalid"),
    "an unknown member": (_unknown_member, "form.invalid"),
    "another audience": (_elsewhere, "form.invalid"),
}


@both
@pytest.mark.parametrize(("forge", "code"), _FORGED.values(), ids=_FORGED)
def test_a_signature_that_does_not_hold_is_refused(
    kind: Kind, forge: Callable[[Office], Signature], code: str, office: Office
) -> None:
    signature = forge(office)
    receiver = kind(office.forms())

    assert refused(receiver, receiver.said(signature)).code == code


_ALTERED: Final[Json] = {
    "applicant": {**WHO, "surname": "Әлімов"},
    "university": "020",
    "specialty": "050302",
    "graduation_year": 2011,
    "document_kind": "supplement",
    "reason": "damage",
    "name_change_certificate": {
        "number": "KZ-0012345",
        "issued_on": "2015-03-02",
        "issued_by": "РАГС города Алматы",
        "former_surname": "Әлімов",
        "former_name": "Қайрат",
    },
}


@both
@pytest.mark.parametrize("fact", _ALTERED)
def test_every_fact_is_what_the_applicant_signed(kind: Kind, fact: str, office: Office) -> None:
    receiver = kind(office.forms())
    event = receiver.said(own(office), request={"number": "20160215000001", **ASKED, fact: _ALTERED[fact]})

    refusal = refused(receiver, event)
    assert refusal.code == "signed.differs"
    assert refusal.detail.startswith(fact)


def test_no_fact_of_a_request_is_forgotten() -> None:
    assert set(_ALTERED) == set(DuplicateRequest.model_fields) - {"number"}


@both
def test_a_form_of_another_applicant_files_nothing_for_this_one(kind: Kind, office: Office) -> None:
    theirs = office.sign(
        office.form("duplicate-application/2", {**ASKED, "applicant": OTHER}), office.credential(OTHER)
    )
    receiver = kind(office.forms())

    assert refused(receiver, receiver.said(theirs)).code == "signed.differs"


@both
@pytest.mark.parametrize("application_id", [uuid4(), UUID(int=0)])
def test_the_same_form_files_no_second_application(kind: Kind, application_id: UUID, office: Office) -> None:
    receiver = kind(office.forms())

    assert refused(receiver, receiver.said(own(office), application_id=application_id)).code == "signed.of-another"


@both
@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOON + 2 * DAY, "form.too-old"),
        (NOON - DAY, "form.of-the-future"),
        (NOON + 60 * DAY, "eds.expired"),
    ],
)
def test_a_form_is_filed_near_its_moment(kind: Kind, at: datetime, code: str, office: Office) -> None:
    receiver = kind(office.forms())

    assert refused(receiver, receiver.said(own(office), at=at), NOON + 90 * DAY).code == code


@both
def test_what_is_yet_to_be_filed_is_refused(kind: Kind, office: Office) -> None:
    receiver = kind(office.forms())
    later = receiver.said(own(office), at=NOON + timedelta(minutes=3))  # a writer's clock may be ahead as far as that

    assert refused(receiver, later).code == "signed.of-the-future"


@both
def test_a_certificate_that_is_revoked_later_signed_what_it_signed(kind: Kind, office: Office) -> None:
    receiver, credential = kind(office.forms()), office.credential(WHO)
    before = office.sign(office.form("duplicate-application/2", ASKED), credential)
    after = office.sign(office.form("duplicate-application/2", {**ASKED, "reason": "damage"}), credential)
    office.revoke(credential, NOON + timedelta(seconds=1))
    office.now = NOON + DAY
    office.nca.publish(office.directory, office.now)
    late = NOON + timedelta(minutes=1)
    event = receiver.said(after, at=late, request={"number": "20160215000001", **ASKED, "reason": "damage"})

    assert refused(receiver, event, late).code == "eds.revoked"
    receiver.hear(receiver.said(before), late)
    assert receiver.acted > 0


@both
@pytest.mark.parametrize("length", [MOST_CHARACTERS + 1, 200_000])
def test_a_signed_form_has_a_bound(kind: Kind, length: int, office: Office) -> None:
    receiver, signature = kind(office.forms()), own(office)
    event = receiver.said(signature).model_copy(update={"signed": signature.jws + "A" * (length - len(signature.jws))})
    message = Envelope.wrap(
        event,
        identity=uuid4(),
        source=OWNERS[receiver.topic],
        subject=str(signature.application_id),
        time=NOON,
        correlation=signature.application_id,
        causation=uuid4(),
    )
    position = Position(receiver.topic, 0, 0, message.subject.encode(), message.to_bytes())
    read = receiver.memory.reader.read(position, NOON)

    assert isinstance(read, Unusable)
    assert (read.reason, read.violation.field) == (DeadReason.INVALID_DATA, "/data/signed")


@pytest.mark.parametrize("changes", [{"certificate_serial": "01"}, {"digest": "0" * 64}], ids=["certificate", "digest"])
def test_what_is_said_of_the_signature_is_what_it_is(changes: Json, office: Office) -> None:
    receiver, signature = AtEsuvo(office.forms()), own(office)
    event = receiver.said(signature, signature={**signature.evidence(NOON), **changes})

    assert refused(receiver, event).code == "signed.differs"


def test_what_is_signed_with_eds_came_over_the_portal(office: Office) -> None:
    receiver = AtEsuvo(office.forms())

    assert refused(receiver, receiver.said(own(office), channel="paper")).code == "signed.differs"


# What follows an application


def _about(
    office: Office, first: Signature, name: str, who: Json = WHO, minutes: int = 5, **about: object
) -> Signature:
    moment = NOON + timedelta(minutes=minutes)
    form = office.form(name, {"application_id": str(first.application_id), **about}, moment)
    return office.sign(form, office.credential(who))


def _corrected(
    signature: Signature, at: datetime, about: UUID | None = None
) -> portal_applications.ApplicationCorrected:
    return portal_applications.ApplicationCorrected(
        application_id=about or UUID(signature.form["application_id"]),
        specialty=signature.form["specialty"],
        graduation_year=signature.form["graduation_year"],
        signature=portal_applications.Signature.model_validate(signature.evidence(at)),
        corrected_at=at,
        signed=signature.jws,
    )


def _withdrawn(signature: Signature, at: datetime) -> portal_applications.WithdrawalRequested:
    return portal_applications.WithdrawalRequested(
        application_id=UUID(signature.form["application_id"]), requested_at=at, signed=signature.jws
    )


def _wish_of(kind: str, office: Office, first: Signature, who: Json = WHO, minutes: int = 5) -> Event:
    at = NOON + timedelta(minutes=minutes)
    if kind == "withdrawal":
        return _withdrawn(_about(office, first, "duplicate-withdrawal/1", who, minutes), at)
    signature = _about(
        office, first, "duplicate-correction/2", who, minutes, specialty="050302", graduation_year=2000 + minutes
    )
    return _corrected(signature, at)


wishes = pytest.mark.parametrize("kind", ["correction", "withdrawal"])
LATER: Final = NOON + timedelta(hours=1)


@wishes
def test_the_applicant_corrects_and_withdraws_and_nobody_else_does(kind: str, office: Office) -> None:
    receiver, first = AtEsuvo(office.forms()), own(office)
    receiver.hear(receiver.said(first))
    by_other = _wish_of(kind, office, first, OTHER)
    unsigned = _wish_of(kind, office, first).model_copy(update={"signed": None})
    acted = receiver.acted
    for forged, code in ((by_other, "request.other-signer"), (unsigned, "signed.missing")):
        with pytest.raises(Refused) as refusal:
            receiver.hear(forged, LATER)
        assert (refusal.value.code, refusal.value.field) == (code, "/data/signed")

    assert receiver.acted == acted
    receiver.memory.take_published()
    honest = _wish_of(kind, office, first)
    receiver.hear(honest, LATER)
    (routed,) = receiver.memory.take_published()
    assert isinstance(routed, esuvo_requests.CorrectionRouted | esuvo_requests.WithdrawalRouted)
    assert routed.signed == honest.model_dump()["signed"]


@wishes
def test_an_older_wish_that_comes_again_changes_nothing(kind: str, office: Office) -> None:
    receiver, first = AtEsuvo(office.forms()), own(office)
    receiver.hear(receiver.said(first))
    older, newer = _wish_of(kind, office, first, minutes=5), _wish_of(kind, office, first, minutes=9)
    receiver.hear(older, LATER)
    receiver.hear(newer, LATER)
    acted = receiver.acted
    receiver.hear(older, LATER)

    assert receiver.acted == acted


def test_a_correction_says_what_was_signed_of_the_application_that_was_named(office: Office) -> None:
    receiver, first = AtEsuvo(office.forms()), own(office)
    receiver.hear(receiver.said(first))
    acted = receiver.acted
    honest = _wish_of("correction", office, first)
    for changes in ({"specialty": "050999"}, {"graduation_year": 1999}, {"application_id": uuid4()}):
        with pytest.raises(Refused) as refusal:
            receiver.hear(honest.model_copy(update=changes), LATER)
        assert (refusal.value.code, refusal.value.field) == ("signed.differs", "/data/signed")

    assert receiver.acted == acted


@wishes
def test_the_university_checks_a_correction_and_a_withdrawal_itself(kind: str, office: Office) -> None:
    receiver, first = AtUniversity(office.forms()), own(office)
    receiver.hear(receiver.said(first))
    wish = _wish_of(kind, office, first, OTHER)
    said: Event
    if isinstance(wish, portal_applications.ApplicationCorrected):
        fields = wish.model_dump(include={"application_id", "specialty", "graduation_year", "corrected_at", "signed"})
        said = esuvo_requests.CorrectionRouted(university="027", **fields)
    else:
        said = esuvo_requests.WithdrawalRouted(university="027", **wish.model_dump())
    for forged, code in ((said, "eds.iin-differs"), (said.model_copy(update={"signed": None}), "signed.missing")):
        with pytest.raises(Refused) as refusal:
            receiver.hear(forged, LATER)
        assert (refusal.value.code, refusal.value.field) == (code, "/data/signed")


def test_unchecked_takes_everybody_at_their_word(office: Office) -> None:
    """For the ledger and for tests of other things: nothing of a real process uses it."""
    receiver = AtEsuvo(UNCHECKED)
    receiver.hear(receiver.said(own(office), signed=None))

    assert receiver.acted > 0


@both
@pytest.mark.parametrize("field", ["surname", "name", "patronymic"])
def test_a_name_that_the_certificate_does_not_have_is_nobody_s(kind: Kind, field: str, office: Office) -> None:
    applicant = {**WHO, field: "Жалған"}
    receiver = kind(office.forms())
    event = receiver.said(
        own(office, applicant=applicant), request={"number": "20160215000001", **ASKED, "applicant": applicant}
    )

    assert refused(receiver, event).code == "eds.name-differs"


LONG: Final = {"surname": "Қ" * 20, "name": "Гауһар-Айгерім-Шолпан", "patronymic": None}


@pytest.mark.parametrize(
    ("certified", "stated", "named"),
    [
        ({}, {}, True),
        ({"surname": "ӨМІРБЕКОВ", "name": "ҚАЙРАТ"}, {}, True),  # an authority's capitals
        ({"name": "Қай"}, {}, False),
        ({**LONG, "name": "Гауһар-Айг"}, LONG, True),  # what 64 bytes left of it
        ({**LONG, "name": "Гауһар-Айг"}, {**LONG, "name": "Гауһар"}, False),
        ({"patronymic": None}, {}, False),
    ],
)
def test_a_certificate_names_a_person_whole_or_as_far_as_it_has_room(
    certified: Json, stated: Json, *, named: bool
) -> None:
    who = {**WHO, **certified}
    signer = Signer(who["iin"], who["surname"], who["name"], who["patronymic"], "1")

    assert is_named(signer, Applicant.model_validate({**WHO, **stated})) is named
