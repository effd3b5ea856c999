"""The personalisation fund, and the innovations it may finance."""
