"""What reporting remembers, by noun; all of them are here once any is."""

from . import programme, read_models, reports, tally, timelines

__all__ = ["programme", "read_models", "reports", "tally", "timelines"]
