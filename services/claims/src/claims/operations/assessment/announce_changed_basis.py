"""What an ended claim was judged on has changed: the claim stands as it is, and a person is told to look."""

from collections.abc import Sequence
from typing import Literal, cast

from claims.operations.transitions import about, keep_act
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimBasisChanged
from common.transaction import Transaction


def announce_changed_basis(
    tx: Transaction, claim: ClaimRow, *, heard_revision: int, changes: Sequence[str] = (), withdrawn: bool = False
) -> None:
    """Announce it and put the claim on the worklist; facts, rule version, price and statement stay (BR-H13)."""
    event = ClaimBasisChanged(
        **tx.envelope(),
        **about(claim),
        state=cast(Literal["verified", "withdrawn"], claim.state),
        heard_revision=heard_revision,
        withdrawn=withdrawn,
        changed=tuple(changes),
        noticed_on=tx.today,
    )
    claim.basis_changed_on = tx.today
    tx.announce(event)
    keep_act(tx, claim, "basis-changed", event.event_id, heard=heard_revision, changed=changes, withdrawn=withdrawn)
