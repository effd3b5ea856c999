"""A programme is a folder: everything that makes one partnership itself, as data (design §8)."""

from .cases import CasesPart
from .folder import Programme, ProgrammeUnreadable, facts_asked, load_folder
from .lints import LINTS, check_folder, lint
from .money import ClaimsPart, Money
from .problem import FolderFault
from .rate_card import Proposing, Rate, RateCard
from .referrals import HubPart
from .reporting import ReportingPart

__all__ = [
    "LINTS",
    "CasesPart",
    "ClaimsPart",
    "FolderFault",
    "HubPart",
    "Money",
    "Programme",
    "ProgrammeUnreadable",
    "Proposing",
    "Rate",
    "RateCard",
    "ReportingPart",
    "check_folder",
    "facts_asked",
    "lint",
    "load_folder",
]
