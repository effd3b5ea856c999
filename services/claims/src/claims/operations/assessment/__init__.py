"""Outcomes become claims, and every rule is asked of them."""
