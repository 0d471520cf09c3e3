"""A grant campaign: applicants use the portal and the committees' counters, winners bring their papers or do not."""

import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Final

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image
from pypdf import PdfWriter

from contracts.grants import REQUIRED_ATTACHMENTS, AttachmentKind
from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.chain.patience import insist
from deploy.local.errors import LauncherError
from deploy.local.files.applications import instant
from deploy.local.files.campaign import CampaignRow, Door, Signature, request
from deploy.local.people.agenda import Agenda, at_once
from deploy.local.people.applicants import Answer, Applicant, equip
from deploy.local.people.doors import doors
from deploy.local.servers.cache import Progress
from law.universities import Universities

BEFORE: Final = timedelta(hours=1)  # the clock starts this long before the first application
_DOORS: Final = ("portal", "university_is")
_LONGEST: Final = timedelta(days=400)
_WEEK: Final = 5  # working days; Saturday and Sunday are its last
_ENROLS_FROM: Final = (8, 1)  # month and day: earlier nobody has a certificate
_ENROLS_UNTIL: Final = (10, 15)
# After UTC midnight, in office hours and just before they end: when winners bring their papers.
_ENROLS_AT: Final = (timedelta(hours=4, minutes=22), timedelta(hours=12, minutes=22))
_PAGE: Final = 500
_EXPIRED: Final = timedelta(days=500)  # so long before now was the certificate issued that has run out
_SHADES: Final = 8  # different photographs


@dataclass(slots=True)
class Applied:
    """What became of one row: the portal's or the counter's answer, and the application that it led to."""

    row: CampaignRow
    at: datetime
    application_id: str = ""
    first: bool = False
    rejected: str = ""


@dataclass(slots=True)
class Story:
    """A run as it went."""

    applied: list[Applied]
    started: datetime
    ended: datetime
    wall_seconds: float
    jumps: int


@dataclass(slots=True)
class Campaign:
    """One campaign on a chain. `show` is told of progress: virtual time and how many rows have been filed.

    Winners enrol as the file says: the universities' policy must leave that to us (`STAFF`).
    """

    chain: Chain
    conductor: Conductor
    universities: Universities
    portal: httpx.AsyncClient
    university_is: httpx.AsyncClient
    show: Callable[[datetime, int], Awaitable[None]]
    people: dict[str, Applicant] = field(default_factory=dict)
    agenda: Agenda = field(init=False)
    _applied: Sequence[Applied] = ()
    _ids: set[str] = field(default_factory=set)
    _stay: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.chain, self.conductor, _DOORS, self._show)

    async def run(self, rows: Sequence[CampaignRow], progress: Progress) -> Story:
        """Every application of `rows` to its end. Raises TimeoutError when the chain does not come to rest."""
        started = time.monotonic()
        applied = self.applications(rows)
        begin = min(each.at for each in applied) - BEFORE
        await self.open(begin)
        progress("Registering the electronic applicants with their EDS…")
        await self.register(rows, begin)
        progress("Applying, and fast-forwarding virtual time through the campaign…")
        await self.carry(applied)
        return Story(applied, begin, self.conductor.now, time.monotonic() - started, self.conductor.jumps)

    async def open(self, at: datetime) -> None:
        """Set the clock of a new chain, and wait until all of it is ready."""
        await self.conductor.set_clock(at, rate=0)
        await self.chain.ready()

    def applications(self, rows: Sequence[CampaignRow]) -> list[Applied]:
        return [Applied(row, instant(row.filed_at, row.university, self.universities)) for row in rows]

    async def carry(self, applied: Sequence[Applied]) -> None:
        """File each application at its moment and go on until scholarships are assigned and nothing is left to do."""
        self._applied = applied
        for each in applied:
            self.agenda.later(each.at, partial(self.file, each))
        await self.after(min(each.at for each in applied).year)

    async def after(self, year: int) -> None:
        """What is left to do of a campaign whose applications are filed or planned."""
        day, last = date(year, *_ENROLS_FROM), date(year, *_ENROLS_UNTIL)
        while day <= last:
            if day.isoweekday() <= _WEEK:
                midnight = datetime.combine(day, datetime.min.time(), self.conductor.now.tzinfo)
                for after in _ENROLS_AT:
                    self.agenda.later(max(midnight + after, self.conductor.now), self._enrol)
            day += timedelta(days=1)
        await self.agenda.live(self.conductor.now + _LONGEST)

    async def register(self, rows: Sequence[CampaignRow], at: datetime) -> None:
        """Give the electronic applicants certificates in force at `at`, and accounts at the portal."""
        await at_once([each.register for each in self.equip(rows, at)])

    def equip(self, rows: Sequence[CampaignRow], at: datetime) -> Sequence[Applicant]:
        """The electronic applicants with certificates in force at `at`, who have yet to register."""
        first_rows = {row.iin: row for row in reversed(rows) if row.channel is Door.PORTAL}
        newcomers = {iin: self._equipped(row, at) for iin, row in sorted(first_rows.items())}
        self.people |= newcomers
        return list(newcomers.values())

    def _now(self) -> datetime:
        return self.conductor.now

    def _equipped(self, row: CampaignRow, at: datetime) -> Applicant:
        """With a key of an elliptic curve, which is made at once; the portal takes both kinds."""
        return equip(row, self.chain.nca, ec.generate_private_key(ec.SECP256R1()), at, self.portal, self._now)

    async def _show(self, now: datetime) -> None:
        await self.show(now, sum(bool(each.application_id or each.rejected) for each in self._applied))

    async def file(self, each: Applied) -> None:
        answer = await (self._over_portal(each) if each.row.channel is Door.PORTAL else self.at_counter(each.row))
        if not answer.accepted:
            each.rejected = answer.problem
            return
        self.taken(each, str(answer.body["id"]))

    def taken(self, each: Applied, application_id: str) -> None:
        """A repeated application may be answered as the one that is open."""
        each.application_id = application_id
        each.first = application_id not in self._ids
        self._ids.add(application_id)
        self._stay[application_id] = each.row.enrols

    async def at_counter(self, row: CampaignRow) -> Answer:
        """All that is asked for lies on the committee's counter, the proof of a benefit where the row has it (GRANT-P-1)."""
        body = {
            "university": row.university,
            "request": request(row),
            "presented": [str(kind) for kind in _copies(row)],
        }
        answer = await insist(self.university_is, "POST", "/grants", body)
        found = answer.json()
        return Answer(answer.status_code, {**found, "id": found.get("application_id", "")})

    async def _over_portal(self, each: Applied) -> Answer:
        applicant, digests = self._signing(each), dict[bytes, str]()
        attached = [(kind, *copy_of(kind, int(each.row.iin[-3:]) % _SHADES)) for kind in _copies(each.row)]
        for _, content, media_type in attached:
            if content not in digests:
                answer = await applicant.upload(content, media_type)
                if not answer.accepted:
                    return answer
                digests[content] = str(answer.body["digest"])
        copies = [{"kind": kind, "digest": digests[content]} for kind, content, _ in attached]
        return await applicant.apply({**request(each.row), "attachments": copies})

    def _signing(self, each: Applied) -> Applicant:
        """The applicant with what signs: their own key, one that has run out, or somebody else's."""
        own = self.people[each.row.iin]
        match each.row.signature:
            case Signature.GOOD:
                return own
            case Signature.EXPIRED:
                old = self._equipped(each.row, each.at - _EXPIRED)
            case Signature.OTHER_PERSON:
                old = next(person for iin, person in sorted(self.people.items()) if iin != each.row.iin)
        return Applicant(own.http, own.person, old.signing, own.authentication, own.now, own.token)

    async def _enrol(self) -> None:
        """Who holds a certificate and means to study brings the papers to the university (EDGE-35)."""
        after = ""
        while True:
            path = f"/grants?status=handed-over&limit={_PAGE}" + (f"&after={after}" if after else "")
            page = (await insist(self.university_is, "GET", path)).raise_for_status().json()
            staying = [row["application_id"] for row in page["grants"] if self._stay.get(row["application_id"], True)]
            await at_once([partial(self._bring_papers, each) for each in staying])
            after = page["next"]
            if not after:
                return

    async def _bring_papers(self, application_id: str) -> None:
        answer = await insist(self.university_is, "POST", f"/grants/{application_id}/enrolment", {})
        if answer.is_error:
            raise LauncherError(f"A university did not enrol a winner: {answer.text}. Its log says more.")


# Nobody enrols by chance: the file says who does. The rest is as usual.
STAFF: Final = '{"enrolment": {"never_share": 1}}'


def _copies(row: CampaignRow) -> tuple[AttachmentKind, ...]:
    return (*REQUIRED_ATTACHMENTS, AttachmentKind.BENEFIT_PROOF) if row.proof else REQUIRED_ATTACHMENTS


@cache
def copy_of(kind: AttachmentKind, shade: int) -> tuple[bytes, str]:
    """A small file and its type: a photograph, the medical form as a picture, all other papers scanned into one document."""
    out = io.BytesIO()
    match kind:
        case AttachmentKind.PHOTO:
            Image.new("RGB", (30, 40), (60 + 20 * shade, 120, 160)).save(out, "JPEG")
            return out.getvalue(), "image/jpeg"
        case AttachmentKind.MEDICAL_FORM:
            Image.new("RGB", (42, 60), (240, 240, 240)).save(out, "PNG")
            return out.getvalue(), "image/png"
        case _:
            document = PdfWriter()
            document.add_blank_page(width=595, height=842)
            document.write(out)
            return out.getvalue(), "application/pdf"


@asynccontextmanager
async def campaign(
    chain: Chain, universities: Universities, show: Callable[[datetime, int], Awaitable[None]]
) -> AsyncIterator[Campaign]:
    """A campaign on a running chain whose clock was never set."""
    async with doors(chain) as found:
        yield Campaign(chain, found.conductor, universities, found.portal, found.university_is, show)
