"""What the systems of the chain say to one another.

Days and deadlines go by the pinned table of time zones, whatever table a host has: many do not know yet that Kazakhstan has
one time since 1 March 2024. Here, as zones are looked up by all rooms, some while they are loaded, and all load this first.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
