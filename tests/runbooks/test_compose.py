"""What the compose file's page tells to do at the town's doors; `tests/journeys/test_compose.py` walks the rest."""

from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk


def test_a_new_installation_has_a_programme_that_both_have_accepted(town: Town, walk: Walk) -> None:
    said = walk.run("accept --all --as prime-manager\n")

    assert said.count("generic/2019-09 is accepted.") == 1
    town.all_sweep()
    assert edge_row(walk.run("outcomes reconcile"))[-2:] == ["0", "0"]
    assert town.outcomes("rate-card", "list", "--state", "proposed").stdout.strip() == "None."

    said = walk.run("operator@kbop-sandbox")
    assert said.count("generic/2019-09 is accepted.") == 1
    in_sandbox = ("rate-card", "list", "--state", "proposed", "--as", "prime-manager@kbop-sandbox")
    assert town.outcomes(*in_sandbox).stdout.strip() == "None."
