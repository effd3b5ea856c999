"""What the prime and the council decide about a claim."""
