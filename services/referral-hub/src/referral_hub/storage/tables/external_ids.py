"""What other systems call referrals and participants."""

from common.database.external_ids import ExternalIdColumns

from .base import Base


class ExternalIdRow(ExternalIdColumns, Base):
    """One system's id for a referral or a participant."""
