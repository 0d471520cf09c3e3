"""The signed form of an application for a grant, and what the portal checks of it before it is filed.

The portal refuses what the applicant can put right at once; thresholds and proofs are the committee's (EDGE-26, EDGE-29).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from contracts.forms import AttachedCopy, GrantApplicationForm
from contracts.grants import REQUIRED_ATTACHMENTS, Attachment, AttachmentKind
from law.competition import invalid_choices
from law.regulation.campaign import ZONE, campaign_year, window
from law.regulation.model import UnknownRegulation, governing
from law.specialties import Specialties
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services.portal.papers.copies.rows import Copy

_SERVICE: Final = "grant"
_PAYLOAD: Final = "/signed/payload"


def year_of(at: datetime) -> int:
    """The campaign's year, for an application signed at `at`. Raises Problem outside of the campaign's window."""
    year = campaign_year(at)
    try:
        open_days = window(governing(at.astimezone(ZONE).date(), _SERVICE), year)
    except UnknownRegulation as error:
        rule = "an application is filed under a regulation that is in force"
        violation = Violation("/signed", rule, f"no competition by this regulation is held in {year}")
        raise Problem(422, "grant.no-regulation", rule, [violation]) from error
    if open_days.covers(at):
        return year
    first, after = open_days.opens.astimezone(ZONE), open_days.closes.astimezone(ZONE)
    early = at < open_days.opens
    rule = f"applications of {year} are filed from {first:%-d %B} 00:00 and before {after:%-d %B} 00:00, time of Almaty"
    remedy = f"file it from {first:%-d %B %Y} on" if early else f"take part in the competition of {year + 1}"
    raise Problem(422, "grant.too-early" if early else "grant.too-late", rule, [Violation("/signed", rule, remedy)])


def check(form: GrantApplicationForm, mine: Mapping[str, Copy], specialties: Specialties) -> tuple[Attachment, ...]:
    """The attachments as they are stored; `mine` are those that the applicant uploaded. Raises Problem with all faults."""
    found = [*_of_choices(form, specialties), *_of_attachments(form, mine)]
    if found:
        raise Problem(422, "form.invalid", f"the signed document breaks {len(found)} rule(s) of its form", found)
    return tuple(
        Attachment(kind=each.kind, **mine[each.digest]._asdict())  # the digest, the type and the size that were found
        for each in form.attachments
    )


def _of_choices(form: GrantApplicationForm, specialties: Specialties) -> Iterator[Violation]:
    """EDGE-27: what the competition could not count."""
    for pointer, rule, remedy in invalid_choices(form, specialties):
        yield Violation(f"{_PAYLOAD}{pointer}", rule.en, remedy.en)


def _of_attachments(form: GrantApplicationForm, mine: Mapping[str, Copy]) -> Iterator[Violation]:
    kinds = [each.kind for each in form.attachments]
    for kind in REQUIRED_ATTACHMENTS:
        if kind not in kinds:
            yield Violation(
                f"{_PAYLOAD}/attachments",
                f"a copy of kind {kind} is attached",
                "upload it with POST /attachments and name its digest here",
            )
    seen = set[AttachedCopy]()
    for number, each in enumerate(form.attachments):
        field = f"{_PAYLOAD}/attachments/{number}"
        copy = mine.get(each.digest)
        if each in seen:
            yield Violation(field, "a copy is attached once as what it shows", "remove this line")
        elif copy is None:
            rule = "the digest is that of a file that you uploaded"
            yield Violation(
                f"{field}/digest", rule, "upload the file with POST /attachments; its answer has the digest"
            )
        elif each.kind is AttachmentKind.PHOTO and not copy.media_type.startswith("image/"):
            yield Violation(f"{field}/digest", "a photo is a picture", "upload the photo as JPEG or PNG")
        seen.add(each)
