"""Who is who at the broker: a user each, with a password made at random once and kept where only its owner reads it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from contracts.topics import SERVICES
from deploy.local.servers.private import private_directory, write_private
from services._chassis.broker import MECHANISM, Broker

CONDUCTOR: Final = "conductor"
"""Whoever launches and watches a chain: sets the clock, makes topics, reads all."""
AUTHORITY: Final = "nca"
"""The certification authority, which goes by the chain's clock."""
OPERATOR: Final = "operator"
"""A bystander: reads all, writes nothing."""
BROKER: Final = "broker"
"""The broker itself, to itself: may do everything, and says who else may do what."""
USERS: Final = (*SERVICES, CONDUCTOR, AUTHORITY, OPERATOR, BROKER)

LOGINS: Final = "kafka/identities"
"""Where a chain keeps them, in its own folder."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Passwords by user: all of them, or those that this process needs."""

    passwords: Mapping[str, str] = field(repr=False)

    @classmethod
    def drawn(cls, directory: Path, users: Iterable[str] = USERS) -> Self:
        """Those of this directory, a file each; what is missing is made at random."""
        private_directory(directory)
        for user in users:
            if not (directory / user).exists():
                write_private(directory / user, secrets.token_urlsafe(32).encode())
        return cls({user: (directory / user).read_text() for user in users})

    def broker(self, user: str, bootstrap_servers: str) -> Broker:
        """How this user comes to the broker there. KeyError for one whose password is not here."""
        return Broker(bootstrap_servers, user, self.passwords[user])

    def scram(self) -> list[str]:
        """What Kafka's storage tool enters for each user when it formats a disk."""
        return [f"{MECHANISM}=[name={user},password={password}]" for user, password in self.passwords.items()]


def broker_settings(clients: str, password: str) -> str:
    """Lines of server.properties: users log in at the listeners `clients`, the first of which the broker itself uses.

    The controller is asked before there are users to look up, so the broker brings its own password there (PLAIN).
    """
    inside = clients.split(",", maxsplit=1)[0]
    protocols = ",".join(f"{name}:SASL_PLAINTEXT" for name in (*clients.split(","), "CONTROLLER"))
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    login = f'username="{BROKER}" password="{password}"'
    logins = "\n".join(
        f"listener.name.{name.lower()}.{MECHANISM.lower()}.sasl.jaas.config = {scram} {login};"
        for name in clients.split(",")
    )
    return f"""\
listener.security.protocol.map = {protocols}
inter.broker.listener.name = {inside}
sasl.enabled.mechanisms = {MECHANISM}
sasl.mechanism.inter.broker.protocol = {MECHANISM}
sasl.mechanism.controller.protocol = PLAIN
{logins}
listener.name.controller.sasl.enabled.mechanisms = PLAIN
listener.name.controller.plain.sasl.jaas.config = {plain} {login} user_{BROKER}="{password}";
authorizer.class.name = org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users = User:{BROKER}
allow.everyone.if.no.acl.found = false
"""
