"""The service centre as the chassis runs it: two kinds of stream, what it hears, what it tells."""

from typing import Final

from contracts import con_applications
from services._chassis.aggregate import Service
from services.con.application.follows import APPLICATIONS
from services.con.application.hears import SUBSCRIPTIONS
from services.con.application.streams import DOCUMENTS

SERVICE: Final = Service(
    name="con",
    aggregates=(APPLICATIONS, DOCUMENTS),
    subscriptions=SUBSCRIPTIONS,
    publishes={con_applications.TOPIC: con_applications.CATALOGUE},
)
