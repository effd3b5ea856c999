"""What is wrong with a programme folder, where, and what would put it right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class FolderFault:
    """One fault in a folder."""

    file: str
    """Relative to the folder."""
    key_path: str
    """Where in the file: `providers[2].left_on`."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key_path}: {self.problem} {self.remedy}".replace(": : ", ": ")
