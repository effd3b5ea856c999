"""`outcomes conformance`: an adapter is tried, and each rule says what it saw."""

from typing import Annotated

import typer

from console.addresses import Here
from console.fitting import FittingTable
from console.terminal import done, end, out

from .trying import try_adapter

COLOURS = {"failed": "red", "not seen": "yellow", "passed": None}


def conformance(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(help="What starts your adapter, after `--`.")],
    seconds: Annotated[float, typer.Option(min=1, help="A run that takes longer is ended.")] = 120,
) -> None:
    """Try your adapter: run it five times, each time interrupted otherwise, and hold every rule against what it did.

    In its arguments {issuer}, {case-management}, {claims}, {referral-hub} and {reporting} become addresses;
    OUTCOMES_ISSUER and OUTCOMES_URLS in its environment say the same. It does its work for real: use a town of yours,
    never one with real people's records. Ends with 1 if a rule is broken. For example:

    outcomes conformance -- python adapter.py {issuer} {case-management} provider-system.horton 2019-09-03
    """
    here: Here = context.obj
    try:
        findings = done(try_adapter(command, here.urls, here.issuer, seconds))
    except FileNotFoundError:
        end(f"{command[0]} cannot be started: say what starts your adapter, after `--`.")
    table = FittingTable("rule", "verdict", "what was seen", "what to do")
    for one in findings:
        table.add_row(one.rule, one.verdict, one.seen, one.remedy, style=COLOURS[one.verdict])
    out.print(table)
    count = {verdict: sum(one.verdict == verdict for one in findings) for verdict in COLOURS}
    if count["failed"]:
        end(f"{count['failed']} of {len(findings)} rules are broken: put that right, and try it again.")
    unseen = f" {count['not seen']} could not be seen: let it do more." if count["not seen"] else ""
    out.print(f"{count['passed']} of {len(findings)} rules hold.{unseen}", soft_wrap=True)
