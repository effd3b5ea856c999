"""The API's own page, `/docs`: there "Authorize" signs in at the issuer, and operations are tried by who signed in.

The page's client is `docs`: a public one, with PKCE. Its scripts and styles are our own (fastapi-offline).
"""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from starlette.requests import Request
from starlette.responses import HTMLResponse

from common.settings import ServiceSettings

CLIENT_ID = "docs"
PAGE, WAY_BACK = "/docs", "/docs/oauth2-redirect"
ASSETS = "/static-offline-docs"


def show_docs(app: FastAPI) -> None:
    """Have an app show its page, and the one that the issuer leads back to."""

    prefix: str = app.state.settings.public_path

    async def page(_: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=app.title,
            oauth2_redirect_url=f"{prefix}{WAY_BACK}",
            swagger_js_url=f"{prefix}{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}{ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{prefix}{ASSETS}/favicon.png",
            init_oauth={"clientId": CLIENT_ID, "usePkceWithAuthorizationCodeGrant": True, "scopes": "openid"},
        )

    async def way_back(_: Request) -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    app.add_route(PAGE, page, include_in_schema=False)
    app.add_route(WAY_BACK, way_back, include_in_schema=False)


def ways_to_sign_in(settings: ServiceSettings) -> dict[str, dict[str, object]]:
    """How the OpenAPI document says that people and systems get a token, at this installation's issuer."""
    scopes = {"openid": "Who you are, and what your organisation lets you do."}
    if settings.simulation:
        scopes["simulate"] = "Setting the time of a request, in a town that simulates."
    people = {"authorizationUrl": settings.where_people_sign_in, "tokenUrl": settings.where_tokens_are_given}
    systems = {"tokenUrl": settings.where_tokens_are_given}
    return {
        "people": {
            "type": "oauth2",
            "description": "Somebody signs in: authorization code with PKCE (S256).",
            "flows": {"authorizationCode": people | {"scopes": scopes}},
        },
        "systems": {
            "type": "oauth2",
            "description": "A system proves itself: client credentials.",
            "flows": {"clientCredentials": systems | {"scopes": scopes}},
        },
    }
