"""Where things are among the containers of deploy/compose.yaml, and how the environment wants the chain to be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.containers.secrets import OPERATOR_TOKEN, POSTGRES_PASSWORD, ROOMS, Secrets, login
from deploy.local.background import supervisor
from deploy.local.background.state import KAFKA_PORT, NCA_OFFSET, PORT_BASE, Wish
from deploy.local.chain.plan import SERVICES, Plan
from deploy.local.servers.identities import OPERATOR
from deploy.local.servers.infra import Servers
from deploy.local.servers.postgres import SUPERUSER

EVERY_INTERFACE: Final = "0.0.0.0"  # noqa: S104 - of the container: the host publishes it on loopback only
BOOTSTRAP_SERVERS: Final = "kafka:19092"
POSTGRES: Final = "postgres:5432"
PORTS: Final = {service: PORT_BASE + number for number, service in enumerate(SERVICES, 1)}
NCA_PORT: Final = PORT_BASE + NCA_OFFSET
NCA_URL: Final = f"http://nca:{NCA_PORT}"
URLS: Final = {service: f"http://{service}:{port}" for service, port in PORTS.items()}


class Settings(BaseSettings):
    """Read from `EGOV_…` variables; the ports are those that the host publishes."""

    model_config = SettingsConfigDict(env_prefix="EGOV_", frozen=True, extra="ignore")

    at: AwareDatetime = datetime.fromisoformat("2016-02-15T09:00+06:00")
    rate: float = Field(default=1.0, ge=0)
    seed: int = 705
    gateway_on_request_leg: bool = False
    ocsp: bool = False
    portal_port: int = PORTS["portal"]
    esuvo_port: int = PORTS["esuvo"]
    university_is_port: int = PORTS["university_is"]
    shep_gateway_port: int = PORTS["shep_gateway"]
    con_port: int = PORTS["con"]
    nca_port: int = NCA_PORT
    kafka_port: int = KAFKA_PORT
    postgres_port: int = PORT_BASE + 32

    @property
    def wish(self) -> Wish:
        return Wish(self.at, self.rate, self.seed, gateway_on_request_leg=self.gateway_on_request_leg, ocsp=self.ocsp)


def plan(settings: Settings, secrets: Secrets) -> Plan:
    """The chain of `egov up` on the servers of the other containers, without a prefix: they are its own.

    What this container has no secrets for it cannot do: only some of them administer the database, say.
    """
    servers = Servers(BOOTSTRAP_SERVERS, _postgres_url(secrets, POSTGRES), secrets.identities)
    found = supervisor.plan(settings.wish, servers, topic_prefix="", nca_url=NCA_URL)
    # By their names the containers of this chain are known: no id is needed.
    return replace(
        found,
        operator_token=secrets.get(OPERATOR_TOKEN),
        chain_id="",
        database_passwords=secrets.database_passwords,
    )


def published(settings: Settings, secrets: Secrets) -> Mapping[str, str]:
    """The same addresses as the host has them."""
    ports = {service: getattr(settings, f"{service}_port") for service in SERVICES}
    return {
        **{service: f"http://127.0.0.1:{port}" for service, port in ports.items()},
        "nca": f"http://127.0.0.1:{settings.nca_port}",
        "kafka": f"127.0.0.1:{settings.kafka_port}",
        # The one that a person may use: a service's own is in its container.
        "kafka logins": str(ROOMS / "egov" / login(OPERATOR)),
        "postgres": _postgres_url(secrets, f"127.0.0.1:{settings.postgres_port}"),
    }


def _postgres_url(secrets: Secrets, address: str) -> str:
    return f"postgresql://{SUPERUSER}:{quote(secrets.get(POSTGRES_PASSWORD), safe='')}@{address}/postgres"
