"""A rate card's change: simulated, proposed by a folder, accepted by both."""

import json
import re
import shutil
from pathlib import Path

from claims.events.heard import REACTIONS
from common.contracts import Event
from common.database import create_engine, create_sessions
from common.messaging.hearing import Hearer
from tests.claims.parts import evidenced
from tests.console.api.towns import Town
from tests.parts.api import records_of
from tests.parts.postgres import outside_the_loop
from tests.parts.runbooks import Walk
from tests.parts.shared import ROOT

KBOP = ROOT / "programmes" / "kbop"
PRIME, COUNCIL = ("--as", "prime-manager"), ("--as", "council-oversight")


def claims_hear(town: Town, *events: Event) -> None:
    async def hear() -> None:
        engine = create_engine(town.databases["claims"].url("worker"))
        await Hearer("claims", create_sessions(engine), REACTIONS).hear(records_of(events), fetched=True)
        await engine.dispose()

    outside_the_loop(hear())


def with_a_dearer_version(folder: Path) -> None:
    """The generic card from 2023 on, accepted late, with another price for one outcome."""
    cards = folder / "rate-cards"
    [rate] = re.findall(
        r'\[\[rates\]\]\ncode = "ACC_PREV".*?(?=\[\[rates\]\])', (cards / "generic-2019-09.toml").read_text(), re.DOTALL
    )
    told = ('version = "2023-01"', 'title = "Dearer"', 'rationale = "Landlords ask for more."', "retroactive = true")
    taken = '[[takes]]\ncard = "generic"\nversion = "2020-07"'
    (cards / "generic-2023-01.toml").write_text(
        "\n".join(('card = "generic"', *told, "in_force_from = 2023-01-01", taken, rate.replace("75_000", "80_000")))
    )
    before = cards / "generic-2020-07.toml"
    before.write_text(before.read_text().replace("2020-07-01\n", "2020-07-01\nin_force_until = 2022-12-31\n", 1))


def test_a_change_is_simulated_proposed_by_the_folder_and_accepted_by_both(
    town: Town, walk: Walk, tmp_path: Path
) -> None:
    folder = shutil.copytree(KBOP, tmp_path / "kbop")

    # The first load proposes every version; nothing is in force until both have accepted.
    first = walk.run("accept --all", FOLDER=folder)
    assert (first.count("generic/2019-09 is proposed."), first.count("generic/2019-09 is accepted.")) == (1, 1)
    assert town.outcomes("rate-card", "accept", "--all", *PRIME).stdout == "Nothing waits for you.\n"

    # 1 and 2. Past claims, replayed under the versions they keep, and under the draft.
    claims_hear(town, evidenced("ACC_PREV"), evidenced("ACC_PREV"), evidenced("ACC_3M"))
    with_a_dearer_version(folder)
    assert "is sound" in walk.run("programme check", FOLDER=folder)
    draft = {"FOLDER": folder, "CARD": "generic", "VERSION": "2023-01"}
    assert "3 claims replayed, 0 would change." in walk.run("outcomes rate-card simulate")
    assert "£750.00 → £800.00" in walk.run('simulate "$FOLDER"', **draft)
    for_spreadsheets = ("rate-card", "simulate", str(folder), "--card", "generic", "--version", "2023-01", "--json")
    told = json.loads(town.outcomes(*for_spreadsheets).stdout)
    assert [each["outcome"] for each in told["claims"]] == ["ACC_PREV", "ACC_PREV"]
    assert told["total"]["value_after_pence"] - told["total"]["value_before_pence"] == 10_000
    assert [(each["provider_id"], each["changed"]) for each in told["by_provider"]] == [("fusion-housing", 2)]

    # 3 to 5. The folder proposes it, both read what differs, and both accept.
    assert town.outcomes("programme", "load", str(folder)).exit_code == 0
    [change_id] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", walk.run("list --state proposed"))
    read = walk.run("rate-card show", CHANGE=change_id)
    assert all(each in read for each in ("rates/ACC_PREV/price_pence", "75000", "80000", "2020-07", "would change"))
    accepted = walk.run('accept "$CHANGE"', CHANGE=change_id)
    assert accepted == "generic/2023-01 is proposed.\ngeneric/2023-01 is accepted.\n"
    assert "409" in walk.fails("rate-card reject", CHANGE=change_id, REASON="Too dear.")

    # The same folder changes nothing, and one that differs from what was accepted is refused, with its key paths.
    again = town.outcomes("programme", "load", str(folder), "--again")
    dearer = folder / "rate-cards" / "generic-2023-01.toml"
    dearer.write_text(dearer.read_text().replace("80_000", "90_000"))
    altered = town.outcomes("programme", "load", str(folder))
    assert (again.exit_code, "'cards_waiting': []" in again.stdout) == (0, True)
    assert altered.exit_code == 1
    assert "generic/2023-01: rates/ACC_PREV/price_pence" in altered.stderr


def test_a_proposal_is_rejected_or_withdrawn_with_the_reason(town: Town) -> None:
    town.outcomes("programme", "load", str(KBOP))
    ids = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", town.outcomes("rate-card", "list").stdout)

    rejected = town.outcomes("rate-card", "reject", ids[0], "--reason", "Too dear.", *COUNCIL)
    withdrawn = town.outcomes("rate-card", "withdraw", ids[1], "--reason", "By mistake.")
    late = town.outcomes("rate-card", "accept", ids[0], *PRIME)
    nothing = town.outcomes("rate-card", "accept")

    assert rejected.stdout.endswith(" is rejected.\n")
    assert withdrawn.stdout.endswith(" is withdrawn.\n")
    assert (late.exit_code, "Draft a new version." in late.stderr) == (1, True)
    assert nothing.exit_code == 2
    assert "Too dear." in town.outcomes("rate-card", "list", "--state", "rejected").stdout
