from typing import get_args

import pytest

from common.web.refused import BY_KIND, Refused, refuse_if_any, refused
from rulebook.refusal import Refusal, RefusalKind


def a_refusal(kind: RefusalKind) -> Refusal:
    return Refusal(f"{kind}_code", "It may not be.", "Do it otherwise.", kind=kind)


@pytest.mark.parametrize(("kind", "status"), [("state", 409), ("size", 413), ("type", 415), ("rule", 422)])
def test_what_stands_in_the_way_decides_the_status(kind: RefusalKind, status: int) -> None:
    assert refused(a_refusal(kind)).status == status


def test_the_state_of_a_thing_comes_before_what_is_asked_of_it() -> None:
    problem = refused(a_refusal("rule"), a_refusal("type"), a_refusal("state"))

    assert problem.status == 409
    assert [refusal["code"] for refusal in problem.members["refusals"]] == ["rule_code", "type_code", "state_code"]


def test_every_kind_of_refusal_has_a_problem_of_its_own() -> None:
    assert set(BY_KIND) == set(get_args(RefusalKind))


def test_nobody_is_refused_for_nothing() -> None:
    refuse_if_any([])
    with pytest.raises(Refused, match=r"Do it otherwise\."):
        refuse_if_any([a_refusal("rule")])
