"""A request for a duplicate on its way from the portal to a university and back."""
