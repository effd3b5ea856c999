"""What a source answers and nobody uploads: whether HMRC, or a council's register, bears an outcome out (BR-E6)."""

from dataclasses import dataclass
from typing import Literal

Result = Literal["match", "mismatch", "unavailable"]
"""`unavailable`: the source did not answer; other evidence will do (S-80)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The kinds of evidence that only a source's answer is, and what was answered about one claim."""

    kinds: frozenset[str] = frozenset()
    matched: frozenset[str] = frozenset()
    """Of those, where the newest answer about the claim is a match."""

    def there(self, evidence_kinds: frozenset[str]) -> frozenset[str]:
        """The kinds that there are: what was shown, but for documents named like an answer, and what was answered."""
        return evidence_kinds - self.kinds | self.matched


NO_ANSWERS = Answers()
