"""The part of the programme that is in force."""

from common.transaction import Answer


class ProgrammeReceipt(Answer):
    """The policy's version, and which providers are new or changed."""

    programme_id: str
    version: int
    providers_changed: list[str]
