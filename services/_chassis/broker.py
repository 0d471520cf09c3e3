"""Where the broker is and as whom we come to it: the one place that says so to Kafka's clients."""

from dataclasses import dataclass, field
from typing import Any, Final

MECHANISM: Final = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Broker:
    """`user` and `password` log in where the broker asks for that; without a user it is taken to ask for nothing."""

    bootstrap_servers: str
    user: str = ""
    password: str = field(default="", repr=False)


def client_options(broker: Broker | str) -> dict[str, Any]:  # Any: aiokafka's arguments are of several types
    """The arguments of every consumer, producer and admin client. Bootstrap servers alone: nobody in particular.

    SCRAM never sends the password; what follows it is not encrypted, as on loopback and among containers it need not be.
    """
    if isinstance(broker, str) or not broker.user:
        return {"bootstrap_servers": broker if isinstance(broker, str) else broker.bootstrap_servers}
    return {
        "bootstrap_servers": broker.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": broker.user,
        "sasl_plain_password": broker.password,
    }
