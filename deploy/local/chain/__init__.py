"""The five services as processes, and their virtual time."""
