"""What a run came to, read from databases and topics, never from the services' own word."""
