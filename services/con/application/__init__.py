"""An application from the counter to the hand-over."""
