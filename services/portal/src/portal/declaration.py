"""What a page declares: where it is, what it asks, and so who may see it."""

from dataclasses import dataclass
from functools import reduce

from .services.operations import Operation


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A page, by what it asks the services."""

    path: str
    asks: tuple[Operation, ...]
    """What it cannot do without: whoever may ask all of it may see the page."""
    also: tuple[Operation, ...]
    """What it asks for those who may: parts of the page, or what its buttons do."""
    of_everyone: frozenset[str]
    """For whom it is, before what it asks is looked at."""
    navigation: str | None
    """The key of its words in the navigation, if it stands there."""

    @property
    def operations(self) -> frozenset[Operation]:
        """All that it may ask."""
        return frozenset({*self.asks, *self.also})

    @property
    def roles(self) -> frozenset[str]:
        """Who may see it."""
        return reduce(frozenset[str].intersection, (one.roles for one in self.asks), self.of_everyone)
