"""One sample of each paper, with made-up people: for docs/documents, the tests and changes of a template."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from contracts import common
from contracts.common import Applicant, Reason
from contracts.event import Text
from contracts.grants import (
    CertificateKind,
    GrantReceipt,
    PointsCertificate,
    PreferentialRight,
    Quota,
    Scores,
    StudyLanguage,
    Subject,
    Via,
)
from contracts.iin import check_digit
from contracts.issued_documents import Codes
from services._papers import facts as f
from services._papers import words

_YEAR: Final = 2016
_EIGHT: Final = "99071520010"  # the seventh digit means the 19th century, so that nobody alive has the number
_PERSON: Final = Applicant(
    iin=f"{_EIGHT}{check_digit(_EIGHT)}", surname="Қоңырбай", name="Әйгерім", patronymic="Серікқызы"
)
_UNIVERSITY: Final = f.Named(
    code="019",
    name=Text(
        kk="Л. Н. Гумилев атындағы Еуразия ұлттық университеті",
        ru="Евразийский национальный университет имени Л. Н. Гумилёва",
        en="L. N. Gumilyov Eurasian National University",
    ),
)
_MATHEMATICS: Final = f.Named(code="5B060100", name=Text(kk="Математика", ru="Математика", en="Mathematics"))
_SOFTWARE: Final = f.Named(
    code="5B070400",
    name=Text(
        kk="Есептеу техникасы және бағдарламалық қамтамасыз ету",
        ru="Вычислительная техника и программное обеспечение",
        en="Computing and software",
    ),
)
_CODES: Final = Codes(b"known to everybody: for samples alone")
_NUMBER: Final = "019-2016-004217"
_DIGEST: Final = "9f2b7c1d4e5a60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef"


def samples() -> Iterator[f.Facts]:
    """In the order of `PaperKind`."""
    yield f.ReceiptFacts(
        number=_NUMBER,
        code=_CODES.of(f.ReceiptFacts.kind, _NUMBER, "sample"),
        issuer=_UNIVERSITY.name,
        day=date(_YEAR, 7, 25),
        person=_PERSON,
        receipt=GrantReceipt(
            accepted_by="Омарова Г. Т.",
            stamp="Қабылдау комиссиясы · Приёмная комиссия",
            incoming_number=_NUMBER,
            accepted_on=date(_YEAR, 7, 25),
        ),
        presented=tuple(words.ATTACHMENTS.values()),
    )
    yield f.ParticipationFacts(
        number=_NUMBER,
        code=_CODES.of(f.ParticipationFacts.kind, _NUMBER, "sample"),
        issuer=_UNIVERSITY.name,
        day=date(_YEAR, 7, 26),
        person=_PERSON,
        year=_YEAR,
        language=StudyLanguage.KAZAKH,
        certificate=PointsCertificate(
            kind=CertificateKind.ENT,
            number="004471902",
            scores=Scores(language=23, history=21, mathematics=24, elective=22, elective_subject=Subject.PHYSICS),
        ),
        certificate_average=Decimal("4.86"),
        choices=(
            f.ChosenSpecialty(specialty=_SOFTWARE, university=_UNIVERSITY),
            f.ChosenSpecialty(specialty=_MATHEMATICS, university=_UNIVERSITY),
        ),
        quota=Quota.ORPHAN,
        rural=True,
        preferential_right=PreferentialRight.ALTYN_BELGI,
        secretary="Омарова Г. Т.",
    )
    yield from _of_the_campaign()
    yield f.ScholarshipOrderFacts(
        number="019-С-2016/1",
        code=_CODES.of(f.ScholarshipOrderFacts.kind, "019-С-2016/1", "019"),
        issuer=_UNIVERSITY.name,
        day=date(_YEAR, 8, 24),
        paid_from=date(_YEAR, 9, 1),
        students=(
            f.StudentLine(full_name=f.full_name(_PERSON), specialty=_SOFTWARE),
            f.StudentLine(full_name="Ахметов Данияр", specialty=_MATHEMATICS),
        ),
    )
    yield f.ReferenceNoteFacts(
        number="019-2016-000318",
        code=_CODES.of(f.ReferenceNoteFacts.kind, "019-2016-000318", "sample"),
        issuer=_UNIVERSITY.name,
        day=date(_YEAR, 2, 18),
        person=_PERSON,
        request_number="20160215000000000318",
        specialty=_MATHEMATICS,
        graduation_year=2010,
        lost=common.DocumentKind.DIPLOMA_WITH_SUPPLEMENT,
        reason=Reason.LOSS,
    )
    yield f.ReadinessNoticeFacts(
        number="019-2016-000318",
        code=_CODES.of(f.ReadinessNoticeFacts.kind, "019-2016-000318", "sample"),
        issuer=_UNIVERSITY.name,
        day=date(_YEAR, 3, 14),
        person=_PERSON,
        request_number="20160215000000000318",
        lost=common.DocumentKind.DIPLOMA_WITH_SUPPLEMENT,
        place=Text(
            kk="оқу бөлімі, бас ғимарат, 201-бөлме",
            ru="учебная часть, главный корпус, каб. 201",
            en="academic affairs office, main building, room 201",
        ),
    )


def _of_the_campaign() -> Iterator[f.Facts]:
    kk, ru = StudyLanguage.KAZAKH, StudyLanguage.RUSSIAN
    yield f.SummarySheetFacts(
        number="2016/1",
        code=_CODES.of(f.SummarySheetFacts.kind, "2016/1"),
        issuer=words.TESTING_CENTRE,
        day=date(_YEAR, 8, 4),
        year=_YEAR,
        contenders=412,
        digest=_DIGEST,
        fields=(
            f.SheetField(
                field=f.Named(code="6", name=Text(kk="Жаратылыстану", ru="Естественные науки", en="Natural sciences")),
                lines=(
                    f.SheetLine(
                        specialty=_MATHEMATICS,
                        language=kk,
                        seats=60,
                        rural_seats=18,
                        first_choice=88,
                        listed=201,
                        quota=4,
                        preferential=11,
                        highest=98,
                        lowest=51,
                    ),
                ),
            ),
            f.SheetField(
                field=f.Named(
                    code="7",
                    name=Text(
                        kk="Техникалық ғылымдар және технологиялар",
                        ru="Технические науки и технологии",
                        en="Engineering",
                    ),
                ),
                lines=(
                    f.SheetLine(
                        specialty=_SOFTWARE,
                        language=kk,
                        seats=45,
                        rural_seats=13,
                        first_choice=190,
                        listed=312,
                        quota=9,
                        preferential=17,
                        highest=97,
                        lowest=50,
                    ),
                    f.SheetLine(specialty=_SOFTWARE, language=ru, seats=5, first_choice=0, listed=0),
                ),
            ),
        ),
    )
    yield f.ProtocolFacts(
        number="2016/1",
        code=_CODES.of(f.ProtocolFacts.kind, "2016/1"),
        issuer=words.COMMISSION,
        day=date(_YEAR, 8, 8),
        year=_YEAR,
        round=1,
        members=15,
        present=13,
        awarded=105,
        refused=307,
        digest=_DIGEST,
        lines=(
            f.DecidedLine(specialty=_MATHEMATICS, language=kk, seats=60, awarded=60, lowest=74),
            f.DecidedLine(specialty=_SOFTWARE, language=kk, seats=45, awarded=45, lowest=86),
            f.DecidedLine(specialty=_SOFTWARE, language=ru, seats=5, awarded=0),
        ),
        ties=(f.TieLine(specialty=_SOFTWARE, language=kk, via=Via.GENERAL, won=1, lost=2),),
    )
    yield f.AwardOrderFacts(
        number="502",
        code=_CODES.of(f.AwardOrderFacts.kind, "502"),
        issuer=words.MINISTRY,
        day=date(_YEAR, 8, 10),
        year=_YEAR,
        round=1,
        awarded=2,
        protocol_number="2016/1",
        protocol_day=date(_YEAR, 8, 8),
        annex=(
            f.WinnersOf(
                specialty=_SOFTWARE,
                language=kk,
                winners=(
                    f.WinnerLine(
                        full_name="Ахметов Данияр",
                        registration_number="019-2016-000871",
                        total=97,
                        university="019",
                        via=Via.GENERAL,
                    ),
                    f.WinnerLine(
                        full_name=f.full_name(_PERSON),
                        registration_number=_NUMBER,
                        total=90,
                        university="019",
                        via=Via.QUOTA,
                    ),
                ),
            ),
        ),
    )
    yield f.AwardCertificateFacts(
        number="2016-0004217-2",
        code=_CODES.of(f.AwardCertificateFacts.kind, "2016-0004217-2", "sample"),
        issuer=words.MINISTRY,
        day=date(_YEAR, 8, 12),
        person=_PERSON,
        year=_YEAR,
        specialty=_SOFTWARE,
        university=_UNIVERSITY,
        language=kk,
        order_number="502",
        order_day=date(_YEAR, 8, 10),
        instead_of="2016-0004217-1",
    )
