"""The forms of decisions that need few words: they stand beside the evidence."""

from portal.forms.fields import YesNoField
from portal.forms.form import Form

VERIFY = Form("claims.verify", ())
SUBMIT = Form("claims.submit", ())
APPROVE = Form("claims.approve", (YesNoField(name="submit"),))
