"""The simulated certification authority: keys for people who do not exist."""
