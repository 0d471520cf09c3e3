"""Where a chain runs and under which names, and its databases."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.local.servers import databases
from deploy.local.servers.infra import Servers

SERVICES: Final = ("portal", "esuvo", "university_is", "shep_gateway", "con")
ISSUERS: Final = ("esuvo", "university_is")  # who give documents out


def _passwords() -> dict[str, str]:
    """Anew for each start: the launcher gives a role its password and the service its own, and nobody keeps them."""
    return {service: secrets.token_urlsafe(32) for service in SERVICES}


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a chain runs and under which names. `run` names its databases; `topic_prefix` its topics.

    `environment` is added to every service's, for example {"UNIVERSITY_IS_SEED": "1"}; `instances` says how many
    processes of each service there are, one where it says nothing, none of one that somebody else runs.
    """

    servers: Servers
    directory: Path
    run: str
    seed: str
    virtual_start: datetime
    topic_prefix: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    instances: Mapping[str, int] = field(default_factory=dict)
    operator_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    # Said back on /health by the processes of this chain, and by no others.
    chain_id: str = field(default_factory=lambda: secrets.token_hex(16))
    database_passwords: Mapping[str, str] = field(default_factory=_passwords, repr=False)

    def database_url(self, service: str) -> str:
        """As the service comes to it: under a role of its own, where the server has one for each."""
        parts, name = urlsplit(self.servers.postgres_url), self.database(service)
        if self.servers.own_roles:
            place = parts.netloc.rpartition("@")[2]
            parts = parts._replace(netloc=f"{name}:{quote(self.database_passwords[service], safe='')}@{place}")
        return urlunsplit(parts._replace(path=f"/{name}"))

    def database(self, service: str) -> str:
        """The name of its database, and of the role that owns it."""
        return f"egov_{self.run}_{service}"


def instance_names(plan: Plan, service: str) -> list[str]:
    count = plan.instances.get(service, 1)
    return [service, *(f"{service}-{number}" for number in range(2, count + 1))][:count]


async def create_databases(plan: Plan) -> None:
    """One database per service, owned by its role, each at its newest schema; what is there already stays."""
    for service in SERVICES:
        if plan.servers.own_roles:
            password = plan.database_passwords[service]
            await databases.create(plan.servers.postgres_url, plan.database(service), password)
        else:
            await databases.create_shared(plan.servers.postgres_url, plan.database(service))
    from services._chassis.migrate import upgrade  # noqa: PLC0415 - Alembic is slow to load, and most commands migrate nothing

    for service in SERVICES:
        await asyncio.to_thread(upgrade, service, plan.database_url(service))


async def drop_databases(plan: Plan) -> None:
    """With their roles."""
    for service in SERVICES:
        await databases.drop(plan.servers.postgres_url, plan.database(service))


def run_name() -> str:
    """A name for a run on servers that are not its own."""
    return f"{datetime.now(UTC):%m%d%H%M%S}{secrets.token_hex(2)}"
