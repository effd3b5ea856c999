"""The page's commands lead to folders that build, secrets that are made, and names that are there."""

import re
import shutil
from pathlib import Path

import pytest

from tests.console.api.towns import Town, edge_row
from tests.parts.kustomize import FOLDERS, built, why_no_kustomize
from tests.parts.runbooks import PAGES, Walk
from tests.parts.shared import ROOT

KUBECTL = """#!/bin/bash
# What the page asks of a cluster, looked at without one: folders are built, files are there; it notes what was asked.
set -euo pipefail
echo "$*" >>"$ASKED"
[[ "$1" == --namespace && "$2" == outcomes ]] && shift 2
case "$1" in
  create)
    for word in "$@"; do
      [[ $word == --from-file=* ]] && find "${word#*=}" -maxdepth 1 -type f | grep -q .
    done
    [[ " $* " != *" --output=yaml "* ]] || echo "kind: Secret" ;;
  apply) if [[ $2 == --kustomize ]]; then "$KUSTOMIZE" build "$3" >/dev/null; else grep -q "kind: Secret"; fi ;;
  label | wait | delete | rollout) ;;
  *) echo "no such kubectl: $*" >&2; exit 2 ;;
esac
"""


def test_the_page_starts_upgrades_and_changes_what_the_folders_make(town: Town, walk: Walk, tmp_path: Path) -> None:
    if reason := why_no_kustomize():
        pytest.skip(reason)
    cluster_of(walk, tmp_path)

    walk.run("make-secrets.py", POSTGRES="database.example:5432")
    walk.run("outcomes/lets-in", INGRESS="ingress", PROMETHEUS="monitoring")
    walk.run("kubectl apply --kustomize deploy/kubernetes/migrate\n" + WAITS)
    walk.run('kubectl apply --kustomize "deploy/kubernetes/$SIZE"\n' + WAITS.replace("job", "deployment").replace(
        "complete", "available"), SIZE="national")  # fmt: skip
    town.all_sweep()
    upgrade = walk.run("delete job --all", SIZE="national")
    walk.run("rollout restart")

    assert edge_row(upgrade)[-2:] == ["0", "0"]
    assert "@database.example:5432/claims" in (tmp_path / "deploy/secrets/claims_main_database_url").read_text()
    asked = (tmp_path / "asked").read_text()
    assert asked.count("apply --kustomize") == 4


WAITS = "kubectl --namespace outcomes wait job --all --for=condition=complete --timeout=900s"


def test_the_page_tells_of_every_folder_and_of_what_leads_outside(walk: Walk) -> None:
    page = PAGES[walk.page].read_text()
    walk.left = []  # the test above walks them
    keys = dict(line.split("=", 1) for line in settings() if "=" in line)
    lead_outside = {key for key, value in keys.items() if ".example" in value or key.startswith("S3_")}

    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(FOLDERS)
    assert {key for key in lead_outside if f"`{key}`" not in page} == set()
    assert {key for key in re.findall(r"`([A-Z][A-Z0-9_]+)`", page) if key not in keys} == set()
    assert {
        one["metadata"]["namespace"] for one in built(ROOT / "deploy/kubernetes/base")
    } == {"outcomes"}  # fmt: skip


def settings() -> list[str]:
    lines = (ROOT / "deploy/kubernetes/base/settings.env").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def cluster_of(walk: Walk, folder: Path) -> None:
    """A copy of what the page is followed in, and a `kubectl` that looks at what it is asked."""
    for part in ("deploy", "libs/common/src/common"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("secrets", "node_modules"))
    tools = folder / "tools"
    tools.mkdir()
    (tools / "kubectl").write_text(KUBECTL)
    (tools / "kubectl").chmod(0o755)
    kustomize = ROOT / ".tools" / "kustomize" / "kustomize"
    walk.programs = [tools]
    walk.told = {**walk.told, "ASKED": str(folder / "asked"), "KUSTOMIZE": str(kustomize)}
