"""What an admission committee looks at before it takes an application, on paper and electronic alike.

Assumed where the Standard's point 9 was not found (domain B.2); thresholds and choices are the competition's own rules (B.3).
"""

from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from contracts.common import Refusal, RefusalCode
from contracts.event import Text
from contracts.grants import REQUIRED_ATTACHMENTS, AttachmentKind, GrantRequest, Standing
from law.competition import Ground, contender_of, ineligible, invalid_choices, rules
from law.left_open import Unproven
from law.specialties import Specialties, load_specialties

DOCUMENTS: Final[Mapping[AttachmentKind, Text]] = MappingProxyType(
    {
        AttachmentKind.EDUCATION_DOCUMENT: Text(
            kk="білім туралы құжат", ru="документ об образовании", en="education document"
        ),
        AttachmentKind.POINTS_CERTIFICATE: Text(
            kk="ҰБТ немесе КТ сертификаты", ru="сертификат ЕНТ или КТА", en="certificate of UNT or complex testing"
        ),
        AttachmentKind.PHOTO: Text(kk="3×4 фотосурет", ru="фотография 3×4", en="photograph 3×4"),
        AttachmentKind.MEDICAL_FORM: Text(
            kk="086-У медициналық анықтамасы", ru="медицинская справка 086-У", en="medical form 086-U"
        ),
        AttachmentKind.IDENTITY_DOCUMENT: Text(kk="жеке куәлік", ru="удостоверение личности", en="identity document"),
        AttachmentKind.BENEFIT_PROOF: Text(
            kk="жеңілдікті растайтын құжат", ru="документ, подтверждающий льготу", en="proof of the benefit"
        ),
    }
)
_BELOW: Final[Mapping[Ground, Text]] = MappingProxyType(
    {
        Ground.TOTAL_BELOW_THRESHOLD: Text(
            kk="жалпы балл шекті балдан төмен", ru="сумма баллов ниже пороговой", en="the total is below the threshold"
        ),
        Ground.PROFILE_BELOW_THRESHOLD: Text(
            kk="бейінді пән бойынша балл шекті балдан төмен",
            ru="балл по профильному предмету ниже порогового",
            en="the points in the profile subject are below the threshold",
        ),
        Ground.SUBJECT_BELOW_THRESHOLD: Text(
            kk="пәндердің бірі бойынша балл шекті балдан төмен",
            ru="балл по одному из предметов ниже порогового",
            en="the points in one of the subjects are below the threshold",
        ),
        Ground.CREATIVE_BELOW_THRESHOLD: Text(
            kk="шығармашылық емтихан балы шекті балдан төмен",
            ru="балл творческого экзамена ниже порогового",
            en="the points of the creative examination are below the threshold",
        ),
    }
)
_NOT_PROVEN: Final = Text(
    kk="мәлімделген квота немесе басым құқық құжатпен расталмаған",
    ru="заявленная квота или преимущественное право не подтверждены документом",
    en="the claimed quota or preferential right is not proven by a document",
)


def lacking(documents: Collection[AttachmentKind]) -> tuple[AttachmentKind, ...]:
    """What a package of these documents lacks, in the order of the list."""
    return tuple(each for each in REQUIRED_ATTACHMENTS if each not in documents)


def proven(request: GrantRequest, documents: Collection[AttachmentKind]) -> bool:
    """Whether proof lies with the application for the quota or right it claims; true where it claims none."""
    claims = request.quota is not None or request.preferential_right is not None
    return not claims or AttachmentKind.BENEFIT_PROOF in documents


def objection(
    standing: Standing, documents: Collection[AttachmentKind], unproven: Unproven, year: int
) -> Refusal | None:
    """Why the committee does not take the application; None if it does (EDGE-26, EDGE-27, EDGE-29)."""
    request = standing.request
    missing = lacking(documents)
    if missing:
        return incomplete(missing)
    wrong = invalid_choices(request, specialties())
    if wrong:
        return Refusal(code=RefusalCode.CHOICES_INVALID, reason=wrong[0].rule)
    ground = ineligible(contender_of(standing, specialties()), rules(year))
    if ground is Ground.CHOICES_INVALID:
        return Refusal(code=RefusalCode.CHOICES_INVALID, reason=_BELOW[ground])
    if ground:
        return Refusal(code=RefusalCode.THRESHOLD_NOT_MET, reason=_BELOW[ground])
    if unproven is Unproven.REFUSED and not proven(request, documents):
        return Refusal(code=RefusalCode.QUOTA_NOT_PROVEN, reason=_NOT_PROVEN)
    return None


def incomplete(missing: Collection[AttachmentKind]) -> Refusal:
    """An application that lacks documents is not taken; the reason names them (domain B.2)."""
    names = [DOCUMENTS[each] for each in missing]
    return Refusal(
        code=RefusalCode.PACKAGE_INCOMPLETE,
        reason=Text(
            kk=f"құжаттар топтамасы толық емес, жетіспейді: {', '.join(each.kk for each in names)}",
            ru=f"пакет документов неполный, не хватает: {', '.join(each.ru for each in names)}",
            en=f"the package is incomplete, it lacks: {', '.join(each.en for each in names)}",
        ),
    )


@cache
def specialties() -> Specialties:
    """The classifier, read at the first call and kept."""
    return load_specialties()
