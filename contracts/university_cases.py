"""Published by the university's information system on `university.cases.v1`, keyed by application id."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from contracts.common import (
    MOST_BLANKS,
    MOST_CORRECTIONS,
    MOST_SERIALS,
    ApplicationId,
    Attempt,
    Blank,
    BlankKind,
    Channel,
    Collector,
    Correction,
    Notice,
    Refusal,
    SupplyFault,
    UniversityCode,
    Waybill,
)
from contracts.event import Catalogue, Event, Text
from contracts.kinds import Flag, Line, Moment, Words, whole
from contracts.package import MOST_DOCUMENTS, MissingDocument, PackageDocument

TOPIC: Final = "university.cases.v1"


class CaseEvent(Event):
    """What every event of a case says: which application, at which university, when."""

    application_id: ApplicationId
    university: UniversityCode
    at: Moment = Field(description="virtual time of what happened")


class PackageIncomplete(CaseEvent):
    """The chancellery refused an incomplete package at its counter; no term began (DUP-GEN-6, EDGE-01, EDGE-02)."""

    name: ClassVar[str] = "kz.egov.university.package-incomplete"
    title: ClassVar[Text] = Text(kk="Топтама толық емес", ru="Пакет неполный", en="Package incomplete")

    presented: tuple[PackageDocument, ...] = Field(
        max_length=MOST_DOCUMENTS, description="documents that were presented"
    )
    missing: tuple[MissingDocument, ...] = Field(
        min_length=1, max_length=MOST_DOCUMENTS, description="documents that were missing"
    )


class ScheduleInfeasible(CaseEvent):
    """When the case was opened, the limits of its steps, one after the other, exceeded the overall term (INC-19)."""

    name: ClassVar[str] = "kz.egov.university.schedule-infeasible"
    title: ClassVar[Text] = Text(
        kk="Қадамдар жалпы мерзімге сыймайды", ru="Шаги не укладываются в общий срок", en="Schedule infeasible"
    )

    planned_end: Moment = Field(description="virtual time when the last step is due at the latest")
    overall_due: Moment = Field(description="virtual time when the term of the whole service ends")


class CaseOpened(CaseEvent):
    """The request arrived; `regulation` governs the case from its filing date (EDGE-37)."""

    name: ClassVar[str] = "kz.egov.university.case-opened"
    title: ClassVar[Text] = Text(kk="Іс ашылды", ru="Дело открыто", en="Case opened")

    channel: Channel = Field(description="where the application was handed in")
    regulation: Line = Field(description="id of the regulation that governs the case")


class CaseRegistered(CaseEvent):
    """The chancellery registered the package and handed it to academic affairs (DUP-PORTAL-4)."""

    name: ClassVar[str] = "kz.egov.university.case-registered"
    title: ClassVar[Text] = Text(kk="Кеңседе тіркелді", ru="Зарегистрировано канцелярией", en="Case registered")

    incoming_number: Line = Field(description="incoming number in the chancellery's book")


class CaseVerified(CaseEvent):
    """Academic affairs confirmed the data and prepared the reference note (DUP-PORTAL-5)."""

    name: ClassVar[str] = "kz.egov.university.case-verified"
    title: ClassVar[Text] = Text(kk="Деректер тексерілді", ru="Достоверность проверена", en="Case verified")

    reference_note: Words = Field(description="the reference note, or its number")


class CaseReturned(CaseEvent):
    """Academic affairs returned the application for correction (domain B.1)."""

    name: ClassVar[str] = "kz.egov.university.case-returned"
    title: ClassVar[Text] = Text(kk="Түзетуге қайтарылды", ru="Возвращено на исправление", en="Case returned")

    corrections: tuple[Correction, ...] = Field(
        min_length=1, max_length=MOST_CORRECTIONS, description="what the applicant has to correct"
    )


class CaseConsidered(CaseEvent):
    """Management considered the package and returned it to academic affairs (DUP-PORTAL-6)."""

    name: ClassVar[str] = "kz.egov.university.case-considered"
    title: ClassVar[Text] = Text(kk="Басшылық қарады", ru="Рассмотрено руководством", en="Case considered")


class BlankFormRequested(CaseEvent):
    """No blank form in stock: academic affairs asks the Ministry for them (DUP-PORTAL-7, INC-04)."""

    name: ClassVar[str] = "kz.egov.university.blank-form-requested"
    title: ClassVar[Text] = Text(kk="Бланкіге тапсырыс берілді", ru="Заявка на бланк подана", en="Blank form requested")

    kinds: tuple[BlankKind, ...] = Field(
        min_length=1, max_length=MOST_BLANKS, description="kinds of blank form that are lacking"
    )


class BlanksNotSupplied(CaseEvent):
    """An alarm: the Ministry did not answer, refused, or sent too few or the wrong kind; the request stays open (EDGE-13)."""

    name: ClassVar[str] = "kz.egov.university.blanks-not-supplied"
    title: ClassVar[Text] = Text(kk="Бланкілер келмеді", ru="Бланки не поступили", en="Blank forms not supplied")

    kinds: tuple[BlankKind, ...] = Field(
        min_length=1, max_length=MOST_BLANKS, description="kinds of blank form that are lacking"
    )
    fault: SupplyFault = Field(description="what went wrong at the Ministry")
    requests: Annotated[int, whole(1, 1_000_000)] = Field(
        description="number of requests that the case had made before"
    )
    asked_again: Flag = Field(description="whether another request follows; if not, a person has to act")


class DuplicatePrepared(CaseEvent):
    """The duplicate is written on these blank forms (DUP-PORTAL-8)."""

    name: ClassVar[str] = "kz.egov.university.duplicate-prepared"
    title: ClassVar[Text] = Text(kk="Телнұсқа дайындалды", ru="Дубликат подготовлен", en="Duplicate prepared")

    blanks: tuple[Blank, ...] = Field(min_length=1, max_length=MOST_SERIALS, description="blank forms by serial number")


class DuplicateDispatched(CaseEvent):
    """The prepared duplicate is with the courier, on its way to the service centre (DUP-CON-9)."""

    name: ClassVar[str] = "kz.egov.university.duplicate-dispatched"
    title: ClassVar[Text] = Text(
        kk="Телнұсқа ХҚО-ға жіберілді", ru="Дубликат направлен в ЦОН", en="Duplicate dispatched"
    )

    waybill: Waybill


class NoticeSent(CaseEvent):
    """The university sends a notice for the applicant to the portal; `attempt` counts from 1 (DUP-PORTAL-8)."""

    name: ClassVar[str] = "kz.egov.university.notice-sent"
    title: ClassVar[Text] = Text(kk="Хабарлама жіберілді", ru="Уведомление направлено", en="Notice sent")

    notice: Notice = Field(description="the notice itself")
    attempt: Attempt


class NoticePosted(CaseEvent):
    """A notice sent by post: always in the paper channel (DUP-PAPER-6), elsewhere when the portal failed (EDGE-20)."""

    name: ClassVar[str] = "kz.egov.university.notice-posted"
    title: ClassVar[Text] = Text(
        kk="Хабарлама хатпен жіберілді", ru="Уведомление отправлено письмом", en="Notice posted"
    )

    notice: Notice = Field(description="the notice itself")


class HearingAppointed(CaseEvent):
    """The applicant may be heard before a refusal, if the regulation provides for it (`pre_refusal_hearing`)."""

    name: ClassVar[str] = "kz.egov.university.hearing-appointed"
    title: ClassVar[Text] = Text(kk="Тыңдау тағайындалды", ru="Назначено заслушивание", en="Hearing appointed")

    refusal: Refusal = Field(description="the preliminary refusal that the hearing is about")
    held_at: Moment = Field(description="virtual time of the hearing")


class DuplicateIssued(CaseEvent):
    """The duplicate was collected (DUP-PAPER-7, DUP-CON-10, DUP-PORTAL-9)."""

    name: ClassVar[str] = "kz.egov.university.duplicate-issued"
    title: ClassVar[Text] = Text(kk="Телнұсқа берілді", ru="Дубликат выдан", en="Duplicate issued")

    blanks: tuple[Blank, ...] = Field(min_length=1, max_length=MOST_SERIALS, description="blank forms by serial number")
    collector: Collector | None = Field(default=None, description="who collected it (EDGE-19)")
    issue_number: Annotated[int, whole(1, 1_000_000)] | None = Field(
        default=None, description="number of this duplicate among all of the same document, counted from 1 (EDGE-24)"
    )


class OriginalAnnulled(CaseEvent):
    """The lost original was found after its duplicate had been issued: it is annulled (EDGE-25)."""

    name: ClassVar[str] = "kz.egov.university.original-annulled"
    title: ClassVar[Text] = Text(kk="Түпнұсқаның күші жойылды", ru="Подлинник аннулирован", en="Original annulled")


class CaseRefused(CaseEvent):
    """The case ended with a reasoned refusal (A.12)."""

    name: ClassVar[str] = "kz.egov.university.case-refused"
    title: ClassVar[Text] = Text(kk="Бас тартылды", ru="Отказано", en="Case refused")

    refusal: Refusal = Field(description="the reasoned refusal")


class CaseWithdrawn(CaseEvent):
    """The applicant withdrew in time (EDGE-21)."""

    name: ClassVar[str] = "kz.egov.university.case-withdrawn"
    title: ClassVar[Text] = Text(kk="Өтініш қайтарып алынды", ru="Заявление отозвано", en="Case withdrawn")


class WithdrawalDeclined(CaseEvent):
    """The applicant asked to withdraw after the duplicate had been prepared, which is too late (EDGE-21)."""

    name: ClassVar[str] = "kz.egov.university.withdrawal-declined"
    title: ClassVar[Text] = Text(kk="Қайтарып алудан бас тартылды", ru="В отзыве отказано", en="Withdrawal declined")


class DeadlineNear(CaseEvent):
    """The deadline of a step that is not done is near: a warning before `DeadlineBreached`."""

    name: ClassVar[str] = "kz.egov.university.deadline-near"
    title: ClassVar[Text] = Text(kk="Мерзім жақындады", ru="Срок истекает", en="Deadline near")

    step: Line = Field(description="the regulation's step, for example DUP-PORTAL-5")
    due_at: Moment = Field(description="virtual time when the step is due")


class DeadlineBreached(CaseEvent):
    """A step was not done by its deadline; the procedure goes on (EDGE-15)."""

    name: ClassVar[str] = "kz.egov.university.deadline-breached"
    title: ClassVar[Text] = Text(kk="Мерзім бұзылды", ru="Срок нарушен", en="Deadline breached")

    step: Line = Field(description="the regulation's step, for example DUP-PORTAL-5")
    limit: Line = Field(description="the limit in words, for example 4 working_day")
    counting: Line = Field(description="the counting rule that applied, event_day or next_day (domain C.4)")
    due_at: Moment = Field(description="virtual time when the step was due")


CATALOGUE: Final = Catalogue(
    [
        PackageIncomplete,
        CaseOpened,
        ScheduleInfeasible,
        CaseRegistered,
        CaseVerified,
        CaseReturned,
        CaseConsidered,
        BlankFormRequested,
        BlanksNotSupplied,
        DuplicatePrepared,
        DuplicateDispatched,
        NoticeSent,
        NoticePosted,
        DuplicateIssued,
        OriginalAnnulled,
        HearingAppointed,
        CaseRefused,
        CaseWithdrawn,
        WithdrawalDeclined,
        DeadlineNear,
        DeadlineBreached,
    ]
)
