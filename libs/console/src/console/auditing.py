"""Whether a service's audit is what was sealed, and what checkpoints kept elsewhere say it was."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.audit.chain import AuditEntry, Chain
from common.audit.checkpoint import Checkpoint, KeptCheckpoint
from common.audit.keeping import CheckpointStore
from common.web.audit import ChainStanding, EntryOut

from .doors import Doors

DOCUMENTS_A_PAGE = 20
"""Each is read whole and hashed before the page is answered."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A place in the chain as the service tells it, with the entry that should be there."""

    number: int
    leaf: str
    head: str
    entry: AuditEntry | None


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where the audit is not what it was, and how it shows."""

    number: int | None
    """In the chain, counted from 1; none for an entry that is in no chain."""
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one service's audit."""

    service: str
    entries: int
    checkpoints: int
    """Of those kept elsewhere, how many the recomputed chain met."""
    unsealed: int
    broken: BrokenLink | None


@dataclass(frozen=True, slots=True)
class Documents:
    """What became of the documents a programme keeps."""

    checked: int
    astray: tuple[tuple[str, str], ...]
    """Id, and whether it is altered or missing, or its copy for reading is."""


@dataclass(slots=True)
class Verifying:
    """Recomputes a chain entry by entry, and meets the checkpoints on the way; pure."""

    checkpoints: Mapping[int, KeptCheckpoint]
    """By size, every signature already checked."""
    chain: Chain = field(default_factory=Chain)
    met: int = 0
    _leaves: dict[int, str] = field(default_factory=dict[int, str])

    def __post_init__(self) -> None:
        for checkpoint in self.checkpoints.values():
            self._leaves |= dict(enumerate(checkpoint.leaves, checkpoint.first))

    def take(self, seal: Seal) -> BrokenLink | None:
        """Go one place on; what is broken there, if anything is."""
        number = self.chain.size + 1
        if seal.number != number:
            return BrokenLink(number, f"the chain goes on with {seal.number}: something was taken out")
        if seal.entry is None:
            return BrokenLink(number, "the entry that was sealed is gone")
        leaf = seal.entry.leaf
        if leaf.hex() != seal.leaf:
            return BrokenLink(number, f"the entry at position {seal.entry.position} is not what was sealed")
        self.chain = self.chain.followed_by(leaf)
        if self.chain.head.hex() != seal.head:
            return BrokenLink(number, "the entry is not bound to the one before")
        if self._leaves.get(number, seal.leaf) != seal.leaf:
            return BrokenLink(number, "a checkpoint kept elsewhere tells of another entry here")
        if checkpoint := self.checkpoints.get(number):
            self.met += 1
            if not checkpoint.agrees_with(self.chain):
                return BrokenLink(number, "a checkpoint kept elsewhere says something else of all entries up to here")
        return None

    def end(self, standing: ChainStanding) -> BrokenLink | None:
        """What is broken of the whole: its tail is gone, or there are entries that nobody sealed."""
        size = self.chain.size
        if any(other > size for other in self.checkpoints):
            return BrokenLink(
                size + 1, f"a checkpoint kept elsewhere tells of {max(self.checkpoints)} entries: a tail is gone"
            )
        if standing.size > size:
            return BrokenLink(size + 1, f"the service itself counted {standing.size} entries: a tail is gone")
        if standing.strays:
            return BrokenLink(None, f"the entry at position {standing.strays[0]} was not written by the service")
        return None


class ForgedCheckpoint(Exception):
    """A checkpoint kept elsewhere is not signed by the key it should be; the sentence says which."""


async def verify(doors: Doors, service: str, public_key: str, store: CheckpointStore) -> Finding:
    """Recompute a service's chain for the asker's programme and hold it against the checkpoints kept elsewhere.

    Raises:
        ForgedCheckpoint: a checkpoint is not signed by the owner of this public key.
        Refused: the service does not let the asker look.
        KeepingFailed: the place where checkpoints are kept does not answer.
    """
    standing = ChainStanding.model_validate((await doors.ask(service, "GET", "/v1/audit/standing")).json())
    checkpoints = [one async for one in store.kept(service, standing.programme_id)]
    _hold_signatures(checkpoints, service, standing.programme_id, public_key)
    verifying = Verifying({one.size: one for one in checkpoints})
    fault: BrokenLink | None = None
    async for item in doors.pages(service, "/v1/audit"):
        if fault := verifying.take(_seal(item)):
            break
    fault = fault or verifying.end(standing)
    return Finding(service, verifying.chain.size, verifying.met, standing.unsealed, fault)


async def sights(doors: Doors, participant_id: UUID) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Every time a participant's record was read or changed: the service, and who did what, when."""
    for service in doors.clients:
        async for item in doors.pages(service, f"/v1/participants/{participant_id}/audit"):
            yield service, item


async def documents(doors: Doors, progress: Callable[[int], None]) -> Documents:
    """Have every document of the asker's programme checked, page by page.

    Raises:
        Refused: the asker may not, or the store does not answer.
    """
    count, astray = 0, list[tuple[str, str]]()
    async for one in doors.pages("case-management", "/v1/documents/checks", limit=DOCUMENTS_A_PAGE):
        count += 1
        if one["found"] != "whole":
            astray.append((one["id"], one["found"]))
        elif one["copy_found"] not in (None, "whole"):
            astray.append((one["id"], f"whole, its copy for reading {one['copy_found']}"))
        progress(count)
    return Documents(count, tuple(astray))


def _hold_signatures(checkpoints: Iterable[KeptCheckpoint], service: str, programme_id: str, public_key: str) -> None:
    for one in checkpoints:
        checkpoint: Checkpoint = one
        if (one.service, one.programme_id) != (service, programme_id) or not checkpoint.is_signed_by(public_key):
            raise ForgedCheckpoint(f"The checkpoint of {one.size} entries is not signed by {service}'s key.")


def _seal(item: Mapping[str, Any]) -> Seal:
    content = item["entry"]
    entry = None if content is None else AuditEntry(**EntryOut.model_validate(content).model_dump())
    return Seal(item["number"], item["leaf"], item["head"], entry)
