"""What the university's documents state, taken from a case or an application for a grant: pure functions of its state."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.common import Applicant, Reason
from contracts.event import Text
from contracts.issued_documents import Codes, DocumentIssued, PaperKind
from law.specialties import Specialties
from law.universities import Universities, University
from services._papers import facts as f
from services._papers import words
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Case
from services.university_is.grants.application.events import GrantTask, ScholarshipAssigned
from services.university_is.grants.application.state import Grant

_OUTPUT_OF = {PaperKind.REFERENCE_NOTE: Task.VERIFY, PaperKind.READINESS_NOTICE: Task.PREPARE}
OF_A_CASE = tuple(_OUTPUT_OF)
OF_A_GRANT = (PaperKind.GRANT_RECEIPT, PaperKind.PARTICIPATION_CERTIFICATE)


def of_case(kind: PaperKind, case: Case, university: University, codes: Codes) -> f.Facts | None:
    """The reference note once the data are verified, the notice once the duplicate is ready; None before, or for others."""
    done_at = _done(kind, case)
    if done_at is None:
        return None
    number = case.incoming_number or case.request.number
    code = codes.of(kind, number, case.application_id)
    day = done_at.astimezone(ZoneInfo(university.zone)).date()
    match kind:
        case PaperKind.REFERENCE_NOTE if case.reference:
            taught = university.specialty(case.request.specialty)
            return f.ReferenceNoteFacts(
                number=number,
                code=code,
                issuer=university.name,
                day=day,
                person=_of_register(case),
                by_register=case.reference.record is not None,
                renamed=case.request.name_change_certificate if _renamed(case) else None,
                now=case.request.applicant if _renamed(case) else None,
                request_number=case.request.number,
                specialty=_named(case.request.specialty, taught.name if taught else None),
                graduation_year=case.request.graduation_year,
                lost=case.request.document_kind,
                reason=case.request.reason,
            )
        case PaperKind.READINESS_NOTICE:
            return f.ReadinessNoticeFacts(
                number=number,
                code=code,
                issuer=university.name,
                day=day,
                person=case.request.applicant if _renamed(case) else _of_register(case),
                request_number=case.request.number,
                lost=case.request.document_kind,
                place=university.collection_place,
            )
        case _:
            return None


def issued_of_case(kind: PaperKind, case: Case, university: University, codes: Codes) -> DocumentIssued | None:
    """What the registry is told when it is printed: its date is that of the step, however much later that is."""
    facts, done_at = of_case(kind, case, university, codes), _done(kind, case)
    return f.issued(facts, done_at, application_id=case.application_id) if facts and done_at else None


def receipt(grant: Grant, universities: Universities, codes: Codes) -> f.ReceiptFacts | None:
    """The receipt for a paper package (GRANT-P-1a); None for what came electronically."""
    came = grant.registered
    if came.receipt is None:
        return None
    number = came.registration_number
    return f.ReceiptFacts(
        number=number,
        code=codes.of(PaperKind.GRANT_RECEIPT, number, grant.application_id),
        issuer=universities[came.university].name,
        day=came.receipt.accepted_on,
        person=came.request.applicant,
        receipt=came.receipt,
        presented=tuple(words.ATTACHMENTS[each] for each in came.documents),
    )


def certificate(
    grant: Grant, universities: Universities, specialties: Specialties, codes: Codes
) -> f.ParticipationFacts | None:
    """The certificate of participation (GRANT-P-1b); None until it is given."""
    came = grant.registered
    at = next((each.done for each in grant.steps if each.task is GrantTask.CERTIFY_PARTICIPATION), None)
    if at is None:
        return None
    request, number = came.request, came.registration_number
    return f.ParticipationFacts(
        number=number,
        code=codes.of(PaperKind.PARTICIPATION_CERTIFICATE, number, grant.application_id),
        issuer=universities[came.university].name,
        day=at.astimezone(ZoneInfo(came.zone)).date(),
        person=request.applicant,
        year=came.campaign,
        language=request.language,
        certificate=request.certificate,
        certificate_average=request.certificate_average,
        choices=tuple(
            f.ChosenSpecialty(
                specialty=_specialty(each.specialty, specialties),
                university=_named(
                    each.university, universities[each.university].name if each.university in universities else None
                ),
            )
            for each in request.choices
        ),
        quota=request.quota,
        rural=request.rural,
        preferential_right=request.preferential_right,
        secretary=came.receipt.accepted_by if came.receipt else None,
    )


def scholarship_order(
    university: University,
    assigned: ScholarshipAssigned,
    students: Sequence[Grant],
    specialties: Specialties,
    codes: Codes,
) -> f.ScholarshipOrderFacts:
    """The rector's order (GRANT-C-9s). The registry needs no students: its page names nobody."""
    return f.ScholarshipOrderFacts(
        number=assigned.order_number,
        code=codes.of(PaperKind.SCHOLARSHIP_ORDER, assigned.order_number, university.code),
        issuer=university.name,
        day=assigned.order_date,
        paid_from=assigned.paid_from,
        students=tuple(
            f.StudentLine(
                full_name=f.full_name(each.registered.request.applicant),
                specialty=_specialty(each.award.specialty if each.award else "–", specialties),
            )
            for each in students
        ),
    )


def _of_register(case: Case) -> Applicant:
    """Whom the register knows under this IIN. Where a hearing or a person found the data true: whom the application names."""
    stated, held = case.request.applicant, case.reference.record if case.reference else None
    if held is None:
        return stated
    return Applicant(iin=stated.iin, surname=held.surname, name=held.name, patronymic=held.patronymic)


def _renamed(case: Case) -> bool:
    """Whether a certificate was checked against the register."""
    checked = case.reference is not None and case.reference.record is not None
    return checked and case.request.reason is Reason.NAME_CHANGE


def _done(kind: PaperKind, case: Case) -> datetime | None:
    task = _OUTPUT_OF.get(kind)
    return next((each.done for each in reversed(case.steps) if each.task == task and each.done), None)


def _specialty(code: str, specialties: Specialties) -> f.Named:
    known = specialties.get(code)
    return _named(code, known.name if known else None)


def _named(code: str, name: Text | None) -> f.Named:
    return f.Named(code=code, name=name or Text(kk="", ru="", en=""))
