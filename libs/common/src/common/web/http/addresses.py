"""Where what was made is read: an address of its own, or that of what shows it."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from common.web.access import allowed_roles, api_routes


@cache
def address_of(app: FastAPI, path: str) -> str | None:
    """The path that shows what a write to one makes: `/v1/referrals/{referral_id}`, for `/v1/referrals`."""
    paths = [one.path for one in api_routes(app) if "GET" in (one.methods or ()) and allowed_roles(one) is not None]
    noun = path.rpartition("/")[2]
    for shows in paths:
        of_many, _, last = shows.rpartition("/")
        if last.startswith("{") and of_many in (path, f"/v1/{noun}", f"/v1/{noun}s"):
            return shows
    while path not in paths:
        path = path.rpartition("/")[0]
        if not path:
            return None
    return path


def verbs(app: FastAPI, path: str) -> str:
    """Every method a path takes, for `Allow`: the router tells those of the first route that it finds."""
    there = {verb for one in api_routes(app) if one.path_regex.match(path) for verb in one.methods or ()}
    return ", ".join(sorted(there | ({"HEAD"} if "GET" in there else set())))


def location(address: str, path_params: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """An address with the values of the path that was asked, and the id that was answered."""
    id_name = address.rpartition("/")[2].strip("{}")
    id_value = answer.get(id_name, answer.get("id"))
    return address.format(
        **{name: quote(str(value), safe="") for name, value in ({id_name: id_value} | dict(path_params)).items()}
    )
