"""What case management remembers. Rows of one case carry its id; migration 0002 says who sees them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB

from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
    }
)
