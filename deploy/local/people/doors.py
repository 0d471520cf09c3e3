"""Where people come to a running chain: its conductor, and clients of the services that have a door."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import httpx

from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor, conductor
from deploy.local.chain.patience import client
from deploy.local.people.agenda import AT_ONCE
from deploy.local.servers.identities import CONDUCTOR

_STAFF_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Doors:
    """The portal as applicants have it, the counters and desks with the operator's token."""

    conductor: Conductor
    portal: httpx.AsyncClient
    university_is: httpx.AsyncClient
    con: httpx.AsyncClient


def conductor_of(chain: Chain) -> AbstractAsyncContextManager[Conductor]:
    """A conductor of all the processes of this chain."""
    plan = chain.plan
    return conductor(list(chain.urls.values()), plan.servers.broker(CONDUCTOR), plan.topic_prefix, plan.operator_token)


@asynccontextmanager
async def doors(chain: Chain) -> AsyncIterator[Doors]:
    token = chain.plan.operator_token
    async with (
        conductor_of(chain) as leader,
        client(chain.url("portal"), connections=AT_ONCE) as portal,
        client(chain.url("university_is"), token=token, timeout=_STAFF_SECONDS, connections=AT_ONCE) as university_is,
        client(chain.url("con"), token=token, timeout=_STAFF_SECONDS, connections=AT_ONCE) as con,
    ):
        yield Doors(leader, portal, university_is, con)
