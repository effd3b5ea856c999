"""Every word stands in the catalogue and is used, no template has its own, and the stylesheet is as it is made."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

from portal.journeys import QUEUES
from portal.look.pages import STYLESHEET, templates
from portal.look.words import catalogue
from tests.parts.browser import LOOK
from tests.parts.npm import NODE, why_no_packages
from tests.parts.shared import ROOT

SOURCE = ROOT / "services/portal/src/portal"
TEMPLATES = sorted(SOURCE.rglob("*.html"))
CODE = sorted(SOURCE.rglob("*.py"))
MADE_OF_PARTS = (
    *("codes.", "failures.", "problems.", "services.", "accessibility.", "form."),
    *(f"{queue.key}." for queue in QUEUES),
)
"""Keys of which a part is a code, and those of the lists of the home page."""
OF_FIELDS = re.compile(r"\.(label|hint|blank|unreadable)$|\.options\.[\w-]+$")
LITERAL = re.compile(r"""words\(\s*["']([^"'~]+)["']\s*[,)]""")
OWN_WORDS = re.compile(r">[^<>{}]*[A-Za-z]{2,}[^<>{}]*<")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.DOTALL)

    assert OWN_WORDS.findall(text) == []
    assert re.findall(r'(?:aria-label|placeholder|title|alt)="[^"{]*[A-Za-z]', text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_names_words_that_are_there_and_no_script_or_style(template: Path) -> None:
    text = template.read_text()

    assert [key for key in LITERAL.findall(text) if not {key, f"{key}.many"} & catalogue().keys()] == []
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", text) == []
    assert "| safe" not in text
    folder = template.parent if template.parent.name == "templates" else template.parents[1]
    assert templates().get_template(str(template.relative_to(folder)))


def test_every_word_is_used() -> None:
    texts = "\n".join(path.read_text() for path in (*TEMPLATES, *CODE))
    keys = {key.removesuffix(".many").removesuffix(".one") for key in catalogue()}
    spoken = {key for key in keys if f'"{key}"' in texts or OF_FIELDS.search(key) or key.startswith(MADE_OF_PARTS)}
    parts = {key for key in keys - spoken if f'"{key.rpartition(".")[0]}."' in texts or _about(key, texts)}

    assert keys - spoken - parts == set()


@pytest.mark.parametrize("key", sorted({queue.key for queue in QUEUES}))
def test_every_list_of_the_home_page_has_its_words(key: str) -> None:
    assert {f"{key}.title", f"{key}.none"} <= catalogue().keys()


def _about(key: str, texts: str) -> bool:
    """Said of a form that the page's template is told the key of: `about="hub.triage"`, a queue's or a search's."""
    return f'"{key.rpartition(".")[0]}"' in texts


def test_no_function_has_sentences_of_its_own() -> None:
    """What people read is in the catalogue; the code has keys, and words for programmers in its docstrings."""
    found: list[str] = []
    for path in CODE:
        tree = ast.parse(path.read_text())
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("go", "Objection", "object_to"):
                found += [
                    f"{path.name}: {one.value}"
                    for one in call.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value
                ]

    assert found == []


def test_a_first_view_is_light() -> None:
    """HTML and stylesheet, as they travel: at most 50 kB; the stylesheet alone is most of it."""
    packed = subprocess.run(["gzip", "-9", "-c", str(STYLESHEET)], capture_output=True, check=True).stdout

    assert len(packed) <= 20_000


def test_the_stylesheet_is_as_it_is_made(tmp_path: Path) -> None:
    if reason := why_no_packages(LOOK):
        pytest.skip(reason)
    made = tmp_path / "portal.css"
    path = f"{NODE.parent}:{os.environ['PATH']}"
    subprocess.run([ROOT / "deploy/look.sh", made], check=True, env=os.environ | {"PATH": path})

    assert made.read_bytes() == STYLESHEET.read_bytes(), "make look"
