"""What other systems call cases and outcomes."""

from common.database.external_ids import ExternalIdColumns

from .base import Base


class ExternalIdRow(ExternalIdColumns, Base):
    """One system's id for a case or an outcome."""
