"""Papers that others issued, for everybody to check, and the electronic copies that people send."""
