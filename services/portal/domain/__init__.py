"""What the portal decides: applications, one open at a time, accounts. Pure: no clock, no ids, no I/O."""
