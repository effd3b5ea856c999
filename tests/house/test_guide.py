"""The guide for integrators names pages, files and kinds of problems that there are."""

import re

from tests.parts.guide import GUIDE, blocks, pages
from tests.parts.shared import ROOT

LINK = re.compile(r"\]\((?!https:)([^)#]+)\)")
KIND = re.compile(r"\b4\d\d `([a-z-]+)`")


def test_the_index_has_every_page_and_every_link_leads_somewhere() -> None:
    astray = [
        f"{page.name}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]

    assert set(pages()) == set(GUIDE.glob("*.md"))
    assert astray == []


def test_every_kind_of_problem_it_names_is_one() -> None:
    known = set(re.findall(r"^## ([a-z-]+)$", (ROOT / "docs/problems.md").read_text(), re.MULTILINE))
    named = {kind for page in pages() for kind in KIND.findall(page.read_text())}

    assert len(named) > 3
    assert named - known == set()


def test_every_page_has_something_to_try() -> None:
    assert [page.name for page in pages() if not list(blocks(page))] == []
