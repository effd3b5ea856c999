"""The sealed record: who did and saw what, bound together so that nobody can change it unnoticed."""
