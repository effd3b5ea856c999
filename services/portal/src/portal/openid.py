"""Signing in and out at the issuer: authorization code with PKCE (Authlib), the tokens kept on this side."""

import secrets
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import jwt
from authlib.oauth2.rfc6749 import parameters
from authlib.oauth2.rfc7636 import challenge

from common.web.problems import IssuerAway, NotSignedIn
from common.web.tokens import TokenVerifier

from .sessions import Session, SignInAttempt, Tokens, Visitor
from .settings import PortalSettings

authorization_address = cast(Callable[..., str], parameters.prepare_grant_uri)  # pyright: ignore[reportUnknownMemberType]
token_form = cast(Callable[..., str], parameters.prepare_token_request)  # pyright: ignore[reportUnknownMemberType]
challenge_of = cast(Callable[[str], str], challenge.create_s256_code_challenge)  # pyright: ignore[reportUnknownMemberType]
"""These three are Authlib's, which has no types."""

RENEWED_BEFORE_SECONDS = 60
"""A token is renewed so long before it ends, so that none ends under way."""
LEEWAY_SECONDS = 10
AUDIENCE = "referral-hub"
"""What is said of a person is said to every service alike: we read it as this one does."""


class SignInFailed(Exception):
    """The issuer signs nobody in with that; they begin again."""


class OpenIdIssuer:
    """The OpenID issuer, asked by the endpoints it tells of itself."""

    def __init__(self, client: httpx.AsyncClient, settings: PortalSettings) -> None:
        self._client = client
        self._settings = settings
        self._verifier = TokenVerifier(client, settings.jwks_url, settings.issuer_url, AUDIENCE)
        self._endpoints: dict[str, Any] = {}

    async def begin(self, session: Session, back_to: str) -> str:
        """Where to send a browser to sign in; `back_to` is the page it wanted.

        Raises:
            IssuerAway: it does not answer.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        session.attempt(state, SignInAttempt(nonce, verifier, back_to))
        scope = "openid simulate" if self._settings.simulation else "openid"
        endpoint = (await self._tells())["authorization_endpoint"]
        return authorization_address(
            endpoint,
            self._settings.client_id,
            "code",
            redirect_uri=self._settings.signed_in_at,
            scope=scope,
            state=state,
            nonce=nonce,
            code_challenge=challenge_of(verifier),
            code_challenge_method="S256",
        )

    async def complete(self, attempt: SignInAttempt, code: str) -> tuple[Visitor, Tokens]:
        """Who came back with a code, and their tokens.

        Raises:
            SignInFailed: the code is not good, or what comes for it is not meant for us.
            IssuerAway: it does not answer.
        """
        form = token_form(
            "authorization_code",
            code=code,
            redirect_uri=self._settings.signed_in_at,
            client_id=self._settings.client_id,
            code_verifier=attempt.verifier,
        )
        tokens = await self._tokens(form)
        identity = await self._identity(tokens, attempt.nonce)
        return await self._visitor(tokens, str(identity.get("name", ""))), tokens

    async def renew(self, session: Session, *, at_once: bool = False) -> None:
        """Have tokens that are about to end replaced, where the issuer gave the means; or `at_once`.

        Raises:
            SignInFailed: they have ended.
            IssuerAway: it does not answer.
        """
        tokens = session.tokens
        if tokens is None or not (at_once or monotonic() >= tokens.ends - RENEWED_BEFORE_SECONDS):
            return
        async with session.renewing:
            if session.tokens is not tokens:  # a request beside this one has done it
                return
            if tokens.refresh is None:
                if monotonic() >= tokens.ends:
                    raise SignInFailed("The token has ended.")
                return
            form = token_form("refresh_token", refresh_token=tokens.refresh, client_id=self._settings.client_id)
            fresh = await self._tokens(form, before=tokens)
            name = session.visitor.name if session.visitor else ""
            session.visitor, session.tokens = await self._visitor(fresh, name), fresh

    async def end(self, tokens: Tokens) -> str:
        """Where to send a browser so that the issuer forgets it, too; it comes back to our own page."""
        parameters = {
            "id_token_hint": tokens.identity,
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": f"{self._settings.public_url}/signed-out",
        }
        endpoint = (await self._tells()).get("end_session_endpoint")
        return f"{endpoint}?{urlencode(parameters)}" if endpoint else "/signed-out"

    async def _visitor(self, tokens: Tokens, name: str) -> Visitor:
        try:
            claims = await self._verifier.verify(tokens.access)
        except NotSignedIn as error:
            raise SignInFailed("The issuer's token is not good for the services.") from error
        return Visitor(
            subject=claims.subject,
            name=name,
            organisation=claims.organisation,
            organisation_kind=claims.organisation_kind,
            programme=claims.programme,
            roles=claims.roles,
        )

    async def _tells(self) -> Mapping[str, Any]:
        """The issuer's own word on where its endpoints are, asked for until it answers once."""
        if not self._endpoints:
            base = (self._settings.issuer_address or self._settings.issuer_url).rstrip("/")
            try:
                response = await self._client.get(f"{base}/.well-known/openid-configuration", timeout=5)
                response.raise_for_status()
                self._endpoints = cast(dict[str, Any], response.json())
            except (httpx.HTTPError, ValueError) as error:
                raise IssuerAway from error
        return self._endpoints

    async def _tokens(self, form: str, before: Tokens | None = None) -> Tokens:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            response = await self._client.post(
                (await self._tells())["token_endpoint"], content=form, headers=headers, timeout=10
            )
        except httpx.HTTPError as error:
            raise IssuerAway from error
        if response.is_server_error:
            raise IssuerAway
        if response.is_error:
            raise SignInFailed("The issuer gives no token for that.")
        answer: dict[str, Any] = response.json()
        return Tokens(
            access=answer["access_token"],
            refresh=answer.get("refresh_token"),
            identity=answer.get("id_token") or (before.identity if before else ""),
            ends=monotonic() + float(answer.get("expires_in", 60)),
        )

    async def _identity(self, tokens: Tokens, nonce: str) -> Mapping[str, Any]:
        """What the id token says, if it was made for this sign-in by the issuer."""
        try:
            kid = jwt.get_unverified_header(tokens.identity).get("kid", "")
            key = await self._verifier.key(kid)
            identity: dict[str, Any] = jwt.decode(
                tokens.identity,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.client_id,
                issuer=self._settings.issuer_url,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise SignInFailed("The issuer's word is not for us.") from error
        if not secrets.compare_digest(str(identity.get("nonce", "")), nonce):
            raise SignInFailed("The issuer's word belongs to another sign-in.")
        return identity
