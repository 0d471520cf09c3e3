"""An application for a grant at the universities: the committee it is handed in at, and the one that the winner enrols at."""
