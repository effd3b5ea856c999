"""Make the secrets the compose file mounts, each a file in deploy/secrets; what exists is kept."""

import secrets
from pathlib import Path

FOLDER = Path(__file__).parent / "secrets"
SERVICES = ("referral_hub", "case_management", "claims", "reporting")


def keep(name: str, value: str) -> str:
    """The secret of that name, made now if there is none."""
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(value)
        path.chmod(0o444)
    return path.read_text()


def main() -> None:
    admin = keep("postgres_admin", secrets.token_urlsafe(32))
    keep("admin_database_url", f"postgresql://postgres:{admin}@postgres/postgres")
    keep("receipt_key", secrets.token_urlsafe(32))
    for service in SERVICES:
        for kind in ("owner", "main", "worker"):
            role = f"{service}_{kind}"
            password = keep(f"passwords/{role}", secrets.token_urlsafe(32))
            keep(f"{role}_database_url", f"postgresql+asyncpg://{role}:{password}@postgres/{service}")
        keep(f"{service}_client_secret", f"{service.replace('_', '-')}-secret")


if __name__ == "__main__":
    main()
