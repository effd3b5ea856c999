"""kustomize, which makes of a folder what a cluster is told; Go builds it once from `deploy/kubernetes-for-tests`."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.parts.built import why_not_built
from tests.parts.shared import ROOT

MODULE = ROOT / "deploy" / "kubernetes-for-tests"
KUSTOMIZE = ROOT / ".tools" / "kustomize"
NAMED = "sigs.k8s.io/kustomize/kustomize/v5"
FOLDERS = ("base", "migrate", "pilot", "national")


@cache
def why_no_kustomize() -> str | None:
    """What this machine lacks to run kustomize, in a sentence, or nothing."""
    return why_not_built(MODULE, NAMED, KUSTOMIZE, "1.26")


def built(folder: Path) -> list[dict[str, Any]]:
    """Every resource that the folder's kustomization makes."""
    command = [str(KUSTOMIZE / "kustomize"), "build", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))
