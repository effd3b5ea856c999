"""A kind of rule is known as soon as it is written, and cannot be written by halves."""

import ast
from pathlib import Path

import pytest

import rulebook.kinds
from rulebook.fact import YesNo
from rulebook.kinds import ALWAYS, KINDS
from rulebook.question import Question
from rulebook.refusal import Refusal
from rulebook.rule import NotARule, Rule

MODULES = sorted(Path(rulebook.kinds.__file__).parent.glob("*.py"))


def test_a_kind_says_what_it_means() -> None:
    with pytest.raises(NotARule, match="needs a docstring"):

        class WithoutMeaning(Rule):  # pyright: ignore[reportUnusedClass] - it cannot be
            passed = "It is so."

            def decide(self, question: Question) -> Refusal | None:
                return None


def test_a_kind_says_what_is_so_when_it_passes() -> None:
    with pytest.raises(NotARule, match="and `passed`"):

        class WithoutWords(Rule):  # pyright: ignore[reportUnusedClass] - it cannot be
            """It means something."""

            def decide(self, question: Question) -> Refusal | None:
                return None


def test_the_same_fact_is_asked_for_in_the_same_words() -> None:
    with pytest.raises(NotARule, match="in other words than another rule"):

        class InOtherWords(Rule):  # pyright: ignore[reportUnusedClass] - it cannot be
            """It asks for a fact that another rule asks for."""

            passed = "It is so."
            housed_at_referral = YesNo("Had they a home?")

            def decide(self, question: Question) -> Refusal | None:
                return None


def test_no_two_kinds_have_one_name() -> None:
    with pytest.raises(NotARule, match="score_fell already"):

        class ScoreFell(Rule):  # pyright: ignore[reportUnusedClass] - it cannot be
            """There is one."""

            passed = "It is so."

            def decide(self, question: Question) -> Refusal | None:
                return None


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_rule_that_is_written_is_known(module: Path) -> None:
    written = {
        node.name
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name == "decide" for part in node.body)
    }

    assert written <= {rule.__name__ for rule in (*KINDS.values(), *map(type, ALWAYS))}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_rule_reads_a_fact_but_those_it_asks_for(module: Path) -> None:
    """By the attribute that declares the question, so that a misspelt one is an error and never a name in a string."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "facts":
            assert not isinstance(node.slice, ast.Constant), ast.unparse(node)
