"""Loading the stock of blank forms; the ledger as it stands."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, params
from pydantic import BaseModel, ConfigDict, Field

from contracts.common import Blank, BlankKind, Serial
from law.universities import Universities
from services._chassis.running import act, running
from services.university_is import streams
from services.university_is.duplicates.ledger.commands import Receive, WriteOff
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.state import BlankState, Ledger
from services.university_is.run_here import Code, require_known

_SERIES: Final = {BlankKind.DIPLOMA: "ҚОРД", BlankKind.SUPPLEMENT: "ҚОРҚ"}  # қор: stock; not the Ministry's series


class Serials(BaseModel):
    model_config = ConfigDict(extra="forbid")

    blanks: list[Blank] = Field(min_length=1, max_length=2_000)


class Count(BaseModel):
    """The stock of a kind is to have come to `count` blank forms; their serials derive from the university's code."""

    model_config = ConfigDict(extra="forbid")

    kind: BlankKind
    count: int = Field(ge=0, le=100_000)


class SerialView(BaseModel):
    kind: BlankKind
    serial: str
    state: BlankState
    since: datetime
    application_id: UUID | None = Field(description="for whom it is reserved or used")


class WaitingView(BaseModel):
    application_id: UUID
    kinds: tuple[BlankKind, ...]
    since: datetime


class LedgerView(BaseModel):
    university: str
    counts: dict[BlankKind, dict[BlankState, int]]
    waiting: list[WaitingView] = Field(description="cases without blank forms, in the order in which they are served")
    serials: list[SerialView] | None = None


def router(operator: list[params.Depends], universities: Universities) -> APIRouter:
    routes = APIRouter(prefix="/universities/{code}", tags=["supplies"], dependencies=operator)

    @routes.post("/blanks")
    async def receive_blanks(request: Request, code: Code, body: Serials | Count) -> LedgerView:
        """Receive blank forms, by serial or by count. A serial that is known already changes nothing."""
        require_known(universities, code)
        blanks = tuple(body.blanks) if isinstance(body, Serials) else _derived(code, body)
        label = f"receive:{body.model_dump_json()}"
        decision = await act(
            request, streams.blanks(code), lambda state, at: LEDGER.decide(Receive(blanks, at), state), label
        )
        return _view(code, decision.state, serials=False)

    @routes.post("/blanks/{serial}/write-off")
    async def write_off(request: Request, code: Code, serial: Serial) -> LedgerView:
        """Write off a free blank form that is spoilt or lost (EDGE-13). A repetition changes nothing."""
        require_known(universities, code)
        decision = await act(
            request,
            streams.blanks(code),
            lambda state, at: LEDGER.decide(WriteOff(serial, at), state),
            f"write-off:{serial}",
        )
        return _view(code, decision.state, serials=False)

    @routes.get("/blanks")
    async def ledger(
        request: Request, code: Code, *, serials: Annotated[bool, Query(description="list every serial")] = False
    ) -> LedgerView:
        """The ledger: how many blank forms of each kind are free, reserved, used or written off, and who waits."""
        require_known(universities, code)
        state: Ledger = (await running(request).store.read(streams.blanks(code))).state
        return _view(code, state, serials=serials)

    return routes


def _derived(code: str, count: Count) -> tuple[Blank, ...]:
    series = _SERIES[count.kind]
    return tuple(Blank(kind=count.kind, serial=f"{series}{code}{n:06d}") for n in range(1, count.count + 1))


def _view(code: str, ledger: Ledger, *, serials: bool) -> LedgerView:
    found = Counter((each.blank.kind, each.state) for each in ledger.entries.values())
    lines = sorted(ledger.entries.values(), key=lambda each: (each.blank.kind, each.blank.serial))
    return LedgerView(
        university=code,
        counts={kind: {state: found[kind, state] for state in BlankState} for kind in BlankKind},
        waiting=[
            WaitingView(application_id=each.application_id, kinds=each.kinds, since=each.since) for each in ledger.queue
        ],
        serials=[
            SerialView(
                kind=each.blank.kind,
                serial=each.blank.serial,
                state=each.state,
                since=each.since,
                application_id=each.application_id,
            )
            for each in lines
        ]
        if serials
        else None,
    )
