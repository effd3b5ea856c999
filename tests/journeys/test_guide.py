"""The guide for integrators, followed to the letter by somebody with a town and a shell."""

import pytest

from common.town import Addresses
from tests.parts.guide import fits, walk
from tests.parts.python_client import PYTHON, why_no_client

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]


@pytest.mark.usefixtures("seats", "sandbox")
def test_every_line_of_the_guide_does_what_its_page_says(addresses: Addresses) -> None:
    at = addresses.services
    if reason := why_no_client():
        pytest.skip(reason)
    here = {
        "CLIENT_PYTHON": str(PYTHON),
        "HUB": at["referral-hub"],
        "CASES": at["case-management"],
        "CLAIMS": at["claims"],
    }
    told = [(block, printed) for block, printed in walk({"ISSUER": addresses.issuer} | here) if block.prints]

    assert len(told) > 10
    for block, printed in told:
        assert fits(printed, block.prints or ""), f"{block.page} says\n{block.prints}\nand it printed\n{printed}"
