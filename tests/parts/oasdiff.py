"""oasdiff, which knows what of an OpenAPI document a client cannot do without.

Go builds it once from the module whose checksums `deploy/openapi-for-tests` holds.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parts.built import why_not_built
from tests.parts.shared import ROOT

MODULE = ROOT / "deploy" / "openapi-for-tests"
OASDIFF = ROOT / ".tools" / "oasdiff"
NAMED = "github.com/oasdiff/oasdiff"


@cache
def why_no_oasdiff() -> str | None:
    """What this machine lacks to run oasdiff, in a sentence, or nothing."""
    return why_not_built(MODULE, NAMED, OASDIFF, "1.26")


def breaking(released: Path, now: Path) -> list[str]:
    """What a client of the released document would miss in the new one."""
    with TemporaryDirectory() as folder:
        for name, document in (("released", released), ("now", now)):
            Path(folder, name).write_text(choices_by_their_value(document.read_text()))
        command = [str(OASDIFF / "oasdiff"), "breaking", "released", "now", "--format", "json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [f"{one['operation']} {one['path']}: {one['text']}" for one in json.loads(done.stdout or "[]")]


def choices_by_their_value(text: str) -> str:
    """The document with each schema of a choice named by the value that tells it apart.

    A client sends that value and never a schema's name; oasdiff knows the schemas of a choice by their names alone.
    """
    mappings = re.findall(r'"mapping": ({[^}]*})', text)
    named = {ref.rpartition("/")[2]: value for mapping in mappings for value, ref in json.loads(mapping).items()}
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {named.get(name, name): schema for name, schema in schemas.items()}
    by_value = re.compile(r"(?<=#/components/schemas/)[^\"]+")
    return by_value.sub(lambda found: named.get(found[0], found[0]), json.dumps(document))
