"""What a machine may lack: tests that need it are skipped with the reason, counted at the end, or fail when asked to.

`REQUIRE_ALL=1` makes every skip a failure, so that a guard that never runs is never taken for one that holds.
"""

import os
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest


def everything_is_required() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _judged(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _judged(report)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.section(f"{sum(skipped.values())} skipped for what this machine lacks")
        for reason, count in skipped.most_common():
            terminalreporter.line(f"{count:5} {reason}")


def _judged(report: Any) -> Any:
    if everything_is_required() and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"REQUIRE_ALL=1, but skipped: {_reason(report)}"
        report.outcome = "failed"
    return report


def _reason(report: Any) -> str:
    return str(report.longrepr[2]).removeprefix("Skipped: ")
