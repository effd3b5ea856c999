"""The pages of a provider's manager."""

from portal.pages import Journey

JOURNEY = Journey("manager")
