"""What a request may name: only what its route takes. A filter that is not one would answer with everything."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin
from urllib.parse import unquote

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from common.text import UNFIT_FOR_A_LINE, unfit
from common.web.problems import Invalid, Problem

JSON, FORM = "application/json", "multipart/form-data"


class UnsupportedType(Problem):
    """`Content-Type` is not the one that the operation takes, or the body is compressed."""

    status, type, title = 415, "unsupported-media-type", "The body is not of the type that is taken"
    remedy = "Send the body as the type that `Accept` of the answer names, and not compressed."


class UnknownParameter(Invalid):
    """The query or the form has a name that the operation does not know, or twice what it takes once."""

    type, title = "unknown-parameter", "This is asked with a parameter that it does not take"
    remedy = "Correct the names listed under `errors`."


def dependants_of(route: APIRoute) -> Iterator[Dependant]:
    """A route as FastAPI asks for what it takes, and everything it depends on."""
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        yield dependant
        waiting += dependant.dependencies


def parameters_of(route: APIRoute) -> Mapping[str, bool]:
    """What a route takes in its query, itself or by what it depends on; true for those that may be there twice."""
    return {one.alias: _many(one) for each in dependants_of(route) for one in each.query_params}


def refuse_unknown_parameters(request: Request) -> None:
    """A query names only what the route takes, and once what it takes once.

    Raises:
        UnknownParameter: it does not; the answer names the parameters there are.
    """
    if request.query_params:
        _refuse("query", request.query_params.multi_items(), parameters_of(request.scope["route"]))


def refuse_other_codings(request: Request) -> None:
    """A body comes as it is: packed, it could be of any size once it is unpacked.

    Raises:
        UnsupportedType: it is said to be packed.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedType("Send the body as it is, not compressed.", headers={"accept-encoding": "identity"})


def refuse_other_types(request: Request) -> None:
    """A body is of the one type that its route takes (RFC 9110, 15.5.16).

    Raises:
        UnsupportedType: it is of another, or does not say.
    """
    body_field = request.scope["route"].body_field
    sent = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if body_field is None or not sent:
        return
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    media_type = FORM if isinstance(body_field.field_info, Form) else JSON
    if content_type != media_type and not (
        media_type == JSON and content_type.startswith("application/") and content_type.endswith("+json")
    ):
        raise UnsupportedType(
            f"Send it as `{media_type}`, and say so in `Content-Type`.", headers={"accept": media_type}
        )


def refuse_unknown_parts(request: Request, form: FormData) -> None:
    """The same of the parts of a form; and what names a part or its file is made of characters that are seen."""
    parts = {one.alias: _many(one) for each in dependants_of(request.scope["route"]) for one in each.body_params}
    _refuse("body", form.multi_items(), parts)
    for name, part in form.multi_items():
        label = "" if isinstance(part, str) else f"{part.filename or ''}{part.content_type or ''}"
        if why := unfit(label + unquote(label), UNFIT_FOR_A_LINE):
            raise Invalid("Send it under another file name.", errors=[{"field": f"body.{name}", "problem": why}])


def _refuse(place: str, pairs: Iterable[tuple[str, Any]], parameters: Mapping[str, bool]) -> None:
    names = [name for name, _ in pairs]
    faults = {name: "there is no such parameter" for name in names if name not in parameters}
    faults |= {name: "send it once" for name in names if parameters.get(name) is False and names.count(name) > 1}
    if faults:
        there = f"Those there are: {', '.join(sorted(parameters))}." if parameters else "There are none here."
        errors = [{"field": f"{place}.{name[:100]}", "problem": fault} for name, fault in faults.items()]
        raise UnknownParameter(f"Correct the names listed under `errors`. {there}", errors=errors)


def _many(parameter: Any) -> bool:
    kind = parameter.field_info.annotation
    return any(get_origin(each) is list for each in (kind, *get_args(kind)))
