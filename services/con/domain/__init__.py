"""What is decided at the counter. Pure: no clock, no ids, no I/O."""
