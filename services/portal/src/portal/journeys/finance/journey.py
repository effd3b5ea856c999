"""The pages of whoever sees money."""

from portal.pages import Journey

JOURNEY = Journey("finance")
