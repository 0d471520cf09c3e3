"""Programs on this machine: the broker, the database, and what they need; no word of the services."""
