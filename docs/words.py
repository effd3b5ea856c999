"""Every sentence that the product can show to somebody, on one page that can be read in one sitting.

They are taken from the source as it stands there: a part that is filled in later shows as [what it is]. Docstrings and
the descriptions of fields are in the API's own documents and are left out.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.web.refused import BY_KIND

ROOT = Path(__file__).parent.parent
SPEAKERS = {
    "libs/rulebook": "The rules of the rate cards",
    "services/referral-hub": "Referral hub",
    "services/case-management": "Case management",
    "services/claims": "Claims",
    "services/reporting": "Reporting",
    "libs/programme": "What `outcomes programme check` says of a folder",
    "libs/common": "What any request may be answered",
    "libs/console": "The `outcomes` command",
}
NOT_SHOWN = {"description", "help", "epilog", "pattern"}
"""Arguments whose text is in the documents of the API or of the command."""
PLACE = re.compile(r"\{([a-z_]+)\}")
"""What a kind of rule fills in from its parameters."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said in one breath: a refusal's reason and its remedy, or a sentence by itself."""

    path: Path
    line: int
    texts: tuple[str, ...]
    status: int | None = None
    """Of the answer, where the refusal says what kind it is; another is 422."""


def words_page() -> str:
    lines = [
        "# What people are shown",
        "",
        "Generated from the source by `make docs`; do not edit. Every sentence a person can be shown: why something is",
        "refused and what to do, what is asked, how a claim is explained. What is in [brackets] is filled in. Plain",
        "English, for a reading age of 12: what happened, and what to do. A number after a refusal is the status of",
        "the answer, where it is not 422.",
    ]
    for folder, title in SPEAKERS.items():
        lines += ["", f"## {title}"]
        heading = ""
        for saying in sayings(ROOT / folder):
            if heading != saying.path.stem:
                heading = saying.path.stem
                lines += ["", f"### {heading.replace('_', ' ')}", ""]
            lines.append(f"- {' → '.join(saying.texts)}" + (f" (`{saying.status}`)" if saying.status else ""))
    return "\n".join(lines) + "\n"


def sayings(folder: Path) -> Iterator[Saying]:
    """Everything said by the sources under a folder, in the order of their lines; each thing once in a file."""
    for path in sorted(folder.glob("src/**/*.py")):
        if "migrations" not in path.parts:
            said = {(saying.texts, saying.status): saying for saying in _said(ast.parse(path.read_text()), path)}
            yield from sorted(said.values(), key=lambda saying: saying.line)


def _said(tree: ast.AST, path: Path) -> Iterator[Saying]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.keyword) and node.arg in NOT_SHOWN:
            continue
        if isinstance(node, ast.Assign) and (title := _title(node)):
            yield Saying(path, node.lineno, (title,))
            continue
        if isinstance(node, ast.Call) and len(told := _told_by(node)) > (0 if (status := _status(node)) else 1):
            yield Saying(path, node.lineno, told, status)
        elif isinstance(node, ast.expr) and _is_shown(text := text_of(node)):
            yield Saying(path, node.lineno, (text,))
        else:
            yield from _said(node, path)


def _title(node: ast.Assign) -> str:
    """The title of a problem: it has no full stop."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            told = {name.id: value for name, value in zip(names, values, strict=False) if isinstance(name, ast.Name)}
            return text_of(told["title"]) if "title" in told else ""
        case _:
            return ""


def _told_by(call: ast.Call) -> tuple[str, ...]:
    """The sentences among what a call is given."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg not in NOT_SHOWN)]
    return tuple(text for text in map(text_of, given) if _is_shown(text))


def _status(call: ast.Call) -> int | None:
    kinds = [text_of(keyword.value) for keyword in call.keywords if keyword.arg == "kind"]
    return next((problem.status for kind, problem in BY_KIND.items() if kind in kinds and kind != "rule"), None)


def _is_shown(text: str) -> bool:
    """It begins as a sentence does and ends as one, or says two things with a space between."""
    return " " in text and text[0] in "[£" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ`" and text.rstrip("]")[-1:] in ".?"


def text_of(node: ast.expr) -> str:
    """The text an expression makes, as far as the source says it."""
    match node:
        case ast.Constant(value=str() as text):
            return PLACE.sub(lambda place: f"[{place[1].replace('_', ' ')}]", text)
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) for part in parts)
        case ast.FormattedValue(value=value):
            return f"[{_filled_with(value)}]"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text_of(left) + text_of(right)
        case _:
            return ""


def _filled_with(value: ast.expr) -> str:
    """What fills a place: the last name in the expression, in words."""
    names = [
        name.attr if isinstance(name, ast.Attribute) else name.id
        for name in ast.walk(value)
        if isinstance(name, ast.Attribute | ast.Name)
    ]
    nouns = [name for name in names if name not in {"join", "sorted", "len", "pounds", "max", "str", "lower"}]
    return (nouns or ["…"])[0].strip("_").replace("_", " ")
