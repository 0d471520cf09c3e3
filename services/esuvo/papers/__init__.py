"""The printed papers of a campaign: what they state, and how they are asked for."""
