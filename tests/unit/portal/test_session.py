from datetime import UTC, datetime, timedelta

import jwt
import pytest
from jwt.exceptions import InvalidKeyError

from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import Nca
from services._eds.signature import EdsNotConfirmed, TrustAnchor, Use
from services.portal.account.session import NotSignedIn, Session, authenticate, issue_challenge, open_session

VIRTUAL = datetime(2016, 2, 15, 9, 0, tzinfo=UTC)
WALL = datetime(2020, 7, 1, 12, 0, tzinfo=UTC)  # past: a look at the real clock would show
SECRET = "a secret of the tests, long enough for HS256"
OTHER_SECRET = "another secret of the tests, as long as that"
AIGUL = Person(iin="900215100016", surname="Қоңырбай", name="Әйгүл", patronymic="Ғалымқызы")
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def nca() -> Nca:
    return Nca.create("seed", VIRTUAL)


@pytest.fixture(scope="module")
def trust(nca: Nca) -> TrustAnchor:
    return TrustAnchor(nca.certificate)


@pytest.fixture(scope="module")
def aigul(nca: Nca) -> Credential:
    return nca.issue(AIGUL, Use.AUTH, VIRTUAL - timedelta(days=1), VIRTUAL + timedelta(days=364))


@pytest.fixture
def session(aigul: Credential, trust: TrustAnchor) -> Session:
    return sign_in(aigul, trust)


def sign_in(credential: Credential, trust: TrustAnchor, challenge: str | None = None, now: datetime = WALL) -> Session:
    text = issue_challenge(SECRET, "nonce-1", WALL) if challenge is None else challenge
    return open_session(sign_jws(text.encode(), credential), trust=trust, secret=SECRET, at=VIRTUAL, now=now)


def code_of_challenge(credential: Credential, trust: TrustAnchor, challenge: str, now: datetime = WALL) -> str:
    with pytest.raises(NotSignedIn) as refusal:
        sign_in(credential, trust, challenge, now)
    assert refusal.value.remedy
    return refusal.value.code


def code_of_token(token: str, now: datetime = WALL) -> str:
    with pytest.raises(NotSignedIn) as refusal:
        authenticate(token, secret=SECRET, now=now)
    assert refusal.value.remedy
    return refusal.value.code


@pytest.mark.step("DUP-PORTAL-1", "GRANT-PORTAL-2")
def test_who_signs_the_challenge_gets_a_token_for_a_quarter_of_an_hour(session: Session) -> None:
    last = session.expires_at - SECOND

    assert session.expires_at == WALL + timedelta(minutes=15)
    assert session.signer.surname == "Қоңырбай"
    assert authenticate(session.token, secret=SECRET, now=last).iin == AIGUL.iin


def test_the_nonce_comes_back_to_be_consumed_once(session: Session) -> None:
    assert (session.nonce, session.nonce_expires_at) == ("nonce-1", WALL + timedelta(seconds=120))


def test_a_token_ends(session: Session) -> None:
    assert code_of_token(session.token, now=session.expires_at) == "session.token-expired"


def test_a_challenge_is_good_until_its_last_second(aigul: Credential, trust: TrustAnchor) -> None:
    challenge = issue_challenge(SECRET, "nonce-1", WALL)

    session = sign_in(aigul, trust, challenge, WALL + timedelta(seconds=119))

    assert session.signer.iin == AIGUL.iin


def test_a_challenge_ends(aigul: Credential, trust: TrustAnchor) -> None:
    challenge = issue_challenge(SECRET, "nonce-1", WALL)

    code = code_of_challenge(aigul, trust, challenge, WALL + timedelta(seconds=120))

    assert code == "session.challenge-expired"


def test_a_challenge_of_another_secret_is_refused(aigul: Credential, trust: TrustAnchor) -> None:
    challenge = issue_challenge(OTHER_SECRET, "nonce-1", WALL)

    assert code_of_challenge(aigul, trust, challenge) == "session.challenge-invalid"


@pytest.mark.parametrize(
    "claims",
    [
        {"jti": "nonce-1", "purpose": "withdraw"},
        {"jti": "nonce-1"},
        {"purpose": "sign-in"},
        {"jti": "nonce-1", "purpose": "sign-in", "exp": None},
        {"jti": "nonce-1", "purpose": "sign-in", "exp": "soon"},
    ],
    ids=["another purpose", "no purpose", "no nonce", "no end", "an end that is no number"],
)
def test_a_challenge_of_another_content_is_refused(
    aigul: Credential, trust: TrustAnchor, claims: dict[str, object]
) -> None:
    end = int((WALL + SECOND).timestamp())
    challenge = jwt.encode({"exp": end} | claims, SECRET, algorithm="HS256")

    assert code_of_challenge(aigul, trust, challenge) == "session.challenge-invalid"


@pytest.mark.parametrize("text", ["", "a.b.c", "қазақша", "x" * 5000], ids=["empty", "no token", "no ASCII", "long"])
def test_signed_text_that_is_no_challenge_is_refused(aigul: Credential, trust: TrustAnchor, text: str) -> None:
    signed = sign_jws(text.encode() or b"-", aigul)

    with pytest.raises(NotSignedIn) as refusal:
        open_session(signed, trust=trust, secret=SECRET, at=VIRTUAL, now=WALL)

    assert refusal.value.code == "session.challenge-invalid"


def test_a_token_is_no_challenge(session: Session, aigul: Credential, trust: TrustAnchor) -> None:
    assert code_of_challenge(aigul, trust, session.token) == "session.challenge-invalid"


def test_a_challenge_is_no_token() -> None:
    assert code_of_token(issue_challenge(SECRET, "nonce-1", WALL)) == "session.token-invalid"


def test_a_document_certificate_does_not_sign_in(nca: Nca, trust: TrustAnchor) -> None:
    document = nca.issue(AIGUL, Use.SIGN, VIRTUAL, VIRTUAL + timedelta(days=1))

    with pytest.raises(EdsNotConfirmed) as refusal:
        sign_in(document, trust)

    assert refusal.value.code == "eds.key-usage"


def test_certificates_are_judged_in_virtual_time(aigul: Credential, trust: TrustAnchor) -> None:
    signed = sign_jws(issue_challenge(SECRET, "nonce-1", WALL).encode(), aigul)

    with pytest.raises(EdsNotConfirmed) as refusal:
        open_session(signed, trust=trust, secret=SECRET, at=VIRTUAL + timedelta(days=400), now=WALL)

    assert refusal.value.code == "eds.expired"


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode({"sub": "900215100016", "exp": 4_000_000_000, "aud": "portal"}, OTHER_SECRET, "HS256"),
        jwt.encode({"sub": "900215100016", "exp": 4_000_000_000, "aud": "esuvo"}, SECRET, "HS256"),
        jwt.encode({"sub": "900215100016", "exp": 4_000_000_000}, SECRET, "HS256"),
        jwt.encode({"sub": "900215100016", "aud": "portal"}, SECRET, "HS256"),
        jwt.encode({"exp": 4_000_000_000, "aud": "portal"}, SECRET, "HS256"),
        jwt.encode({"sub": "900215100016", "exp": 4_000_000_000, "aud": "portal"}, "", "none"),
        "",
        "a.b.c",
        "қазақша",
        "\ud800",
        jwt.encode({"sub": "x" * 5000, "exp": 4_000_000_000, "aud": "portal"}, SECRET, "HS256"),
    ],
    ids=[
        "another secret",
        "another audience",
        "no audience",
        "no end",
        "no subject",
        "alg none",
        "empty",
        "no token",
        "no ASCII",
        "half a character",
        "long",
    ],
)
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    assert code_of_token(token) == "session.token-invalid"


def test_a_short_secret_is_a_mistake_of_the_operator() -> None:
    with pytest.raises(InvalidKeyError):
        issue_challenge("short", "nonce-1", WALL)


def test_a_token_ends_when_its_certificate_is_revoked_or_ends(session: Session, trust: TrustAnchor) -> None:
    """EDGE-04: by virtual time, whatever the token's own term says."""
    bearer = authenticate(session.token, secret=SECRET, now=WALL)
    revoked = TrustAnchor(trust.certificate, {bearer.certificate: VIRTUAL + SECOND})
    bearer.require_standing(trust, bearer.until)
    bearer.require_standing(revoked, VIRTUAL)

    for known, at in ((revoked, VIRTUAL + SECOND), (trust, bearer.until + SECOND)):
        with pytest.raises(NotSignedIn) as refusal:
            bearer.require_standing(known, at)
        assert refusal.value.code == "session.certificate-ended"


@pytest.mark.parametrize("left_out", ["cert", "cert_until"])
def test_a_token_that_names_no_certificate_opens_nothing(session: Session, left_out: str) -> None:
    claims = jwt.decode(session.token, options={"verify_signature": False})
    del claims[left_out]

    assert code_of_token(jwt.encode(claims, SECRET, algorithm="HS256")) == "session.token-invalid"
