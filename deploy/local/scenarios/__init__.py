"""`egov run`: who applies, how the desks work and what breaks, as a file says."""
