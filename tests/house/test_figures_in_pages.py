"""A figure that people read on a page is the one the code has."""

import re
from pathlib import Path

import pytest

from common.messaging.hearing import PAUSES

IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TRIES = f"{IN_WORDS[1 + len(PAUSES)]} times"
*FIRST, LAST = (str(pause) for pause in PAUSES)
AFTER = f"at once, then after {', '.join(FIRST)} and {LAST} seconds"


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("docs/adr/0004-our-own-delivery.md", f"tried {TRIES} ({AFTER})"),
        ("docs/runbooks/parked-stream.md", f"failed {TRIES} ({AFTER})"),
        ("docs/glossary.md", f"failed {TRIES}"),
    ],
)
def test_a_page_says_how_often_and_when_a_failing_event_is_tried_as_the_code_does(page: str, sentence: str) -> None:
    assert sentence in re.sub(r"\s+", " ", Path(page).read_text())
