"""The page on which a developer chooses who to be: plain HTML, no script, one form an organisation."""

from collections.abc import Mapping, Sequence
from html import escape

from .people import Party

STYLE = "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto}button{font:inherit;margin:.2rem}"
CARRIED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


def sign_in_page(people: Sequence[Party], query: Mapping[str, str]) -> str:
    """The page; what the client asked for travels in hidden fields."""
    hidden = "".join(_hidden(name, query[name]) for name in CARRIED if name in query)
    organisations = dict.fromkeys(person.organisation_name for person in people)
    forms = "".join(_form(name, people, hidden) for name in organisations)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in (development)</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Sign in</h1>"
        f"<p>Development only: choose who to be. No passwords, no real people.</p>{forms}</main></body></html>"
    )


def _form(organisation: str, people: Sequence[Party], hidden: str) -> str:
    buttons = "".join(_button(person) for person in people if person.organisation_name == organisation)
    return f'<form method="post"><h2>{escape(organisation)}</h2>{hidden}{buttons}</form>'


def _button(person: Party) -> str:
    return f'<button name="person" value="{escape(person.address)}">{escape(person.title)}</button>'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'
