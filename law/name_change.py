"""What proves a change of name when it is the reason for a duplicate (EDGE-02, EDGE-10); one rule for all channels."""

from typing import NamedTuple

from contracts.common import Applicant, NameChangeCertificate, Reason


class Fault(NamedTuple):
    """Where the form is wrong, by which rule, and what to do."""

    field: str
    rule: str
    remedy: str


def fault(reason: Reason, certificate: NameChangeCertificate | None, applicant: Applicant) -> Fault | None:
    """None if the certificate is given with the reason name_change, and only then, and states a different former name."""
    field = "name_change_certificate"
    if reason is not Reason.NAME_CHANGE:
        rule = "the certificate of a change of name goes with the reason name_change"
        return Fault(field, rule, "leave the certificate out, or state that reason") if certificate else None
    if certificate is None:
        rule = "a changed name is proven by the certificate of its change"
        remedy = "state number, date and office of the certificate, and the name before, as the certificate has them"
        return Fault(field, rule, remedy)
    before = (certificate.former_surname, certificate.former_name, certificate.former_patronymic)
    if before == (applicant.surname, applicant.name, applicant.patronymic):
        rule = "the name before the change is another than the applicant's"
        return Fault(f"{field}/former_surname", rule, "write the name that stands in the document of education")
    return None
