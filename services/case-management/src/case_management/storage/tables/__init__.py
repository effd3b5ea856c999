"""What case management remembers, by noun; all of them are here once any is."""

from . import cases, closure, documents, external_ids, fund, outcomes, participants, programme, support

__all__ = ["cases", "closure", "documents", "external_ids", "fund", "outcomes", "participants", "programme", "support"]
