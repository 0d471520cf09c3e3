"""What each service of a chain is told: addresses, logins, secrets, and whose signatures it trusts."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from deploy.local.authority.nca import CERTIFICATE_FILE, CRL_FILE, Nca
from deploy.local.chain.plan import ISSUERS, Plan
from deploy.local.servers.private import write_private

_JUDGE_SIGNATURES: Final = ("portal", "esuvo", "university_is")  # they hear or pass on what applicants sign


def authority(plan: Plan, directory: Path) -> Nca:
    """The certification authority of this chain, with a revocation list; one that is there already goes on."""
    try:
        nca = Nca.load(directory)
    except FileNotFoundError:
        nca = Nca.create(plan.seed, plan.virtual_start - timedelta(days=365))
        nca.save(directory)
    if not (directory / CRL_FILE).exists():
        nca.publish(directory, plan.virtual_start)
    return nca


def document_secrets(directory: Path) -> dict[str, str]:
    """By service the secret that the codes of its documents follow from; made at random once, and kept with the data."""
    found = {}
    for service in ISSUERS:
        path = directory / f"{service}-document-secret"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32).encode())
        found[service] = path.read_text()
    return found


def service_settings(
    plan: Plan,
    service: str,
    instance: str,
    port: int,
    nca_directory: Path,
    session_secret: str,
    papers: Mapping[str, str],
) -> dict[str, str]:
    """The variables that a service's settings are read from."""
    own = {
        "DATABASE_URL": plan.database_url(service),
        "BOOTSTRAP_SERVERS": plan.servers.bootstrap_servers,
        **_login(plan, service),
        "TOPIC_PREFIX": plan.topic_prefix,
        "PORT": str(port),
        "INSTANCE": instance,
        "CHAIN_ID": plan.chain_id,
        "OPERATOR_TOKEN": plan.operator_token,
    }
    if service in _JUDGE_SIGNATURES:
        own |= {
            "TRUST_ANCHOR": str(nca_directory / CERTIFICATE_FILE),
            "REVOCATION_LIST": str(nca_directory / CRL_FILE),
        }
    if service == "portal":
        own["SESSION_SECRET"] = session_secret
    if service in papers:
        own["DOCUMENT_SECRET"] = papers[service]
    return {**{f"{service.upper()}_{key}": value for key, value in own.items()}, **plan.environment}


def _login(plan: Plan, service: str) -> dict[str, str]:
    broker = plan.servers.broker(service)
    return {"KAFKA_USER": broker.user, "KAFKA_PASSWORD": broker.password} if broker.user else {}
