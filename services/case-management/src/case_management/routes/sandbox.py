"""What an integrator may ask of a sandbox here."""

from case_management.operations.sandbox.end_cases import end_cases
from common.web.http.sandbox_routes import sandbox_routes

router = sandbox_routes(end_cases)
