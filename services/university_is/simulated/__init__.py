"""Simulated people of the universities: a plug that nothing else here depends on."""
