"""The page of what was put right names tests that there are."""

import re

from tests.parts.shared import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_holds_what_was_put_right_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "put-right.md").read_text())

    missing = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text()]

    assert named
    assert missing == []
