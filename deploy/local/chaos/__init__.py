"""`egov chaos`: a chain at work while its processes are killed, paused, starved."""
