"""Published by the gateway (ШЭП) on `shep.requests.v1`, keyed by application id, if requests go over it as well.

They are the portal's events, unchanged (INC-09).
"""

from typing import Final

from contracts import portal_applications
from contracts.event import Catalogue
from contracts.portal_applications import UPCASTERS, NoticeReceived

TOPIC: Final = "shep.requests.v1"

# All events of the portal except the receipts of notices, which are for the gateway.
CATALOGUE: Final = Catalogue([each for each in portal_applications.CATALOGUE if each is not NoticeReceived], UPCASTERS)
