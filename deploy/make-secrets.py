"""Make the secrets the compose file mounts, each a file in deploy/secrets or the folder named; what exists is kept.

With `--development`, services prove themselves with what the development issuer knows; never where real people are.
"""

import argparse
import re
import secrets
from pathlib import Path
from runpy import run_path

DEPLOY = Path(__file__).parent
RIVER = run_path(str(DEPLOY.parent / "libs/common/src/common/river.py"))
SERVICES = [service.package for service in RIVER["SERVICES"].values() if service.database]
PLAYERS = ("sandbox_prime", "sandbox_council")
"""The two systems that play a sandbox."""
COMPOSED_POSTGRES = "postgres:5432"
"""Where the compose file's own is reached."""
REALM = DEPLOY / "keycloak" / "realm.json"


def keep(path: Path, value: str) -> str:
    """The secret in that file, made now if there is none. Readable by a container's user; the folder is ours alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(value)
        path.chmod(0o444)
    return path.read_text()


def make(folder: Path, *, development: bool = False, postgres: str = COMPOSED_POSTGRES) -> None:
    """Every secret of the installation."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    admin = keep(folder / "postgres_admin", secrets.token_urlsafe(32))
    keep(folder / "admin_database_url", f"postgresql://postgres:{admin}@{postgres}/postgres")
    for name in ("keycloak_admin", "passwords/keycloak_owner", "receipt_key", "grant_key", "grafana_admin"):
        keep(folder / name, secrets.token_urlsafe(32))
    for name in ("store_admin", "documents_secret_key", "checkpoints_secret_key"):
        keep(folder / name, secrets.token_urlsafe(32))
    of_clients: dict[str, str] = {}
    for service in SERVICES:
        for kind in ("owner", "main", "worker"):
            role = f"{service}_{kind}"
            password = keep(folder / "passwords" / role, secrets.token_urlsafe(32))
            url = f"postgresql+asyncpg://{role}:{password}@{postgres}/{service}"
            keep(folder / f"{role}_database_url", url)
        keep(folder / f"{service}_audit_key", secrets.token_hex(32))
    for client in (*SERVICES, *PLAYERS):
        known = f"{client.replace('_', '-')}-secret"
        secret = keep(folder / f"{client}_client_secret", known if development else secrets.token_urlsafe(32))
        of_clients[f"{client.upper()}_CLIENT_SECRET"] = secret
    lines = (f"{name}={of_clients.get(name) or secrets.token_urlsafe(32)}\n" for name in clients_of_realm())
    keep(folder / "realm_client_secrets", "".join(lines))


def clients_of_realm() -> list[str]:
    """The variables from which the realm takes its clients' secrets."""
    return re.findall(r"\$\{(\w+_CLIENT_SECRET)\}", REALM.read_text())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the secrets that are missing.")
    parser.add_argument("folder", nargs="?", type=Path, default=DEPLOY / "secrets")
    parser.add_argument("--development", action="store_true", help="as the development issuer knows them")
    parser.add_argument("--postgres", default=COMPOSED_POSTGRES, help="host:port, where it is not the compose file's")
    told = parser.parse_args()
    make(told.folder, development=told.development, postgres=told.postgres)
