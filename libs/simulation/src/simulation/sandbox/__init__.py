"""Plays the hub, the prime and the council of a sandbox, through the public APIs, for whoever tries a system in it."""
