"""The applicants of a grant campaign: the columns of their file, what a row says, and what may not stand in one row together."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from contracts.common import Channel, UniversityCode
from contracts.grants import CertificateKind, Choice, PreferentialRight, Quota, Scores, StudyLanguage, Subject
from contracts.iin import Iin
from contracts.names import Name
from deploy.local.files import cells
from deploy.local.files.cells import Read, Wrong
from deploy.local.files.row_error import RowError
from deploy.local.files.rows import Form, read_rows
from law.universities import Universities

_MOST_WRITTEN: Final = 8  # choices in one row; more than the regulation allows are for the portal to refuse
_HIGHEST: Final = 25
_COMPULSORY: Final = (Subject.LANGUAGE, Subject.HISTORY, Subject.MATHEMATICS)

_Points = Annotated[int, Field(ge=0, le=25)]  # a cell is text, and a message's points are none


class Door(StrEnum):
    """Where an applicant for a grant applies (GRANT-GEN-2): there is no service centre."""

    PAPER = "paper"
    PORTAL = "portal"


class Signature(StrEnum):
    """What the electronic application is signed with: a good key, an expired one, somebody else's (EDGE-03, EDGE-05)."""

    GOOD = "good"
    EXPIRED = "expired"
    OTHER_PERSON = "other_person"


class CampaignRow(BaseModel):
    """One application for a grant as it is filed; `filed_at` is on the wall clock of the committee's town.

    `university` is whose admission committee it goes to; over the portal that is the first choice's. `proof` tells whether
    what the quota or the preferential right needs lies with it (EDGE-29), `enrols` whether a winner brings the papers
    (EDGE-35). `line` counts from 1, header included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int
    channel: Door
    filed_at: NaiveDatetime
    university: UniversityCode
    iin: Iin
    surname: Name
    name: Name
    patronymic: Name | None = None
    language: StudyLanguage
    certificate_kind: CertificateKind
    certificate_number: str
    score_language: _Points
    score_history: _Points
    score_mathematics: _Points
    score_elective: _Points
    elective: Subject
    certificate_average: Decimal
    preferential_right: PreferentialRight | None = None
    quota: Quota | None = None
    proof: bool = False
    rural: bool = False
    choices: tuple[Choice, ...]
    enrols: bool = True
    signature: Signature = Signature.GOOD
    comment: str = ""

    @property
    def by(self) -> Channel:
        return Channel(self.channel)

    @property
    def scores(self) -> Scores:
        return Scores(
            language=self.score_language,
            history=self.score_history,
            mathematics=self.score_mathematics,
            elective=self.score_elective,
            elective_subject=self.elective,
        )


def read_campaign(path: Path, universities: Universities) -> tuple[list[CampaignRow], list[RowError]]:
    """Every good row in the order of the file, and every error. Raises nothing: a file that cannot be read is an error."""
    form = Form(CampaignRow, COLUMNS, OPTIONAL, partial(_contradictions, universities=universities))
    return read_rows(path, form)


def request(row: CampaignRow) -> dict[str, object]:
    """What the applicant states, in the words of contracts.grants.GrantRequest, be it right or wrong."""
    return {
        "applicant": {"iin": row.iin, "surname": row.surname, "name": row.name, "patronymic": row.patronymic},
        "language": row.language,
        "certificate": {
            "kind": row.certificate_kind,
            "number": row.certificate_number,
            "scores": row.scores.model_dump(mode="json"),
        },
        "certificate_average": str(row.certificate_average),
        "preferential_right": row.preferential_right,
        "quota": row.quota,
        "rural": row.rural,
        "choices": [each.model_dump() for each in row.choices],
    }


def _contradictions(row: CampaignRow, universities: Universities) -> Iterator[tuple[str, Wrong]]:
    """What no field shows alone. Wrong choices pass: to refuse them is the portal's and the committee's duty (EDGE-27)."""
    if row.channel is Door.PAPER:
        if row.university not in universities:
            yield (
                "university",
                Wrong("has no counter: its code is unknown", "use a known code or set channel to portal"),
            )
        if row.signature is not Signature.GOOD:
            yield "signature", Wrong("is given for a paper application", "leave it empty or set channel to portal")
    elif row.university != row.choices[0].university:
        remedy = f"write {row.choices[0].university}: an electronic application goes to the first choice's university"
        yield "university", Wrong("is not the first choice's", remedy)
    if row.proof and not (row.quota or row.preferential_right):
        yield "proof", Wrong("is given where no benefit is claimed", "leave it empty or claim a quota or right")


def _score(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_HIGHEST)) and int(text) <= _HIGHEST):
        raise Wrong(f"is no score from 0 to {_HIGHEST}", "write the points of the certificate")
    return int(text)


def _average(text: str) -> Decimal:
    rule = "is no average mark from 2 to 5"
    read = cells.code(
        r"[2-4](\.[0-9]{1,2})?|5(\.0{1,2})?", rule, "write it with a point and at most two digits, as 4.35"
    )
    return Decimal(str(read(text)))


def _elective(text: str) -> Subject:
    found = cells.one_of(Subject)(text)
    if found in _COMPULSORY:
        raise Wrong("is taken by everybody", "write the subject that was chosen")
    return found


def _choices(text: str) -> tuple[Choice, ...]:
    parts = text.split("|")
    if len(parts) > _MOST_WRITTEN:
        raise Wrong(f"names more than {_MOST_WRITTEN}", f"write at most {_MOST_WRITTEN}, of which 4 are allowed")
    read = cells.code(
        "[0-9A-Z]{5,10}@[0-9]{3}", "is no list of choices", "write 5B050900@013|5B050600@027, for example"
    )
    split = [str(read(part.strip())).split("@") for part in parts]
    return tuple(Choice(specialty=specialty, university=university) for specialty, university in split)


def _no_or_yes(text: str) -> bool:
    if text not in ("", "yes", "no"):
        raise Wrong("is not a value of this field", "use one of yes, no (empty is no)")
    return text == "yes"


COLUMNS: Final[Mapping[str, Read]] = {
    "channel": cells.one_of(Door),
    "filed_at": cells.minute,
    "university": cells.code("[0-9]{3}", "is no university code of 3 digits"),
    "iin": cells.iin,
    "surname": cells.name,
    "name": cells.name,
    "patronymic": cells.or_none(cells.name),
    "language": cells.one_of(StudyLanguage),
    "certificate_kind": cells.one_of(CertificateKind),
    "certificate_number": cells.code(
        "[0-9]{6,12}", "is no certificate number of 6 to 12 digits", "copy what is printed"
    ),
    "score_language": _score,
    "score_history": _score,
    "score_mathematics": _score,
    "score_elective": _score,
    "elective": _elective,
    "certificate_average": _average,
    "preferential_right": cells.or_none(cells.one_of(PreferentialRight)),
    "quota": cells.or_none(cells.one_of(Quota)),
    "proof": _no_or_yes,
    "rural": _no_or_yes,
    "choices": _choices,
    "enrols": cells.yes_or_no,
    "signature": cells.or_default(cells.one_of(Signature), Signature.GOOD),
    "comment": cells.comment,
}

OPTIONAL: Final = frozenset(
    {"patronymic", "preferential_right", "quota", "proof", "rural", "enrols", "signature", "comment"}
)
