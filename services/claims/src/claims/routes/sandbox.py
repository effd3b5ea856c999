"""What an integrator may ask of a sandbox here: the time. Nothing of a claim is a provider's to end."""

from common.transaction import Transaction
from common.web.http.sandbox_routes import sandbox_routes


async def end_nothing(_: Transaction) -> int:
    """Claims of cases that end are withdrawn by the prime, which the sandbox plays."""
    return 0


router = sandbox_routes(end_nothing)
