"""What follows from an event of a case: contract events, timers, questions to the register and to the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

from contracts import university_cases as contract
from contracts.common import Channel
from contracts.event import Event
from law.left_open import BlankAlarm
from law.regulation import AFTER_DUE, WorkCalendar
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services._chassis.retry import next_attempt_at
from services.university_is import streams
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case import notices
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.rows import CASES
from services.university_is.duplicates.case.state import Case, NoticeRecord, State, Status, Unopened
from services.university_is.duplicates.case.tells import told
from services.university_is.duplicates.document import decide as document
from services.university_is.duplicates.errand.decide import SetOut, SupplyAsked
from services.university_is.duplicates.ledger import commands as ledger
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.register import decide as register
from services.university_is.watch import warned_at

_ALARM: Final = "blanks-alarm"
_REMINDED_AFTER: Final = timedelta(days=14)  # assumed: no limit found (EDGE-18)


@dataclass(frozen=True, slots=True)
class Cases:
    """The case aggregate; `blank_alarm` says when the university asks a silent Ministry again."""

    universities: Universities
    blank_alarm: BlankAlarm

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category=streams.CASE,
            initial=CASE.initial,
            evolve=CASE.evolve,
            events=e.EVENTS,
            react=self.react,
            timers={
                _ALARM: self._alarm,
                "term": _miss,
                "resend": _resend,
                "claim": _claim,
                "reminder": _remind,
            },
            projection=CASES,
        )

    def react(self, case: State, recorded: Recorded) -> Iterable[Effect]:
        """Questions come last: their answers are decided at once, and must find everything else done."""
        if isinstance(case, Unopened):
            return
        event = recorded.event
        publication = told(case, event)
        if publication:
            yield Publish(contract.TOPIC, str(case.application_id), publication)
        yield from _timed(case, event)
        yield from _waiting(case, event)
        yield from self._notified(case, event)
        yield from self._awaited_from_ministry(case, event)
        yield from _asked(case, event)

    def _awaited_from_ministry(self, case: Case, event: Event) -> Iterator[Effect]:
        """The order gives the Ministry no term, so the university sets one of its own (INC-21, EDGE-13)."""
        match event:
            case e.BlanksNotSupplied(at=at, kinds=kinds, asked_again=True):
                again = contract.BlankFormRequested(
                    application_id=case.application_id, university=case.university, at=at, kinds=kinds
                )
                yield Publish(contract.TOPIC, str(case.application_id), again)
                yield Schedule(_ALARM, self._alarm_at(at, case.calendar))
            case e.BlanksRequested(at=at):
                yield Schedule(_ALARM, self._alarm_at(at, case.calendar))
            case e.BlanksReserved() | e.Withdrawn() | e.Declined() if case.blank_requests:
                yield Cancel(_ALARM)
            case _:
                return

    def _alarm_at(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """As the working day begins that is so many after `at`."""
        day = calendar.add_working_days(at.astimezone(calendar.zone).date(), self.blank_alarm.after_days)
        return calendar.opening(day) + AFTER_DUE

    def _alarm(self, case: State, timer: Timer) -> Sequence[Event]:
        return CASE.decide(c.NoteSilence(self.blank_alarm.most_requests, timer.at), case)

    def _notified(self, case: Case, event: Event) -> Iterator[Effect]:
        match event:
            case e.NoticeRaised() if case.opened.channel is not Channel.PORTAL:
                return  # the letter follows
            case e.NoticeRaised(number=number, at=at) | e.NoticeResent(number=number, at=at):
                yield from self._sent(case, case.notice(number), at)
            case e.NoticePosted(number=number, at=at):
                yield Cancel(_resend_key(case, case.notice(number)))
                yield self._posted(case, case.notice(number), at)
            case e.NoticeForwarded(number=number) | e.NoticeDelivered(number=number):
                yield Cancel(_resend_key(case, case.notice(number)))
            case _:
                return

    def _sent(self, case: Case, record: NoticeRecord, at: datetime) -> Iterator[Effect]:
        sent = contract.NoticeSent(
            application_id=case.application_id,
            university=case.university,
            at=at,
            notice=notices.notice(case, record, self.universities[case.university]),
            attempt=record.attempts,
        )
        yield Publish(contract.TOPIC, str(case.application_id), sent)
        due_at = next_attempt_at(at, record.attempts)
        yield Schedule(_resend_key(case, record), due_at, {"number": record.number})

    def _posted(self, case: Case, record: NoticeRecord, at: datetime) -> Publish:
        posted = contract.NoticePosted(
            application_id=case.application_id,
            university=case.university,
            at=at,
            notice=notices.notice(case, record, self.universities[case.university]),
        )
        return Publish(contract.TOPIC, str(case.application_id), posted)


def _resend_key(case: Case, record: NoticeRecord) -> str:
    return f"resend:{notices.notice_id(case, record)}"


def _timed(case: Case, event: Event) -> Iterator[Effect]:
    """Deadlines begin and end with their steps.

    One timer per deadline: it first comes to warn, then to tell the breach. A step that ends in time costs no other.
    """
    match event:
        case e.Opened(overall_due=due, filed_at=start) if due:
            yield _watch(case, terms.OVERALL, start, due)
        case e.StepStarted(step=step, due_at=due, at=start) if due:
            yield _watch(case, step, start, due)
        case e.DeadlineNear(step=step, due_at=due):
            yield Schedule(f"term:{step}", due + AFTER_DUE)
        case e.StepDone(step=step) | e.StepDropped(step=step) if step:
            yield Cancel(f"term:{step}")
        case _:
            pass


def _waiting(case: Case, event: Event) -> Iterator[Effect]:
    """What the whole case waits for: its claim of the document, the end of the overall term, the collection."""
    match event:
        case e.Opened(at=at):
            yield Schedule("claim", at + document.CLAIMED_AFTER)
        case e.Prepared() if case.opened.channel is not Channel.CON:
            yield Cancel(f"term:{terms.OVERALL}")
        case e.ReceivedAtCentre():
            yield Cancel(f"term:{terms.OVERALL}")
        case e.Declined() | e.Withdrawn():
            yield Cancel(f"term:{terms.OVERALL}")
            yield Cancel("claim")
        case e.Issued():
            yield Cancel("reminder")
        case _:
            pass
    reachable = case.opened.channel is not Channel.CON and case.status is Status.PREPARED
    if reachable and isinstance(event, e.Prepared | e.Announced):
        yield Schedule("reminder", event.at + _REMINDED_AFTER)


def _watch(case: Case, step: str, start: datetime, due_at: datetime) -> Schedule:
    warning = terms.warning_at(case.opened, start, due_at)
    if warning is None:
        return Schedule(f"term:{step}", due_at + AFTER_DUE)
    return Schedule(f"term:{step}", warned_at(warning), {"near": True})


def _asked(case: Case, event: Event) -> Iterator[Effect]:
    yield from _asked_of_supplies(case, event)
    yield from _asked_of_document(case, event)


def _asked_of_document(case: Case, event: Event) -> Iterator[Effect]:
    """The claim is for the document as it was named when filed; what is issued counts for the one as corrected."""
    who, filed = case.application_id, case.opened.request
    match event:
        case e.DocumentClaimed():
            yield Tell(
                streams.document(filed),
                lambda state, at: document.DOCUMENT.decide(document.Take(who, filed.number, filed.reason, at), state),
            )
        case e.Issued() | e.Declined() | e.Withdrawn() if case.claimed:
            yield Tell(
                streams.document(filed),
                lambda state, at: document.DOCUMENT.decide(document.Free(who, filed.reason, at), state),
            )
        case _:
            pass
    if isinstance(event, e.Issued):
        yield Tell(
            streams.document(case.request),
            lambda state, at: document.DOCUMENT.decide(document.Count(who, at), state),
        )


def _asked_of_supplies(case: Case, event: Event) -> Iterator[Effect]:
    who, blanks = case.application_id, streams.blanks(case.university)
    match event:
        case e.RegisterConsulted():
            person = streams.graduate(case.university, case.request.applicant.iin)
            yield Tell(person, lambda state, at: register.decide(register.GiveExtract(who, at), state))
        case e.Considered() if terms.needs_blanks(case.opened):
            yield Tell(blanks, lambda state, at: LEDGER.decide(ledger.Reserve(who, case.kinds, at), state))
        case e.BlanksSpoilt(blanks=spoilt):
            yield Tell(blanks, lambda state, at: LEDGER.decide(ledger.Spoil(who, spoilt, at), state))
        case e.BlanksRequested():
            yield Tell(blanks, lambda state, at: LEDGER.decide(ledger.NoteAsked(who, at), state))
            yield Tell(streams.errand(who), lambda _errands, at: [SupplyAsked(university=case.university, at=at)])
        case e.Prepared():
            yield Tell(blanks, lambda state, at: LEDGER.decide(ledger.Use(who, at), state))
        case e.Withdrawn() as event if case.has_done(Task.CONSIDER):
            yield _gives_up(case, event.at)
        case e.Declined() as event if case.blanks or case.short:
            yield _gives_up(case, event.at)
        case _:
            return


def _gives_up(case: Case, at: datetime) -> Tell:
    errand = SetOut(university=case.university, blanks=(), at=at)
    return Tell(streams.errand(case.application_id), lambda _errands, _at: [errand])


def _claim(case: State, timer: Timer) -> Sequence[Event]:
    return CASE.decide(c.Claim(timer.at), case)


def _remind(case: State, timer: Timer) -> Sequence[Event]:
    return CASE.decide(c.Remind(timer.at), case)


def _miss(case: State, timer: Timer) -> Sequence[Event]:
    step = timer.key.partition(":")[2]
    near = timer.data.get("near", False)
    return CASE.decide(c.WarnOfDeadline(step, timer.at) if near else c.MissDeadline(step, timer.at), case)


def _resend(case: State, timer: Timer) -> Sequence[Event]:
    return CASE.decide(c.Resend(int(_text(timer.data["number"])), timer.at), case)


def _text(value: JsonValue) -> str:
    return str(value)
