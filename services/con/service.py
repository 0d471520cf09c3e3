"""The service centre as the chassis runs it: two kinds of stream, what it hears, what it tells."""

from contracts import con_applications
from law.universities import Universities
from services._chassis.aggregate import Service
from services.con.messaging.applications import Applications
from services.con.messaging.inbound import SUBSCRIPTIONS
from services.con.messaging.streams import DOCUMENTS
from services.con.staff import Simulated


def service(staff: Simulated, universities: Universities) -> Service:
    return Service(
        name="con",
        aggregates=(Applications(staff, universities).aggregate(), DOCUMENTS),
        subscriptions=SUBSCRIPTIONS,
        publishes={con_applications.TOPIC: con_applications.CATALOGUE},
    )
