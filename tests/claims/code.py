"""What the code of a rule reads, told from the code itself."""

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any


def names_read(decide: Callable[..., Any]) -> frozenset[str]:
    """Every name a function and the helpers it calls ask for: attributes, methods, other functions."""
    assert isinstance(decide, FunctionType)
    read: set[str] = set()
    seen: set[CodeType] = set()
    left = [(decide.__code__, decide.__globals__)]
    while left:
        code, known = left.pop()
        if code in seen:
            continue
        seen.add(code)
        read |= set(code.co_names)
        left += [(const, known) for const in code.co_consts if isinstance(const, CodeType)]
        helpers = [known.get(name) for name in code.co_names]
        left += [(each.__code__, each.__globals__) for each in helpers if isinstance(each, FunctionType)]
    return frozenset(read)
