"""Signing in at the development issuer as any seeded person or system: the client is `common.web.signin`."""

from common.web.signin import SignInRefused, token_for_person, token_for_system

__all__ = ["SignInRefused", "token_for_person", "token_for_system"]
