"""Going on from another viewpoint in the same round trip."""

from sqlalchemy import func

from common.database import Viewpoint

AS_THE_HUB = func.set_config("role", f"referral_hub_{Viewpoint.PARTNERSHIP}", True)
"""Selected with a row that the asker sees: from the next statement on the transaction sees what the hub sees.

Where the asker sees no such row nothing changes, for it is worked out for rows alone that the policies let through.
"""
