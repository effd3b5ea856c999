"""A form reads what a browser sends, says what it cannot read, and places what a service objects to at its field."""

import pytest

from portal.forms.fields import (
    ChoicesField,
    DayField,
    FormField,
    LinesField,
    MoneyField,
    NumberField,
    ProseField,
    TextField,
    TickField,
    YesNoField,
)
from portal.forms.form import Form, FormRefused, ShownForm
from portal.look import words as catalogue
from portal.look.writing import day, instant, money, month


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words for the form of these tests."""
    entries = dict(catalogue.catalogue()) | {f"test.{name}.label": name for name in ("a", "given", "family")}
    monkeypatch.setattr(catalogue, "catalogue", lambda: entries)


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        (TextField(name="a"), "  Robin ", "Robin"),
        (ProseField(name="a"), "One.\r\nTwo.", "One.\nTwo."),
        (LinesField(name="a"), "\r\n A door \r\n\r\nA job\r\n", ["A door", "A job"]),
        (NumberField(name="a"), "1,250", 1250),
        (NumberField(name="a"), "-3", -3),
        (MoneyField(name="a"), "£1,250.5", 125_050),
        (MoneyField(name="a"), "0.01", 1),
        (YesNoField(name="a"), "no", False),
        (TickField(name="a"), "yes", True),
    ],
)
def test_what_is_typed_is_read_as_people_write_it(field: FormField, typed: str, answer: object) -> None:
    shown = ShownForm(Form("test", (field,)), {"a": (typed,)})

    assert shown.body() == {"a": answer}


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        (("3", "4", "2024"), "2024-04-03"),
        (("03", "April", "2024"), "2024-04-03"),
        (("29", "feb", "2024"), "2024-02-29"),
    ],
)
def test_a_day_is_read_with_its_month_as_a_number_or_by_name(parts: tuple[str, str, str], answer: str) -> None:
    sent = {f"a-{name}": (value,) for name, value in zip(("day", "month", "year"), parts, strict=True)}

    assert ShownForm(Form("test", (DayField(name="a"),)), sent).body() == {"a": answer}
    assert DayField(name="a").value(DayField(name="a").filled(answer)) == answer


@pytest.mark.parametrize(
    "parts", [("31", "2", "2024"), ("1", "", "2024"), ("1", "13", "2024"), ("1", "1", "24"), ("x", "1", "2024")]
)
def test_what_is_no_day_is_refused_at_its_first_box(parts: tuple[str, str, str]) -> None:
    sent = {f"a-{name}": (value,) for name, value in zip(("day", "month", "year"), parts, strict=True)}
    shown = ShownForm(Form("test", (DayField(name="a"),)), sent)

    with pytest.raises(FormRefused):
        shown.body()
    assert [(one.name, one.id) for one in shown.objections] == [("a", "a-day")]


@pytest.mark.parametrize(
    "field",
    [TextField(name="a"), YesNoField(name="a"), ChoicesField(name="a"), TickField(name="a"), DayField(name="a")],
)
def test_what_must_be_answered_and_is_not_is_said_at_its_field(field: FormField) -> None:
    shown = ShownForm(Form("test", (field,)), {})

    with pytest.raises(FormRefused):
        shown.body()
    assert [one.name for one in shown.objections] == ["a"]


def test_every_objection_is_told_at_once_and_what_is_optional_is_left_out() -> None:
    fields = (NumberField(name="a"), TextField(name="given"), TextField(name="family", required=False))
    shown = ShownForm(Form("test", fields), {"a": ("many",)})

    with pytest.raises(FormRefused):
        shown.body()
    assert [one.name for one in shown.objections] == ["a", "given"]


NAMES = Form(
    "test",
    (
        TextField(name="given", pointer="/person/given_name"),
        TextField(name="family", pointer="/person/family_name"),
        TextField(name="a"),
    ),
)


def test_answers_stand_where_the_request_has_them() -> None:
    assert ShownForm(NAMES, {"given": ("R",), "family": ("M",), "a": ("x",)}).body() == {
        "person": {"given_name": "R", "family_name": "M"},
        "a": "x",
    }


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"pointer": "#/person/family_name", "field": "body.person.family_name"}, "family"),
        ({"field": "body.person.given_name"}, "given"),
        ({"pointer": "#/a/0"}, "a"),
        ({"pointer": "#/elsewhere"}, None),
    ],
)
def test_what_a_service_objects_to_is_told_at_the_field_it_points_to(fault: dict[str, str], name: str | None) -> None:
    shown = ShownForm(NAMES)
    shown.take({"type": "/problems/invalid", "errors": [fault | {"problem": "is too long"}]})

    assert [one.name for one in shown.objections] == [name]
    assert "is too long" in shown.objections[0].text


def test_no_field_is_called_as_what_every_form_sends_beside_it() -> None:
    with pytest.raises(ValueError, match="call mark otherwise"):
        Form("test", (TextField(name="mark"),))


def test_a_refusal_is_told_with_what_would_satisfy_the_rule() -> None:
    shown = ShownForm(NAMES)
    shown.take({"refusals": [{"code": "x", "reason": "The plan has no goal.", "remedy": "Add one."}]})

    assert [one.text for one in shown.objections] == ["The plan has no goal. Add one."]


def test_a_problem_without_parts_is_told_in_our_words_where_we_have_some_and_else_in_its_own() -> None:
    stale, other = ShownForm(NAMES), ShownForm(NAMES)
    stale.take({"type": "/problems/stale-version", "detail": "x"})
    other.take({"type": "/problems/no-such-kind", "detail": "Ask somebody."})

    assert "Somebody changed this" in stale.objections[0].text
    assert [one.text for one in other.objections] == ["Ask somebody."]


def test_figures_days_and_times_are_written_as_people_write_them() -> None:
    assert (money(125_000), money(1), money(-250), money(None)) == ("£1,250.00", "£0.01", "\N{MINUS SIGN}£2.50", "")
    assert (day("2024-04-03"), day("2024-03-31T23:30:00Z"), month("2024-04")) == (
        "3 April 2024",
        "1 April 2024",
        "April 2024",
    )
    assert instant("2024-04-03T13:15:00+00:00") == "3 April 2024 at 2:15pm"
