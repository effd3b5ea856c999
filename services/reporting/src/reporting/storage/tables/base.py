"""What reporting remembers: one row a thing, filled by columns, each column by one topic only.

Events of different topics arrive in any order, so no column is written by two topics, and a row may begin with the
columns of either. What both topics say of an outcome (whose, whose provider's, which) never changes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB

from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {str: Text, int: BigInteger, datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[str]: ARRAY(Text)}
)
