"""What every rule is asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .answers import NO_ANSWERS, Answers
from .claims_on_record import ClaimOnRecord
from .equivalent import Equivalent
from .fact import Facts
from .outcome import Outcome
from .rate_card import Rate, RateCard


@dataclass(frozen=True, slots=True)
class Question:
    """May this outcome be claimed under this rate, given what is on record?"""

    outcome: Outcome
    card: RateCard
    rate: Rate
    today: date
    on_record: tuple[ClaimOnRecord, ...] = ()
    agreements: frozenset[str] = frozenset()
    """What the Council has agreed to for this claim: `supported-accommodation`, `stable-employment`, `crisis`."""
    precedents: tuple[Equivalent, ...] = ()
    """Kinds of evidence the Council has ruled equivalent for this outcome (U-04)."""
    answers: Answers = NO_ANSWERS
    """What sources answered (BR-E6)."""

    by_outcome: Mapping[str, Sequence[ClaimOnRecord]] = field(init=False, repr=False)
    """What is on record, read through once: however much it is, a rule looks at what it asks for alone."""

    def __post_init__(self) -> None:
        claims: dict[str, list[ClaimOnRecord]] = {}
        for claim in self.on_record:
            claims.setdefault(claim.outcome, []).append(claim)
        object.__setattr__(self, "by_outcome", claims)

    @property
    def facts(self) -> Facts:
        """What is recorded of the outcome."""
        return self.outcome.facts

    def live_claims(self, outcome: str) -> Iterator[ClaimOnRecord]:
        """Live claims for an outcome, this outcome's own claim apart."""
        return (
            claim
            for claim in self.by_outcome.get(outcome, ())
            if claim.live and claim.outcome_id != self.outcome.outcome_id
        )
