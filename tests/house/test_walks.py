"""The two ways through the code, as `docs/changes.md` tells them, are those that a reader can go."""

import re
from pathlib import Path

import pytest

PAGE = Path("docs/changes.md").read_text()
WALKS = {"One write to its event": 9, "One event to its row": 10}
"""Each with the most files it may take."""
LONGEST = 360
"""Lines of a file on the way: a way is no shorter for going through one file that is as long as two. `access` is
older, and `contracts` are a list."""
OLDER = {"access.py", "cases.py"}


def steps(title: str) -> list[tuple[Path, list[str]]]:
    """Each file of a walk, with the names that are told of it."""
    section = PAGE.split(f"### {title}\n")[1].split("\nPassed by")[0]
    told = [" ".join(step.split()) for step in re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]]
    names = [re.findall(r"`([^`]+)`", step) for step in told]
    return [(Path(path), [name for name in rest if name.isidentifier()]) for path, *rest in names]


@pytest.mark.parametrize("title", WALKS)
def test_every_file_on_the_way_has_what_is_told_of_it(title: str) -> None:
    for path, names in steps(title):
        assert names != [], path
        words = set(re.findall(r"\w+", path.read_text()))
        assert [name for name in names if name not in words] == [], path


@pytest.mark.parametrize("title", WALKS)
def test_each_file_is_named_by_one_before_it(title: str) -> None:
    paths = [path for path, _ in steps(title)]
    lost = [
        path
        for place, path in enumerate(paths[1:], start=1)
        if not any(re.search(rf"\b{path.stem}\b", before.read_text()) for before in paths[:place])
    ]

    assert lost == []


@pytest.mark.parametrize(("title", "most"), WALKS.items())
def test_a_way_is_as_short_as_it_is_told(title: str, most: int) -> None:
    paths = [path for path, _ in steps(title)]
    row = next(line for line in PAGE.splitlines() if line.startswith("| `") and f"| {most} | {most} |" in line)

    assert len(set(paths)) == len(paths) == most
    assert [int(cell) for cell in row.split("|")[2:4]] == [
        sum("services" in path.parts for path in paths),
        sum("common" in path.parts for path in paths),
    ]
    assert [path for path in paths if path.name not in OLDER and len(path.read_text().splitlines()) > LONGEST] == []
