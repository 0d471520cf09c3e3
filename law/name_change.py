"""What a change of name needs before a duplicate is asked for because of it (EDGE-02, EDGE-10); the same at every door."""

from typing import NamedTuple

from contracts.common import Applicant, NameChangeCertificate, Reason


class Fault(NamedTuple):
    """Where the form is wrong, by which rule, and what to do."""

    field: str
    rule: str
    remedy: str


def fault(reason: Reason, certificate: NameChangeCertificate | None, applicant: Applicant) -> Fault | None:
    """None where the certificate is there for its reason, and for no other, and says that the name was another one."""
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
