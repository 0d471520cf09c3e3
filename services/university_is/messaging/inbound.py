"""What the university hears on Kafka: requests, corrections and withdrawals, blank forms, the fate of its notices."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from contracts import esuvo
from contracts.event import Event
from contracts.universities import Universities
from services._chassis.aggregate import Message, Subscription, on
from services._chassis.decider import Refused
from services.university_is import notices
from services.university_is.domain import commands as c
from services.university_is.domain.case import CASE
from services.university_is.domain.errand import Errands, SetOut
from services.university_is.domain.state import State, Unopened
from services.university_is.messaging import streams

OfCase = TypeVar(
    "OfCase",
    esuvo.RequestRouted,
    esuvo.CorrectionRouted,
    esuvo.WithdrawalRouted,
    esuvo.NoticeForwarded,
    esuvo.NoticeDelivered,
    esuvo.NoticeUndeliverable,
)


def subscriptions(universities: Universities) -> tuple[Subscription, ...]:
    return (
        Subscription(
            esuvo.REQUESTS,
            esuvo.REQUESTS_CATALOGUE,
            (
                on(esuvo.RequestRouted, stream=_case, handle=_open(universities)),
                on(esuvo.CorrectionRouted, stream=_case, handle=_correct),
                on(esuvo.WithdrawalRouted, stream=_case, handle=_withdraw),
            ),
        ),
        Subscription(
            esuvo.NOTIFICATIONS,
            esuvo.NOTIFICATIONS_CATALOGUE,
            (
                on(esuvo.NoticeForwarded, stream=_case, handle=_forwarded),
                on(esuvo.NoticeDelivered, stream=_case, handle=_delivered),
                on(esuvo.NoticeUndeliverable, stream=_case, handle=_undeliverable),
            ),
        ),
        Subscription(
            esuvo.BLANKS,
            esuvo.BLANKS_CATALOGUE,
            (on(esuvo.BlanksSupplied, stream=_errand, handle=_supply),),
        ),
    )


def _case(message: Message[OfCase]) -> str:
    return streams.case(message.data.application_id)


def _errand(message: Message[esuvo.BlanksSupplied]) -> str:
    return streams.errand(message.data.application_id)


def _open(universities: Universities) -> Callable[[State, Message[esuvo.RequestRouted]], Sequence[Event]]:
    def handle(case: State, message: Message[esuvo.RequestRouted]) -> Sequence[Event]:
        data = message.data
        university = universities.get(data.request.university)
        if university is None:
            raise Refused(
                "university.unknown",
                f"no university {data.request.university} is run here",
                field="/data/request/university",
                remedy="add it to contracts/data/universities.json, or route the request to the system that runs it",
            )
        command = c.Open(
            application_id=data.application_id,
            request=data.request,
            channel=data.channel,
            filed_at=data.filed_at,
            zone=university.zone,
            week=university.week,
            at=message.at,
        )
        return CASE.decide(command, case)

    return handle


def _correct(case: State, message: Message[esuvo.CorrectionRouted]) -> Sequence[Event]:
    return CASE.decide(c.Correct(message.data.specialty, message.data.graduation_year, message.at), case)


def _withdraw(case: State, message: Message[esuvo.WithdrawalRouted]) -> Sequence[Event]:
    return CASE.decide(c.Withdraw(message.at), case)


def _forwarded(case: State, message: Message[esuvo.NoticeForwarded]) -> Sequence[Event]:
    number = _number(case, message.data.notice.notice_id)
    return CASE.decide(c.NoteForwarded(number, message.at), case) if number else []


def _delivered(case: State, message: Message[esuvo.NoticeDelivered]) -> Sequence[Event]:
    number = _number(case, message.data.notice_id)
    return CASE.decide(c.NoteDelivered(number, message.at), case) if number else []


def _undeliverable(case: State, message: Message[esuvo.NoticeUndeliverable]) -> Sequence[Event]:
    number = _number(case, message.data.notice_id)
    return CASE.decide(c.NoteUndeliverable(number, message.at), case) if number else []


def _number(case: State, notice_id: UUID) -> int | None:
    """None for a notice that ESUVO itself originated: it concerns no notice of ours."""
    return None if isinstance(case, Unopened) else notices.number_of(case, notice_id)


def _supply(_errands: Errands, message: Message[esuvo.BlanksSupplied]) -> Sequence[Event]:
    data = message.data
    return [SetOut(university=data.university, blanks=data.blanks, at=message.at)]
