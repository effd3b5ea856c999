"""Make the secrets the compose file mounts, each a file in deploy/secrets or the folder named; what exists is kept."""

import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "secrets"
SERVICES = ("referral_hub", "case_management", "claims", "reporting")


def keep(path: Path, value: str) -> str:
    """The secret in that file, made now if there is none. Readable by a container's user; the folder is ours alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(value)
        path.chmod(0o444)
    return path.read_text()


def make(folder: Path) -> None:
    """Every secret of the installation."""
    admin = keep(folder / "postgres_admin", secrets.token_urlsafe(32))
    keep(folder / "admin_database_url", f"postgresql://postgres:{admin}@postgres:5432/postgres")
    keep(folder / "keycloak_admin", secrets.token_urlsafe(32))
    keep(folder / "receipt_key", secrets.token_urlsafe(32))
    for service in SERVICES:
        for kind in ("owner", "main", "worker"):
            role = f"{service}_{kind}"
            password = keep(folder / "passwords" / role, secrets.token_urlsafe(32))
            url = f"postgresql+asyncpg://{role}:{password}@postgres:5432/{service}"
            keep(folder / f"{role}_database_url", url)
        keep(folder / f"{service}_client_secret", f"{service.replace('_', '-')}-secret")
        keep(folder / f"{service}_audit_key", secrets.token_hex(32))
    folder.chmod(0o700)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
