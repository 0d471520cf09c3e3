"""What the law says, as data and pure functions: regulations and their deadlines, the competition, what is taught and where.

Days and deadlines go by the pinned table of time zones, as in contracts; whoever loads only this room relies on it too.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
