"""How the information systems interact (the order's appendices 2 and 3): who tells whom what, and on which topic."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from contracts import (
    con_applications,
    esuvo_blanks,
    esuvo_competition,
    esuvo_notifications,
    esuvo_requests,
    portal_applications,
    shep_deliveries,
    university_cases,
    university_grants,
)
from contracts.event import Event
from contracts.generate.drawing import svg
from contracts.generate.drawing.svg import PAD
from law.regulation import Condition

APPLICANT: Final = "applicant"
MINISTRY: Final = "ministry"
CON: Final = "con"
PORTAL: Final = "portal"
SHEP: Final = "shep_gateway"
ESUVO: Final = "esuvo"
UNIVERSITY: Final = "university_is"

_SPAN: Final = 214
_MARGIN: Final = 110
_LETTER: Final = 7.4
_ROW: Final = 16
_GAP: Final = 26
_HEADS: Final = 56


class Exchange(NamedTuple):
    """A message. Without an event it is an act of people; `step` is the action of the regulation's step it belongs to."""

    sender: str
    receiver: str
    event: type[Event] | None = None
    step: str = ""
    condition: Condition | None = None  # only then
    refusal: bool = False  # only before a refusal, where there is a hearing


_LACKING: Final = Condition.NO_BLANK_IN_STOCK
_BLANK: Final = (
    Exchange(UNIVERSITY, ESUVO, university_cases.BlankFormRequested, "request_blank", condition=_LACKING),
    Exchange(ESUVO, MINISTRY, esuvo_blanks.BlankRequestReceived, condition=_LACKING),
    Exchange(MINISTRY, ESUVO, condition=_LACKING),
    Exchange(ESUVO, UNIVERSITY, esuvo_blanks.BlanksSupplied, condition=_LACKING),
)
_DUPLICATE: Final = {
    "con": (
        Exchange(APPLICANT, CON, step="submit"),
        Exchange(CON, APPLICANT, con_applications.ApplicationAccepted, "issue_receipt"),
        Exchange(CON, UNIVERSITY, con_applications.PackageDispatched),
        Exchange(CON, UNIVERSITY, con_applications.PackageDelivered, "dispatch"),
        Exchange(UNIVERSITY, CON, university_cases.CaseVerified, "verify"),
        Exchange(UNIVERSITY, CON, university_cases.HearingAppointed, refusal=True),
        Exchange(UNIVERSITY, CON, university_cases.CaseConsidered, "consider"),
        *_BLANK,
        Exchange(UNIVERSITY, CON, university_cases.DuplicatePrepared),
        Exchange(UNIVERSITY, CON, university_cases.DuplicateDispatched),
        Exchange(CON, UNIVERSITY, con_applications.DuplicateReceived, "prepare_duplicate"),
        Exchange(CON, APPLICANT, con_applications.ApplicantNotified),
        Exchange(CON, APPLICANT, step="hand_over"),
        Exchange(CON, UNIVERSITY, con_applications.DuplicateHandedOver, "hand_over"),
    ),
    "portal": (
        Exchange(APPLICANT, PORTAL, step="sign_in"),
        Exchange(APPLICANT, PORTAL, step="apply"),
        Exchange(PORTAL, ESUVO, portal_applications.ApplicationSubmitted, "apply"),
        Exchange(ESUVO, UNIVERSITY, esuvo_requests.RequestRouted, "route"),
        Exchange(UNIVERSITY, ESUVO, university_cases.CaseRegistered, "register"),
        Exchange(UNIVERSITY, ESUVO, university_cases.CaseVerified, "verify"),
        Exchange(UNIVERSITY, ESUVO, university_cases.HearingAppointed, refusal=True),
        Exchange(UNIVERSITY, ESUVO, university_cases.CaseConsidered, "consider"),
        *_BLANK,
        Exchange(UNIVERSITY, ESUVO, university_cases.DuplicatePrepared, "prepare_duplicate"),
        Exchange(UNIVERSITY, ESUVO, university_cases.NoticeSent),
        Exchange(ESUVO, SHEP, esuvo_notifications.NoticeForwarded),
        Exchange(SHEP, PORTAL, shep_deliveries.NoticeDispatched),
        Exchange(PORTAL, SHEP, portal_applications.NoticeReceived),
        Exchange(SHEP, ESUVO, shep_deliveries.DeliveryConfirmed),
        Exchange(ESUVO, UNIVERSITY, esuvo_notifications.NoticeDelivered),
        Exchange(UNIVERSITY, APPLICANT, step="hand_over"),
        Exchange(UNIVERSITY, ESUVO, university_cases.DuplicateIssued, "hand_over"),
    ),
}
# The Testing Centre, the commission, the Ministry and the media act in ESUVO (INC-01, INC-12). A notice takes one way.
_TO_THE_ACCOUNT: Final = (
    Exchange(ESUVO, SHEP, esuvo_notifications.NoticeForwarded),
    Exchange(SHEP, PORTAL, shep_deliveries.NoticeDispatched),
)
_GRANT: Final = {
    "interaction": (
        *(Exchange(APPLICANT, PORTAL, step=each) for each in ("start_order", "sign_in", "fill_in")),
        *(Exchange(APPLICANT, PORTAL, step=each) for each in ("choose_certificate", "sign")),
        Exchange(PORTAL, APPLICANT, step="refuse_signature", condition=Condition.SIGNATURE_NOT_CONFIRMED),
        Exchange(PORTAL, ESUVO, portal_applications.GrantApplicationSubmitted, "register"),
        Exchange(ESUVO, UNIVERSITY, esuvo_requests.GrantApplicationRouted),
        Exchange(UNIVERSITY, ESUVO, university_grants.GrantApplicationRegistered),
        Exchange(UNIVERSITY, ESUVO, university_grants.GrantApplicationVerified),
        Exchange(UNIVERSITY, ESUVO, university_grants.ForwardedToTestingCentre, "verify_and_forward"),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.GrantApplicationAccepted, "load"),
        *_TO_THE_ACCOUNT,
        Exchange(PORTAL, SHEP, portal_applications.NoticeReceived, "first_result"),
        Exchange(SHEP, ESUVO, shep_deliveries.DeliveryConfirmed),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.GrantAwarded),
        *_TO_THE_ACCOUNT,
        Exchange(PORTAL, SHEP, portal_applications.NoticeReceived, "second_result"),
        Exchange(SHEP, ESUVO, shep_deliveries.DeliveryConfirmed),
    ),
    "common": (
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.ProtocolSigned, "decide"),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.OrderIssued, "issue_order"),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.CertificatesPrepared, "prepare_certificates"),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.CertificateDispatched),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.ListPublished, "publish"),
        Exchange(ESUVO, UNIVERSITY, esuvo_competition.GrantAwarded),
        *_TO_THE_ACCOUNT,
        Exchange(PORTAL, SHEP, portal_applications.NoticeReceived, "notify_result"),
        Exchange(SHEP, ESUVO, shep_deliveries.DeliveryConfirmed),
        Exchange(UNIVERSITY, APPLICANT, step="hand_over"),
        Exchange(UNIVERSITY, ESUVO, university_grants.CertificateHandedOver, "hand_over"),
        Exchange(UNIVERSITY, ESUVO, university_grants.WinnerEnrolled),
        Exchange(UNIVERSITY, ESUVO, university_grants.ScholarshipAssigned, "assign_scholarship"),
    ),
}
EXCHANGES: Final[dict[str, dict[str, tuple[Exchange, ...]]]] = {"duplicate": _DUPLICATE, "grant": _GRANT}
PARTICIPANTS: Final = {
    "con": (APPLICANT, CON, UNIVERSITY, ESUVO, MINISTRY),
    "portal": (APPLICANT, PORTAL, SHEP, ESUVO, UNIVERSITY, MINISTRY),
    "common": (APPLICANT, PORTAL, SHEP, ESUVO, UNIVERSITY),
    "interaction": (APPLICANT, PORTAL, SHEP, ESUVO, UNIVERSITY),
}


def of(service: str, channel: str) -> tuple[Exchange, ...]:
    """What the systems send to one another; empty if people carry everything on paper."""
    return EXCHANGES[service].get(channel, ())


class Message(NamedTuple):
    """An arrow from one lifeline to another, in words; `only` says when it goes, if not always."""

    sender: int
    receiver: int
    says: str
    topic: str
    only: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        letters = int((abs(self.sender - self.receiver) * _SPAN - 2 * PAD) / _LETTER)
        says = [("small", each) for each in wrap(self.says, letters, break_on_hyphens=False)]
        only = [("small only", each) for each in wrap(self.only, letters, break_on_hyphens=False)]
        return [*says, *only, *([("topic", self.topic)] if self.topic else [])]


def draw(title: str, participants: Sequence[str], messages: Sequence[Message]) -> str:
    width = 2 * _MARGIN + _SPAN * (len(participants) - 1)
    parts, top = svg.heading(title, int(width / 12.5), PAD)
    heads = top + _HEADS
    body: list[str] = []
    y = heads + _GAP
    for message in messages:
        y += len(message.lines) * _ROW
        body += _message(message, y)
        y += _GAP
    for number, name in enumerate(participants):
        parts += _lifeline(_x(number), name, top, heads, y)
    return svg.sheet(title, width, y + PAD, [*parts, *body], f"{svg.STYLE}\n{svg.FINE}")


def _x(number: int) -> int:
    return _MARGIN + _SPAN * number


def _lifeline(x: int, name: str, top: int, bottom: int, end: int) -> Iterator[str]:
    lines = wrap(name, 20)
    yield f'<path class="life" d="M {x} {bottom} V {end}"/>'
    yield f'<rect class="block" x="{x - 94}" y="{top}" width="188" height="{bottom - top}" rx="6"/>'
    for number, line in enumerate(lines):
        y = (top + bottom) // 2 + 5 - (len(lines) - 1) * 8 + number * 16
        yield svg.text("small head", x, y, line, "middle")


def _message(message: Message, y: int) -> Iterator[str]:
    """The words stand above the arrow, on white, since it may cross other lifelines."""
    start, end = _x(message.sender), _x(message.receiver)
    middle, toward = (start + end) // 2, 1 if end > start else -1
    kind = " sometimes" if message.only else ""
    top = y - len(message.lines) * _ROW - 4
    longest = max(len(words) for _, words in message.lines)
    half = min(int(longest * _LETTER / 2) + 2, abs(end - start) // 2 - 4)
    height = len(message.lines) * _ROW + 1
    yield f'<rect class="behind" x="{middle - half}" y="{top}" width="{2 * half}" height="{height}"/>'
    for number, (style, words) in enumerate(message.lines):
        yield svg.text(style, middle, top + 12 + number * _ROW, words, "middle")
    yield f'<path class="way{kind}" d="M {start} {y + 2} H {end - 7 * toward}"/>'
    yield f'<path class="tip{kind}" d="M {end - 8 * toward} {y - 3} V {y + 7} L {end} {y + 2} Z"/>'
