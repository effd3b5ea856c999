"""What JSON means, however it is written: spaces, the order of members and the spelling of a number do not count."""

import json
from decimal import Decimal, InvalidOperation


def canonical(body: bytes) -> bytes:
    """The one way to write what a body says; of one that is no JSON, the body itself."""
    try:
        said = json.loads(body, parse_int=_number, parse_float=_number, parse_constant=_constant)
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body


def _number(spelt: str) -> dict[str, list[int | str]]:
    """Its sign, digits and exponent, without zeros that say nothing, marked so that no text is taken for it."""
    try:
        sign, digits, exponent = Decimal(spelt).as_tuple()
    except InvalidOperation:
        return _constant(spelt)
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    return {"\0": [sign, kept, int(exponent) + len(written) - len(kept)] if kept else ["0"]}


def _constant(spelt: str) -> dict[str, list[int | str]]:
    return {"\0": [spelt]}
