"""To the chain of `egov up`, once it is proven that what answers there is that chain."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx

from deploy.local.background.state import State
from deploy.local.chain.conductor import Conductor, conductor
from deploy.local.chain.patience import client
from deploy.local.errors import LauncherError
from deploy.local.servers.kafka import cluster_at
from services._chassis.settings import CHAIN_HEADER

_ASK_SECONDS: Final = 10.0


@asynccontextmanager
async def operator_at(state: State, service: str) -> AsyncIterator[httpx.AsyncClient]:
    await _require_ours(state, service)
    async with client(state.urls[service], token=state.operator_token, timeout=60.0) as http:
        yield http


@asynccontextmanager
async def conductor_of(state: State) -> AsyncIterator[Conductor]:
    cluster = await cluster_at(state.broker) if state.cluster_id else None
    if cluster is not None and cluster != state.cluster_id:
        raise _stranger("Kafka", state.bootstrap_servers)
    for service in state.urls:
        await _require_ours(state, service)
    urls = list(state.urls.values())
    async with conductor(urls, state.broker, state.topic_prefix, state.operator_token) as leader:
        if leader.passed_over:
            print(leader.passed_over, file=sys.stderr)
        yield leader


async def _require_ours(state: State, service: str) -> None:
    """Before the operator's token is sent there. Who does not answer is no stranger."""
    if not state.chain_id:
        return
    with suppress(httpx.HTTPError):
        async with client(state.urls[service], timeout=_ASK_SECONDS) as http:
            said = (await http.get("/health/live")).headers.get(CHAIN_HEADER)
        if said != state.chain_id:
            raise _stranger(service, state.urls[service])


def _stranger(who: str, address: str) -> LauncherError:
    return LauncherError(
        f"{who}: what answers at {address} is not of the chain of the last `egov up`. "
        "Stop that program, then start the chain anew: `egov down`, `egov up`."
    )
