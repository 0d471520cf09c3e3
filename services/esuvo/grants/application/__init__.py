"""An application for a grant on its way from the portal or a committee to the register."""
