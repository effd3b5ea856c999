"""Services heal, sweep and compare what every programme of the installation announces."""

from alembic import op

from common.record import show_services_the_record

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    show_services_the_record(op, "reporting")
