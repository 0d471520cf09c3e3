"""What follows from an event of a case: contract events, timers, questions to the register and to the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from pydantic import JsonValue

from contracts import university_cases as contract
from contracts.common import Channel, NoticeKind
from contracts.event import Event
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services._chassis.retry import next_attempt_at
from services.university_is import streams
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case import notices, verification
from services.university_is.duplicates.case.decide import CASE, awaits
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.rows import CASES
from services.university_is.duplicates.case.state import Case, NoticeRecord, State, Status, Unopened
from services.university_is.duplicates.case.tells import told
from services.university_is.duplicates.document import decide as document
from services.university_is.duplicates.errand.decide import SetOut, SupplyAsked
from services.university_is.duplicates.ledger import commands as ledger
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.register import decide as register
from services.university_is.simulated.staff import DESKS, Job, Simulated, after_days, known_by_post
from services.university_is.steps import StepRecord

_ALARM: Final = "blanks-alarm"
_AFTER_DUE: Final = timedelta(seconds=1)
_REMINDED_AFTER: Final = timedelta(days=14)  # assumed: no limit found (EDGE-18)
# The other two begin elsewhere: preparation when the blanks are there, hand-over when the applicant knows.
_HEARING: Final = "staff:hearing"
_BEGUN_BY_STEP: Final = frozenset({Task.REGISTER, Task.VERIFY, Task.CONSIDER, Task.REQUEST_BLANK, Task.NOTIFY_READY})


@dataclass(frozen=True, slots=True)
class Cases:
    """The case aggregate, with the policy of its simulated staff."""

    staff: Simulated
    universities: Universities

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category=streams.CASE,
            initial=CASE.initial,
            evolve=CASE.evolve,
            events=e.EVENTS,
            react=self.react,
            timers={
                "staff": self._work,
                _ALARM: self._alarm,
                "term": _miss,
                "resend": _resend,
                "claim": _claim,
                "reminder": _remind,
            },
            projection=CASES,
        )

    def react(self, case: State, recorded: Recorded) -> Iterable[Effect]:
        """Questions come last: their answers are decided at once, and must find everything else done.

        What hangs on the policy of the staff comes after all that is published: the ids of messages count effects.
        """
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
        yield from self._staffed(case, event)
        yield from _asked(case, event)

    def _awaited_from_ministry(self, case: Case, event: Event) -> Iterator[Effect]:
        """The order gives the Ministry no term, so the university sets one of its own (INC-21, EDGE-13)."""
        match event:
            case e.BlanksNotSupplied(at=at, kinds=kinds, asked_again=True):
                again = contract.BlankFormRequested(
                    application_id=case.application_id, university=case.university, at=at, kinds=kinds
                )
                yield Publish(contract.TOPIC, str(case.application_id), again)
                yield Schedule(_ALARM, after_days(at, self.staff.blank_alarm.after_days, case.calendar))
            case e.BlanksRequested(at=at):
                yield Schedule(_ALARM, after_days(at, self.staff.blank_alarm.after_days, case.calendar))
            case e.BlanksReserved() | e.Withdrawn() | e.Declined() if case.blank_requests:
                yield Cancel(_ALARM)
            case _:
                return

    def _alarm(self, case: State, timer: Timer) -> Sequence[Event]:
        return CASE.decide(c.NoteSilence(self.staff.blank_alarm.most_requests, timer.at), case)

    def _staffed(self, case: Case, event: Event) -> Iterator[Effect]:
        match event:
            case e.StepStarted(task=task, at=at) if task in _BEGUN_BY_STEP:
                yield from self._job(case, task, at)
            case e.BlanksReserved(at=at):
                yield from self._job(case, Task.PREPARE, at)
            case e.HearingAppointed(held_at=held_at):
                job = Job(case.application_id, Task.HEAR, len(case.steps), held_at, held_at, None, case.calendar)
                works_at = self.staff.works_at(job)
                if works_at:
                    yield Schedule(_HEARING, works_at, {"task": Task.HEAR.value})
            case e.HearingHeld() | e.Withdrawn() if case.hearing:
                yield Cancel(_HEARING)
            case e.NoticeDelivered(number=number, at=at) if _awaits_collection(case, number):
                yield from self._collection(case, at)
            case e.NoticePosted(number=number, at=at) if _awaits_collection(case, number):
                yield from self._collection(case, known_by_post(at, case.calendar))
            case e.ReturnedFromCentre(at=at):
                yield from self._collection(case, known_by_post(at, case.calendar))
            case _:
                return

    def _job(self, case: Case, task: Task, at: datetime) -> Iterator[Effect]:
        step = case.under_way(task)
        if step is None:
            return
        run = sum(each.task == task for each in case.steps)
        job = Job(case.application_id, task, run, at, step.started, step.due, case.calendar, _limit(case, step))
        yield from _planned(step.step, task, self.staff.works_at(job))

    def _work(self, case: State, timer: Timer) -> Sequence[Event]:
        """Simulated staff do what a person would ask for over HTTP, unless a withdrawal or a person was a moment faster."""
        task = Task(_text(timer.data["task"]))
        if not isinstance(case, Case) or not awaits(case, task):
            return []
        run = sum(each.task == task for each in case.steps)
        if task is Task.VERIFY and self.staff.refuses_wrongly(case.application_id, run):
            return CASE.decide(c.Refuse(Task.VERIFY, verification.MISREAD, timer.at), case)
        if task is Task.PREPARE and terms.needs_blanks(case.opened):
            printed = case.blanks[0].serial
            if self.staff.spoils(case.application_id, printed):
                return CASE.decide(c.Spoil((printed,), timer.at), case)
        if task is Task.HAND_OVER:
            day = timer.at.astimezone(case.calendar.zone).date()
            return CASE.decide(c.HandOver(timer.at, self.staff.collector(case.application_id, day)), case)
        return CASE.decide(command_of(task, case, timer.at), case)

    def _collection(self, case: Case, known_at: datetime) -> Iterator[Effect]:
        step = terms.step_of(case.opened, Task.HAND_OVER)
        due_at = self.staff.collects_at(case.application_id, known_at, case.calendar)
        yield from _planned(step.id if step else Task.HAND_OVER, Task.HAND_OVER, due_at)

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


def incoming_number(case: Case, at: datetime) -> str:
    """The chancellery's number: derived, since counting would hang on the order of arrival."""
    year = at.astimezone(case.calendar.zone).year
    digits = int.from_bytes(blake2b(case.application_id.bytes, digest_size=8).digest(), "big") % 10**8
    return f"{case.university}-{year}-{digits:08d}"


def _limit(case: Case, step: StepRecord) -> timedelta | None:
    """The preparation's, since its days are those of the calendar; the others' work fills their working days."""
    return terms.calendar_limit(case.opened, step.step) if step.task is Task.PREPARE else None


def _awaits_collection(case: Case, number: int) -> bool:
    return case.status is Status.PREPARED and case.notice(number).kind is NoticeKind.READY


def _planned(step: str, task: Task, due_at: datetime | None) -> Iterator[Effect]:
    if due_at:
        yield Schedule(f"staff:{step}", due_at, {"task": task.value})


def _resend_key(case: Case, record: NoticeRecord) -> str:
    return f"resend:{notices.notice_id(case, record)}"


def _timed(case: Case, event: Event) -> Iterator[Effect]:
    """Deadlines begin and end with their steps; what the staff had planned ends with the step too.

    One timer per deadline: it first comes to warn, then to tell the breach. A step that ends in time costs no other. Its
    key comes after `staff`: at one instant the desk acts first, and what it has done needs no warning.
    """
    match event:
        case e.Opened(overall_due=due, filed_at=start) if due:
            yield _watch(case, terms.OVERALL, start, due)
        case e.StepStarted(step=step, due_at=due, at=start) if due:
            yield _watch(case, step, start, due)
        case e.DeadlineNear(step=step, due_at=due):
            yield Schedule(f"term:{step}", due + _AFTER_DUE)
        case e.StepDone(step=step) | e.StepDropped(step=step) if step:
            yield Cancel(f"term:{step}")
            yield Cancel(f"staff:{step}")
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
        return Schedule(f"term:{step}", due_at + _AFTER_DUE)
    # With the desks' round rather than beside it: a moment of its own would cost the whole chain a jump of the clock.
    return Schedule(f"term:{step}", warning.replace(second=DESKS.last_call.second), {"near": True})


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


def command_of(task: Task, case: State, at: datetime, number: str | None = None) -> c.Command:  # noqa: PLR0911 - one arm per task
    """The command by which a desk does its task, where it has nothing to choose."""
    match task:
        case Task.REGISTER:
            return c.Register(number or (incoming_number(case, at) if isinstance(case, Case) else ""), at)
        case Task.VERIFY:
            return c.ConsultRegister(at)
        case Task.CONSIDER:
            return c.Consider(at)
        case Task.HEAR:
            return c.Hear(upheld=True, at=at)
        case Task.REQUEST_BLANK:
            return c.RequestBlanks(at)
        case Task.PREPARE:
            return c.Prepare(at)
        case Task.NOTIFY_READY:
            return c.Announce(at)
        case Task.HAND_OVER:
            return c.HandOver(at)


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
