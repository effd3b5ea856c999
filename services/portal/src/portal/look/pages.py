"""The templates: ours beside the journeys, GOV.UK's components from their package."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

from . import writing
from .words import code_in_words, has_words, words

HERE = Path(__file__).parent
STYLESHEET = HERE / "static" / "portal.css"


@cache
def templates() -> Environment:
    """Everything is escaped; what a component misses of its parameters is nothing."""
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    ours = FileSystemLoader([HERE / "templates", HERE.parent / "journeys"])
    environment = Environment(
        loader=ChoiceLoader([ours, components]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {
        "money": writing.money,
        "day": writing.day,
        "month": writing.month,
        "instant": writing.instant,
        "figure": writing.figure,
        "code": code_in_words,
    }
    environment.filters["of_numbers"] = writing.WrittenNumber
    environment.tests["written_number"] = writing.is_written_number
    mark = sha256(STYLESHEET.read_bytes()).hexdigest()[:16]
    names = cast(dict[str, Any], environment.globals)
    names.update(words=words, has_words=has_words, stylesheet=f"{mark}.css")
    return environment
