"""A year's campaign: summary sheets, protocol, order, list and certificates."""
