"""What both lists of the fund share: their states, and the form of a decision."""

from typing import Literal, get_args

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.pages import Journey

JOURNEY = Journey("fund")
State = Literal["open", "approved", "refused", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
DECISION = Form(
    "fund.decision",
    (ChoiceField(name="decision", codes=("approved", "refused")), ProseField(name="reason", required=False)),
    is_checked=True,
)
