"""The page's settings and paths are those that the door has; `tests/house/test_door.py` goes through it."""

import re

from tests.parts.runbooks import PAGES, Walk, blocks
from tests.parts.shared import ROOT

PATH = re.compile(r"^\| (`/.*?`) \|", re.M)


def test_every_setting_and_every_path_of_the_page_is_one_of_the_door(walk: Walk) -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    caddy = (ROOT / "deploy/door/Caddyfile").read_text()
    [settings] = [block for block in blocks(walk.page) if "DOOR_HOST" in block.text]
    set_there = {line.partition("=")[0] for line in settings.text.splitlines()} - {"COMPOSE_PROFILES"}
    paths = {path for row in PATH.findall(PAGES[walk.page].read_text()) for path in re.findall("`(/.*?)`", row)}

    assert {name for name in set_there if f"${{{name}:" not in compose} == set()
    assert len(paths) > 6
    assert {path for path in paths - {"/"} if path.rstrip("/") not in caddy} == set()
