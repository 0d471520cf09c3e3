"""The service centre as the chassis runs it: two kinds of stream, what it hears, what it tells."""

from contracts import con_applications
from law.universities import Universities
from services._chassis.aggregate import Service
from services.con.application.follows import Applications
from services.con.application.hears import SUBSCRIPTIONS
from services.con.simulated.staff import Simulated
from services.con.streams import DOCUMENTS


def service(staff: Simulated, universities: Universities) -> Service:
    return Service(
        name="con",
        aggregates=(Applications(staff, universities).aggregate(), DOCUMENTS),
        subscriptions=SUBSCRIPTIONS,
        publishes={con_applications.TOPIC: con_applications.CATALOGUE},
    )
