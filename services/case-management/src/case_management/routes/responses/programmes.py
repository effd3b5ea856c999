"""The part of the programme that is in force."""

from common.transaction import Answer


class ProgrammeReceipt(Answer):
    """The version of the part that is in force now."""

    programme_id: str
    version: int
    changed: bool
