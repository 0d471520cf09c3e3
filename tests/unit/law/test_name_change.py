"""A changed name needs its certificate, at every door (EDGE-02, EDGE-10)."""

from datetime import date

import pytest

from contracts.common import Applicant, NameChangeCertificate, Reason
from law.name_change import fault

APPLICANT = Applicant(iin="900101300126", surname="Өмірбеков", name="Қайрат")
CERTIFICATE = NameChangeCertificate(
    number="1", issued_on=date(2015, 6, 15), issued_by="РАГС", former_surname="Ахметов", former_name="Қайрат"
)
SAME = CERTIFICATE.model_copy(update={"former_surname": "Өмірбеков"})


@pytest.mark.parametrize(
    ("reason", "certificate", "field"),
    [
        (Reason.NAME_CHANGE, CERTIFICATE, None),
        (Reason.LOSS, None, None),
        (Reason.DAMAGE, None, None),
        (Reason.NAME_CHANGE, None, "name_change_certificate"),
        (Reason.LOSS, CERTIFICATE, "name_change_certificate"),
        (Reason.NAME_CHANGE, SAME, "name_change_certificate/former_surname"),
    ],
)
def test_a_certificate_goes_with_a_change_of_name_and_with_nothing_else(
    reason: Reason, certificate: NameChangeCertificate | None, field: str | None
) -> None:
    found = fault(reason, certificate, APPLICANT)

    assert (found.field if found else None) == field
    assert found is None or (found.rule and found.remedy)
