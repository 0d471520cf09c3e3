"""Where a request stands at ESUVO, and what each of its events makes of that. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.common import Channel, DuplicateRequest, NoticeKind, RefusalCode
from services.esuvo.domain.events import (
    CaseProgressed,
    CorrectionRouted,
    RequestClosed,
    RequestEnded,
    RequestEvent,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalRouted,
)

ENDS: Final = frozenset({Status.ISSUED, Status.REFUSED, Status.WITHDRAWN, Status.UNROUTABLE})
OUTCOMES: Final = {
    NoticeKind.ISSUED: Status.ISSUED,
    NoticeKind.REFUSED: Status.REFUSED,
    NoticeKind.WITHDRAWN: Status.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Unheard:
    """No application of this id has come from the portal."""


@dataclass(frozen=True, slots=True)
class Known:
    """`status` follows the case, as the university and the portal tell it."""

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    status: Status
    updated_at: datetime
    refusal_code: RefusalCode | None = None
    corrected_at: datetime | None = None
    withdrawal_requested_at: datetime | None = None
    closed_as: NoticeKind | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ENDS


State: TypeAlias = Unheard | Known


def evolve(state: State, event: RequestEvent) -> State:
    match event, state:
        case RequestRouted(), _:
            return _known(event, Status.ROUTED)
        case RoutingFailed(), _:
            return replace(_known(event, Status.UNROUTABLE), refusal_code=event.code)
        case _, Known():
            return replace(_evolve_known(state, event), updated_at=event.at)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


def _known(event: RequestRouted | RoutingFailed, status: Status) -> Known:
    return Known(event.application_id, event.request, event.channel, event.filed_at, status, event.at)


def _evolve_known(
    state: Known,
    event: CorrectionRouted | WithdrawalRouted | CaseProgressed | RequestEnded | RequestClosed,
) -> Known:
    match event:
        case CorrectionRouted():
            right = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            request = state.request.model_copy(update=right)
            return replace(state, request=request, status=Status.CORRECTED, corrected_at=event.corrected_at)
        case WithdrawalRouted():
            return replace(state, withdrawal_requested_at=event.requested_at)
        case CaseProgressed():
            return replace(state, status=event.status)
        case RequestEnded():
            return replace(state, status=event.status, refusal_code=event.refusal_code)
        case RequestClosed():
            # A university that only sends notices tells the end by its last one.
            status = state.status if state.is_over else OUTCOMES[event.outcome]
            return replace(
                state, status=status, closed_as=event.outcome, refusal_code=state.refusal_code or event.refusal_code
            )
        case _:
            assert_never(event)
