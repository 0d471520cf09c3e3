"""What a case hears on Kafka: requests, corrections and withdrawals, the fate of its notices, the service centre.

It hears ESUVO or the service centre, never both: one channel speaks on one family of topics (ADR 0004).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from contracts import con_applications, esuvo_notifications, esuvo_requests
from contracts.common import Channel, DuplicateRequest
from contracts.event import Event
from law.regulation import regulations
from law.universities import Universities, University
from services._chassis.aggregate import Message, Route, Subscription, on
from services._chassis.decider import Ignored, Refused
from services._eds.signature import Signed
from services._eds.signed import SignedForms, require_signer
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import notices
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.state import State, Unopened, vouch
from services.university_is.run_here import run_here

OfCase = TypeVar(
    "OfCase",
    esuvo_requests.RequestRouted,
    esuvo_requests.CorrectionRouted,
    esuvo_requests.WithdrawalRouted,
    esuvo_notifications.NoticeForwarded,
    esuvo_notifications.NoticeDelivered,
    esuvo_notifications.NoticeUndeliverable,
    con_applications.PackageDelivered,
    con_applications.CorrectionHandedIn,
    con_applications.WithdrawalHandedIn,
    con_applications.DuplicateReceived,
    con_applications.DuplicateHandedOver,
    con_applications.DuplicateReturned,
)


def routed(universities: Universities, forms: SignedForms) -> tuple[Route, ...]:
    """The rows for duplicates in the table of what ESUVO routes."""
    return (
        on(esuvo_requests.RequestRouted, stream=_case, handle=_open(universities, forms)),
        on(esuvo_requests.CorrectionRouted, stream=_case, handle=partial(_correct_signed, forms)),
        on(esuvo_requests.WithdrawalRouted, stream=_case, handle=partial(_withdraw_signed, forms)),
    )


def notifications() -> Subscription:
    return Subscription(
        esuvo_notifications.TOPIC,
        esuvo_notifications.CATALOGUE,
        (
            on(esuvo_notifications.NoticeForwarded, stream=_case, handle=_forwarded),
            on(esuvo_notifications.NoticeDelivered, stream=_case, handle=_delivered),
            on(esuvo_notifications.NoticeUndeliverable, stream=_case, handle=_undeliverable),
        ),
    )


def service_centre(universities: Universities) -> Subscription:
    return Subscription(
        con_applications.TOPIC,
        con_applications.CATALOGUE,
        (
            on(con_applications.PackageDelivered, stream=_case, handle=_open_delivered(universities)),
            on(con_applications.CorrectionHandedIn, stream=_case, handle=_correct),
            on(con_applications.WithdrawalHandedIn, stream=_case, handle=_withdraw),
            on(con_applications.DuplicateReceived, stream=_case, handle=_received),
            on(con_applications.DuplicateHandedOver, stream=_case, handle=_handed_over),
            on(con_applications.DuplicateReturned, stream=_case, handle=_returned),
        ),
    )


def _case(message: Message[OfCase]) -> str:
    return streams.case(message.data.application_id)


def _open(
    universities: Universities, forms: SignedForms
) -> Callable[[State, Message[esuvo_requests.RequestRouted]], Sequence[Event]]:
    def handle(case: State, message: Message[esuvo_requests.RequestRouted]) -> Sequence[Event]:
        data = message.data
        _over(Channel.PORTAL, data.channel)
        forms.application(data.signed, data.application_id, data.request, data.channel, data.filed_at, message.at)
        university = run_here(universities, data.request.university)
        command = open_command(data.application_id, data.request, data.channel, data.filed_at, university, message.at)
        return CASE.decide(command, case)

    return handle


def _open_delivered(
    universities: Universities,
) -> Callable[[State, Message[con_applications.PackageDelivered]], Sequence[Event]]:
    def handle(case: State, message: Message[con_applications.PackageDelivered]) -> Sequence[Event]:
        data = message.data
        _over(Channel.CON, data.channel)
        if data.regulation not in regulations():
            raise Refused(
                "regulation.unknown",
                f"no regulation {data.regulation} is known here",
                field="/data/regulation",
                remedy="add it to law/regulation, or correct the id at the service centre",
            )
        university = run_here(universities, data.request.university)
        command = open_command(data.application_id, data.request, data.channel, data.filed_at, university, message.at)
        return CASE.decide(replace(command, regulation=data.regulation), case)

    return handle


def _over(expected: Channel, stated: Channel) -> None:
    """A topic brings the applications of one channel: another would be handled by another's rules."""
    if stated is not expected:
        raise Refused(
            "case.other-channel",
            f"what was handed in over {stated} does not come over this topic",
            field="/data/channel",
            remedy=f"send applications of the channel {expected} here",
        )


def open_command(
    application_id: UUID,
    request: DuplicateRequest,
    channel: Channel,
    filed_at: datetime,
    university: University,
    at: datetime,
) -> c.Open:
    return c.Open(
        application_id=application_id,
        request=request,
        channel=channel,
        filed_at=filed_at,
        zone=university.zone,
        week=university.week,
        at=at,
    )


def _received(case: State, message: Message[con_applications.DuplicateReceived]) -> Sequence[Event]:
    vouch(case, Channel.CON, message.data.university)
    return CASE.decide(c.NoteReceivedAtCentre(message.at), case)


def _handed_over(case: State, message: Message[con_applications.DuplicateHandedOver]) -> Sequence[Event]:
    vouch(case, Channel.CON, message.data.university)
    return CASE.decide(c.NoteHandedOverAtCentre(message.data.collector, message.at), case)


def _returned(case: State, message: Message[con_applications.DuplicateReturned]) -> Sequence[Event]:
    vouch(case, Channel.CON, message.data.university)
    return CASE.decide(c.NoteReturnedFromCentre(message.at), case)


def _correct_signed(
    forms: SignedForms, case: State, message: Message[esuvo_requests.CorrectionRouted]
) -> Sequence[Event]:
    data = message.data
    vouch(case, Channel.PORTAL, data.university)
    by = forms.correction(
        data.signed, data.application_id, data.specialty, data.graduation_year, data.corrected_at, message.at
    )
    _by_applicant(case, by)
    return CASE.decide(c.Correct(data.specialty, data.graduation_year, message.at), case)


def _withdraw_signed(
    forms: SignedForms, case: State, message: Message[esuvo_requests.WithdrawalRouted]
) -> Sequence[Event]:
    data = message.data
    vouch(case, Channel.PORTAL, data.university)
    _by_applicant(case, forms.withdrawal(data.signed, data.application_id, data.requested_at, message.at))
    return CASE.decide(c.Withdraw(message.at), case)


def _by_applicant(case: State, signed: Signed | None) -> None:
    if signed and not isinstance(case, Unopened):
        require_signer(signed.signer.iin, case.request.applicant.iin)


def _correct(case: State, message: Message[con_applications.CorrectionHandedIn]) -> Sequence[Event]:
    """What is handed in at a counter is signed by hand: the operator looks at the paper, and nobody can after."""
    vouch(case, Channel.CON, message.data.university)
    return CASE.decide(c.Correct(message.data.specialty, message.data.graduation_year, message.at), case)


def _withdraw(case: State, message: Message[con_applications.WithdrawalHandedIn]) -> Sequence[Event]:
    vouch(case, Channel.CON, message.data.university)
    return CASE.decide(c.Withdraw(message.at), case)


def _forwarded(case: State, message: Message[esuvo_notifications.NoticeForwarded]) -> Sequence[Event]:
    number = _number(case, message.data.notice.notice_id)
    return CASE.decide(c.NoteForwarded(number, message.at), case) if number else Ignored("not-our-notice")


def _delivered(case: State, message: Message[esuvo_notifications.NoticeDelivered]) -> Sequence[Event]:
    number = _number(case, message.data.notice_id)
    return CASE.decide(c.NoteDelivered(number, message.at), case) if number else Ignored("not-our-notice")


def _undeliverable(case: State, message: Message[esuvo_notifications.NoticeUndeliverable]) -> Sequence[Event]:
    number = _number(case, message.data.notice_id)
    return CASE.decide(c.NoteUndeliverable(number, message.at), case) if number else Ignored("not-our-notice")


def _number(case: State, notice_id: UUID) -> int | None:
    """None for a notice that ESUVO itself originated: it concerns no notice of ours."""
    return None if isinstance(case, Unopened) else notices.number_of(case, notice_id)
