"""What JSON means, however it is written: spaces, the order of members and the spelling of a number do not count."""

import json
from decimal import Decimal, InvalidOperation


def canonical(body: bytes) -> bytes:
    """The one way to write what a body says; of one that is no JSON, the body itself."""
    try:
        content = json.loads(body, parse_int=_number, parse_float=_number, parse_constant=_constant)
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body


def _number(spelt: str) -> dict[str, list[int | str]]:
    """Its sign, digits and exponent, without zeros that say nothing, marked so that no text is taken for it."""
    try:
        sign, digits, exponent = Decimal(spelt).as_tuple()
    except InvalidOperation:
        return _constant(spelt)
    numeral = "".join(map(str, digits)).lstrip("0")
    significand = numeral.rstrip("0")
    return {"\0": [sign, significand, int(exponent) + len(numeral) - len(significand)] if significand else ["0"]}


def _constant(spelt: str) -> dict[str, list[int | str]]:
    return {"\0": [spelt]}
