"""Make the code for each service from its OpenAPI document, when the package is built.

The documents are those of the repository, `docs/openapi`; a source distribution carries its own copy, in `openapi`.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
A_FILE = '"contentMediaType": "application/octet-stream"'
"""How OpenAPI 3.1 says that a field is a file; the generator knows what 3.0 said."""
CARRIED = HERE / "openapi"


def documents() -> list[Path]:
    """The documents of the four services."""
    kept = CARRIED if CARRIED.exists() else HERE.parent.parent / "docs" / "openapi"
    return sorted(kept.glob("*.json"))


def generate(document: Path, into: Path) -> str:
    """Make one service's package; what the generator warned of, in words.

    Raises:
        CalledProcessError: it could not.
    """
    with TemporaryDirectory() as folder:
        read = Path(folder, document.name)
        read.write_text(document.read_text().replace(A_FILE, f'{A_FILE}, "format": "binary"'))
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]
        command += ["--custom-template-path", str(HERE / "templates")]
        command += ["--path", str(read), "--config", str(HERE / "generator.yaml"), "--output-path", str(into)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("Generating ")).strip()


class Generated(BuildHookInterface[Any]):
    """Makes the code before it is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            build_data["force_include"] |= {str(one): f"openapi/{one.name}" for one in documents()}
            return
        self.made = TemporaryDirectory()
        for document in documents():
            into = Path(self.made.name) / document.stem.replace("-", "_")
            if warned := generate(document, into):
                raise RuntimeError(f"{document.name}: {warned}")
            build_data["force_include"][str(into)] = f"outcomes_client/{into.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name != "sdist":
            self.made.cleanup()
