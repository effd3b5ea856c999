"""The kinds of rule an outcome is judged by, a module for each part of life; every module here is read by itself."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules

from .. import rule
from ..rule import Rule

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

KINDS: Mapping[str, type[Rule]] = rule.KINDS
ALWAYS: Sequence[Rule] = tuple(rule.ALWAYS)

__all__ = ["ALWAYS", "KINDS"]
