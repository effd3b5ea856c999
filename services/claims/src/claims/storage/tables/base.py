"""What claims remembers. The migrations say the same in SQL, with every check; a test holds the two together."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text),
    }
)
