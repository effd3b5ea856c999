"""The back door of claims: `python -m claims.worker`."""

from claims.events.heard import REACTIONS
from common.settings import ServiceSettings
from common.worker import run


def main() -> None:
    settings = ServiceSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    run("claims", settings, REACTIONS, announces=True)


if __name__ == "__main__":
    main()
