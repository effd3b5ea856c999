"""Documents as evidence: taken in, looked through, copied for reading, opened."""
