"""When the service itself looks at a clock: after a deadline, at the end of a minute. Nobody's working habits count here."""

from datetime import datetime, timedelta
from typing import Final

_WARNINGS: Final = 55
_QUEUE: Final = 58  # a second apart from those of others, so that at one instant one kind of actor acts


def warned_at(moment: datetime) -> datetime:
    """A warning names a minute: it comes as the minute ends, and what was done within it needs none."""
    return moment.replace(second=_WARNINGS, microsecond=0)


def served_at(moment: datetime) -> datetime:
    """The end of the minute in which something came, so that all of that minute counts alike; always after `moment`."""
    ends = moment.replace(second=_QUEUE, microsecond=0)
    return ends if ends > moment else ends + timedelta(minutes=1)
