"""What the documents of the Testing Centre, the commission and the Ministry state: pure functions of what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from contracts.event import Event, Text
from contracts.grants import StudyLanguage, Via
from contracts.issued_documents import Codes, PaperKind, VerificationCode
from law.specialties import SeatRow, Specialties
from law.universities import University
from services._papers import facts as printed
from services._papers import words
from services.esuvo.grants.campaign import events
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.contender.events import CertificateIssued
from services.esuvo.grants.contender.state import Contender
from services.esuvo.grants.schedule import local_date

LINES: Final = """
select chosen.specialty, language, count(*) as listed, count(*) filter (where place = 1) as first_choice,
    count(*) filter (where quota is not null) as quota, count(*) filter (where preferential_rank > 0) as preferential,
    max(total) as highest, min(total) as lowest
from contenders cross join lateral unnest(choices) with ordinality as chosen(specialty, place)
where campaign = $1 and status <> 'rejected'
group by chosen.specialty, language order by chosen.specialty, language
"""
DECIDED: Final = """
select awarded_specialty as specialty, language, count(*) as awarded, min(total) as lowest
from contenders where campaign = $1 and awarded_university is not null and round = $2
group by awarded_specialty, language order by awarded_specialty, language
"""
WINNERS: Final = """
select surname, name, patronymic, registration_number, total, awarded_specialty as specialty,
    awarded_university as university, language, via
from contenders where campaign = $1 and awarded_university is not null and round = $2
order by awarded_specialty, language, total desc, registration_number limit 60000
"""
CERTIFIED: Final = """
select contender, certificate_number from contenders
where campaign = $1 and awarded_university is not null
  and (certificate_number = $2 or starts_with(certificate_number, $2 || '-')) limit 1
"""
Row = Mapping[str, Any]  # Any: columns of a read model


def sheet(
    codes: Codes,
    state: Campaign,
    rows: Iterable[Row] = (),
    specialties: Specialties | None = None,
    seats: Sequence[SeatRow] = (),
) -> printed.SummarySheetFacts | None:
    """By field and specialty (GRANT-P-3, GRANT-E-4); None before the sheets are prepared."""
    if state.sheets is None:
        return None
    number = f"{state.year}/1"
    return printed.SummarySheetFacts(
        number=number,
        code=codes.of(PaperKind.SUMMARY_SHEET, number),
        issuer=words.TESTING_CENTRE,
        day=local_date(state.sheets.at),
        year=state.year,
        contenders=state.sheets.contenders,
        digest=state.sheets.digest,
        fields=tuple(_fields(rows, specialties or {}, seats)),
    )


def protocol(
    codes: Codes,
    state: Campaign,
    number: int,
    rows: Iterable[Row] = (),
    specialties: Specialties | None = None,
    seats: Sequence[SeatRow] = (),
) -> printed.ProtocolFacts | None:
    """The commission's decision of a round (GRANT-C-5); None before it is signed."""
    now, known = state.round(number), specialties or {}
    signed = now.protocol
    if signed is None:
        return None
    free = _seats(seats)
    return printed.ProtocolFacts(
        number=signed.number,
        code=codes.of(PaperKind.PROTOCOL, signed.number, state.year),
        issuer=words.COMMISSION,
        day=local_date(signed.at),
        year=state.year,
        round=number,
        members=signed.members,
        present=signed.present,
        awarded=signed.awarded,
        refused=signed.refused,
        digest=signed.digest,
        lines=tuple(
            printed.DecidedLine(
                specialty=_specialty(row["specialty"], known),
                language=StudyLanguage(row["language"]),
                seats=free.get((row["specialty"], row["language"]), (row["awarded"], 0))[0],
                awarded=row["awarded"],
                lowest=row["lowest"],
            )
            for row in rows
        ),
        ties=tuple(
            printed.TieLine(
                specialty=_specialty(tie.specialty, known),
                language=tie.language,
                via=tie.via,
                won=len(tie.won),
                lost=len(tie.lost),
            )
            for tie in now.ties
        ),
    )


def order(
    codes: Codes,
    state: Campaign,
    issued: events.OrderIssued,
    rows: Iterable[Row] = (),
    specialties: Specialties | None = None,
) -> printed.AwardOrderFacts:
    """The Ministry's order (GRANT-C-6), or the one that corrects it (EDGE-33)."""
    signed = state.round(issued.round).protocol
    return printed.AwardOrderFacts(
        number=issued.number,
        code=codes.of(PaperKind.AWARD_ORDER, issued.number, state.year),
        issuer=words.MINISTRY,
        day=issued.order_date,
        year=state.year,
        round=issued.round,
        awarded=issued.awarded,
        protocol_number=signed.number if signed else "–",
        protocol_day=local_date(signed.at) if signed else None,
        corrects=issued.corrects,
        annex=tuple(_annex(rows, specialties or {})),
    )


def certificate_code(codes: Codes, state: Contender, number: str) -> VerificationCode:
    return codes.of(PaperKind.AWARD_CERTIFICATE, number, state.application_id)


def certificate(
    codes: Codes,
    state: Contender,
    event: CertificateIssued,
    specialties: Specialties,
    universities: Mapping[str, University],
    order: tuple[str, date] | None = None,
) -> printed.AwardCertificateFacts:
    """`event` is its issue; `order` the number and the date of what awarded it, where they are to be printed."""
    choice = state.standing.request.choices[event.choice - 1]
    university = universities.get(choice.university)
    return printed.AwardCertificateFacts(
        number=event.number,
        code=certificate_code(codes, state, event.number),
        issuer=words.MINISTRY,
        day=local_date(event.at),
        person=state.standing.request.applicant,
        year=state.campaign,
        specialty=_specialty(choice.specialty, specialties),
        university=_named(choice.university, university.name if university else None),
        language=state.standing.request.language,
        order_number=order[0] if order else None,
        order_day=order[1] if order else None,
        instead_of=event.replaces,
    )


def issue_of(history: Iterable[tuple[datetime, Event]], number: str) -> tuple[CertificateIssued | None, bool]:
    """The issue of the certificate of that number, and whether a later one replaced it."""
    issues = [event for _, event in history if isinstance(event, CertificateIssued)]
    found = next((each for each in issues if each.number == number), None)
    return found, any(each.replaces == number for each in issues)


def _fields(rows: Iterable[Row], specialties: Specialties, seats: Sequence[SeatRow]) -> Iterable[printed.SheetField]:
    free = _seats(seats)
    known = [row for row in rows if row["specialty"] in specialties]
    by_field = sorted(known, key=lambda row: specialties[row["specialty"]].field.code)
    for _, group in groupby(by_field, key=lambda row: specialties[row["specialty"]].field.code):
        lines = list(group)
        field = specialties[lines[0]["specialty"]].field
        yield printed.SheetField(
            field=printed.Named(code=field.code, name=field.name),
            lines=tuple(_line(row, specialties, free) for row in lines),
        )


def _line(row: Row, specialties: Specialties, free: Mapping[tuple[str, str], tuple[int, int]]) -> printed.SheetLine:
    total, rural = free.get((row["specialty"], row["language"]), (0, 0))
    return printed.SheetLine(
        specialty=_specialty(row["specialty"], specialties),
        language=StudyLanguage(row["language"]),
        seats=total,
        rural_seats=rural,
        first_choice=row["first_choice"],
        listed=row["listed"],
        quota=row["quota"],
        preferential=row["preferential"],
        highest=row["highest"],
        lowest=row["lowest"],
    )


def _annex(rows: Iterable[Row], specialties: Specialties) -> Iterable[printed.WinnersOf]:
    for (specialty, language), winners in groupby(rows, key=lambda row: (row["specialty"], row["language"])):
        yield printed.WinnersOf(
            specialty=_specialty(specialty, specialties),
            language=StudyLanguage(language),
            winners=tuple(
                printed.WinnerLine(
                    full_name=" ".join(filter(None, (row["surname"], row["name"], row["patronymic"]))),
                    registration_number=row["registration_number"],
                    total=row["total"],
                    university=row["university"],
                    via=Via(row["via"]),
                )
                for row in winners
            ),
        )


def _seats(seats: Sequence[SeatRow]) -> dict[tuple[str, str], tuple[int, int]]:
    """Seats by specialty and language, and how many of them the rural quota applies to."""
    return {(row.specialty, str(row.language)): (row.seats, row.seats * 3 // 10 if row.rural else 0) for row in seats}


def _specialty(code: str, specialties: Specialties) -> printed.Named:
    known = specialties.get(code)
    return _named(code, known.name if known else None)


def _named(code: str, name: Text | None) -> printed.Named:
    return printed.Named(code=code, name=name or Text(kk="", ru="", en=""))
