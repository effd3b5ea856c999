"""Each lint is seen red: one fault is planted in a copy of the shipped folder, and that lint finds it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from programme import LINTS, ProgrammeUnreadable, check_folder, load_folder

FOLDER = Path(__file__).parents[2] / "programmes" / "kbop"
GENERIC, PDAP = "rate-cards/generic-2019-09.toml", "rate-cards/pdap-2019-09.toml"
NEWER = "rate-cards/generic-2020-07.toml"


@dataclass(frozen=True, slots=True)
class Fault:
    """One change to one file, which may be a new one: `old` becomes `new` where it first stands; none is the end."""

    lint: str
    file: str
    old: str
    new: str
    found: str

    def plant(self, folder: Path) -> None:
        path = folder / self.file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if self.old not in text:
            raise AssertionError(f"{self.old!r} does not stand in {self.file}")
        path.write_text(text.replace(self.old, self.new, 1) if self.old else text + self.new, encoding="utf-8")


AGENCY_AGAIN = '\n[[agencies]]\nagency_id = "police"\nname = "Police"\nsource = "police"\n'
EMPTY_CARD = 'card = "unused"\nversion = "1"\ntitle = "Unused"\nin_force_from = 2019-09-01\n'
UNUSED_CARD = f'{EMPTY_CARD}[[takes]]\ncard = "generic"\nversion = "2019-09"\n'
WINDOW_AGAIN = '\n[[windows]]\nmode = "grant"\nfrom_on = 2021-01-31\nuntil_on = 2021-03-31\n'

FAULTS = (
    Fault(
        "targets_leave_no_month_out", "kpi.toml", "until_on = 2020-05-31", "until_on = 2020-05-30", "from 2020-05-31"
    ),
    Fault("dates_are_in_order", "programme.toml", "ends_on = 2024-09-30", "ends_on = 2019-08-31", "ends before"),
    Fault("codes_are_unique", "referrals.toml", "", AGENCY_AGAIN, "listed twice"),
    Fault(
        "every_act_has_a_reason_that_can_be_given",
        "reasons.toml",
        'acts = ["reopening", "undoing", "challenge", "basis-decision", "reinstatement"]\n\n[[reasons]]\n',
        'acts = ["undoing"]\n\n[[reasons]]\nfrom_on = 2030-01-01\n',
        "given for it",
    ),
    Fault("reasons_say_what_mends_them", "reasons.toml", 'mend = "Have it signed', '# mend = "Have it', "not told how"),
    Fault(
        "closures_without_attempts_are_reasons", "reasons.toml", 'code = "deceased"', 'code = "died"', "no reason for"
    ),
    Fault("evidence_kinds_are_known", GENERIC, '"landlord-letter"', '"landlords-letter"', "no kind of evidence"),
    Fault(
        "evidence_kinds_are_used", "cases.toml", "", '\n[[evidence_kinds]]\nkind = "oath"\ntitle = "O"\n', "asks for"
    ),
    Fault(
        "every_outcome_asks_for_evidence",
        GENERIC,
        'evidence.any_of = ["offending-score"',
        'evidence.supporting = ["offending-score"',
        "Nothing need be shown",
    ),
    Fault("conditions_are_on_accepted_kinds", NEWER, "{ business-plan =", "{ payment-statement =", "not accepted here"),
    Fault("instruments_are_known", PDAP, 'instrument = "dash"', 'instrument = "dasch"', "no instrument"),
    Fault(
        "prices_do_not_fall_with_sustainment",
        GENERIC,
        "price_pence = 140_000",
        "price_pence = 109_999",
        "less than ACC_12M",
    ),
    Fault(
        "rate_card_versions_follow_on",
        GENERIC,
        "in_force_until = 2020-03-31",
        "in_force_until = 2020-03-30",
        "Nothing is in force between",
    ),
    Fault(
        "rate_card_versions_follow_on",
        GENERIC,
        "in_force_until = 2020-03-31",
        "in_force_until = 2020-04-01",
        "overlaps",
    ),
    Fault("rate_card_versions_follow_on", GENERIC, "in_force_until = 2020-03-31\n", "", "overlaps"),
    Fault(
        "rate_card_versions_follow_on",
        GENERIC,
        "in_force_from = 2019-09-01",
        "in_force_from = 2019-09-02",
        "on 2019-09-01",
    ),
    Fault(
        "rate_card_versions_follow_on",
        NEWER,
        "in_force_from = 2020-07-01",
        "in_force_from = 2020-07-01\nin_force_until = 2022-01-01",
        "after 2022-01-01",
    ),
    Fault(
        "funding_follows_on",
        "money.toml",
        "from_on = 2024-10-01",
        "from_on = 2024-10-02",
        "Nothing is in force between",
    ),
    Fault("funding_follows_on", "money.toml", "from_on = 2024-10-01", "from_on = 2024-09-30", "overlaps"),
    Fault(
        "funding_follows_on", "money.toml", "until_on = 2024-09-30", "until_on = 2019-08-31", "ends before it begins"
    ),
    Fault("shares_are_whole", "money.toml", "basis_points = 3000", "basis_points = 2999", "99.99 %"),
    Fault(
        "source_shares_are_whole",
        "referrals.toml",
        "share_basis_points = 2600",
        "share_basis_points = 2601",
        "100.01 %",
    ),
    Fault("payers_are_known", "money.toml", 'payer = "lcf"', 'payer = "lfc"', "no organisation"),
    Fault("payment_windows_do_not_overlap", "money.toml", "", WINDOW_AGAIN, "overlaps"),
    Fault(
        "payment_windows_do_not_overlap", "money.toml", "until_on = 2021-01-31", "until_on = 2020-03-31", "ends before"
    ),
    Fault("providers_are_known", "kpi.toml", 'provider_id = "horton"', 'provider_id = "hortons"', "no provider"),
    Fault("providers_are_known", "referrals.toml", 'provider_id = "horton"', 'provider_id = "hortons"', "no provider"),
    Fault(
        "providers_have_possible_dates",
        "providers.toml",
        "left_on = 2020-05-31",
        "left_on = 2019-08-31",
        "before it joined",
    ),
    Fault(
        "provider_cards_are_known", "providers.toml", 'rate_card = "generic"', 'rate_card = "general"', "no rate card"
    ),
    Fault("specialisms_are_known", "providers.toml", '["domestic-abuse"]', '["domestic-violence"]', "no specialism"),
    Fault("every_specialism_is_offered", "providers.toml", '["domestic-abuse"]', '["generic"]', "Nobody offers"),
    Fault("pathways_name_what_is_known", "referrals.toml", '"hm-prisons", "west', '"her-prisons", "west', "no agency"),
    Fault("pathways_name_what_is_known", "referrals.toml", 'needs = ["offending"]', 'needs = ["offence"]', "no need"),
    Fault("pathways_name_what_is_known", "referrals.toml", "opens_on = 2021-04-01\n", "", "closes before"),
    Fault(
        "agencies_have_a_source",
        "referrals.toml",
        'source = "custody"\n\n[[agencies]]',
        'source = "self"\n\n[[agencies]]',
        "has no agencies",
    ),
    Fault(
        "every_card_pays_somebody",
        "providers.toml",
        'rate_card = "pdap"',
        'rate_card = "generic"',
        "No provider is on it",
    ),
    Fault("every_card_pays_somebody", "rate-cards/unused.toml", "", UNUSED_CARD, "No provider is on it"),
    Fault("every_card_pays_something", "rate-cards/empty.toml", "", EMPTY_CARD, "It pays nothing"),
    Fault("every_outcome_can_be_reached", GENERIC, "limit = 2", "limit = 3", "2 slots"),
    Fault("every_outcome_can_be_reached", GENERIC, "limit = 2", "limit = 0", "never be claimed"),
    Fault(
        "every_outcome_can_be_reached",
        GENERIC,
        'prerequisite = "WB_INITIAL"',
        'prerequisite = "WB_FIRST"',
        "must come first",
    ),
    Fault("every_outcome_can_be_reached", NEWER, 'first = "EMP_ENTRY"', 'first = "EMP_ENTRY_2"', "must come first"),
    Fault("every_outcome_has_one_row", "kpi.toml", '"EMP_ENTRY", "EMP_ENTRY_2"', '"EMP_ENTRY"', "on 0 rows"),
    Fault("every_outcome_has_one_row", "kpi.toml", '["WB_2"]', '["WB_2", "WB_3"]', "on 2 rows"),
    Fault("rows_count_known_outcomes", "kpi.toml", '["WB_2"]', '["WB_2", "WB_4"]', "on no rate card"),
    Fault("rows_count_known_outcomes", "kpi.toml", 'cards = ["pdap"]', 'cards = ["pdap", "papd"]', "no rate card"),
    Fault("rows_count_known_outcomes", "kpi.toml", 'kind = "total"', 'kind = "outcome"', "no others do"),
    Fault("activity_rows_say_what_they_count", "kpi.toml", 'counts = "referrals"\n', "", "says what it counts"),
    Fault(
        "activity_rows_say_what_they_count",
        "kpi.toml",
        'kind = "outcome"',
        'kind = "outcome"\ncounts = "drop-ins"',
        "no other",
    ),
    Fault("targets_are_for_known_rows", "kpi.toml", "", "total = 5\n", "No target"),
    Fault("targets_are_for_known_rows", "kpi.toml", "", "tea = 5\n", "No target"),
    Fault(
        "evidence_is_asked_for_least_intrusive_first",
        GENERIC,
        '"self-certification", "landlord-letter"',
        '"landlord-letter", "self-certification"',
        "less intrusive",
    ),
    Fault(
        "self_certification_has_company",
        GENERIC,
        'evidence.any_of = ["self-certification", "organisation-letter"]',
        'evidence.all_of = ["self-certification"]',
        "nothing beside it",
    ),
    Fault(
        "outcomes_are_counted_alike",
        PDAP,
        'code = "FIN_RES"',
        'code = "FIN_RES"\nunit = "week"',
        "elsewhere",
    ),
    Fault(
        "nothing_follows_itself",
        GENERIC,
        '{ kind = "plan_was_agreed", plan = "support" }',
        '{ kind = "prerequisite_is_claimed", prerequisite = "WB_2" }',
        "follow itself",
    ),
    Fault(
        "versions_pay_within_the_programme",
        NEWER,
        "in_force_from = 2020-07-01",
        "in_force_from = 2024-10-01",
        "after the programme ends",
    ),
    Fault("every_rule_can_be_met", PDAP, "points = 3 ", "points = 25 ", "more than dash has"),
    Fault("every_rule_can_be_met", PDAP, '"score_fell"', '"score_rose", stage = "later"', "getting worse"),
    Fault(
        "every_rule_can_be_met",
        PDAP,
        'codes = ["eviction-threat", "homeless", "unsuitable", "unsafe"]',
        "codes = []",
        "nothing to choose from",
    ),
    Fault(
        "every_rule_can_be_met",
        PDAP,
        'routes = ["income", "budget", "arrears", "right-to-remain", "bank-account"]',
        "routes = []",
        "nothing to choose from",
    ),
    Fault("targets_do_not_overlap", "kpi.toml", 'provider_id = "horton"', 'provider_id = "connect"', "overlaps"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "kbop"))


@pytest.mark.row("S-71")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.lint}: {fault.found}")
def test_a_planted_fault_is_found_where_it_stands(fault: Fault, folder: Path) -> None:
    fault.plant(folder)
    named = next(check for check in LINTS if getattr(check, "__name__", "") == fault.lint)
    problems = list(named(load_folder(folder)))

    assert any(fault.found in problem.problem for problem in problems)
    assert all(problem.file and problem.key_path and problem.remedy for problem in problems)
    assert set(problems) <= set(check_folder(folder))


def test_every_lint_has_a_fault_that_it_finds() -> None:
    assert {getattr(check, "__name__", "") for check in LINTS} == {fault.lint for fault in FAULTS}


@pytest.mark.parametrize(
    ("file", "text", "key_path", "problem"),
    [
        ("money.toml", "cap_pence = = 1", "", "not TOML"),
        ("money.toml", "cap_pence = 22300000.5\n", "cap_pence", "integer"),
        ("money.toml", "cap_pence = -1\n", "cap_pence", "greater than or equal"),
        ("money.toml", "cap_pounds = 1\n", "cap_pounds", "Extra inputs"),
        ("programme.toml", "starts_on = 2019-02-29\n", "", "not TOML"),
        ("programme.toml", 'starts_on = "2019-02-29"\n', "starts_on", "date"),
        ("providers.toml", '[[providers]]\nprovider_id = "Fusion Housing"\n', "providers[0].provider_id", "pattern"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(
    file: str, text: str, key_path: str, problem: str, folder: Path
) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    found = {each.key_path: each.problem for each in check_folder(folder) if each.file == file}

    assert problem in found[key_path]


def test_an_unknown_key_deep_in_a_rule_is_named(folder: Path) -> None:
    Fault("", GENERIC, "months = 3 }", "month = 3 }", "").plant(folder)
    problems = check_folder(folder)

    assert any(p.key_path.startswith("rates[1].rules[2]") and p.key_path.endswith(".month") for p in problems)
    assert any("Remove it" in problem.remedy for problem in problems)


def test_an_unknown_kind_of_rule_is_a_problem(folder: Path) -> None:
    Fault("", GENERIC, 'kind = "support_lasted"', 'kind = "support_rocked"', "").plant(folder)

    assert any("support_rocked" in problem.problem for problem in check_folder(folder))


def test_a_file_that_is_not_text_or_not_there_is_a_problem(folder: Path) -> None:
    (folder / "kpi.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "cases.toml").unlink()
    problems = {problem.file: problem.problem for problem in check_folder(folder)}

    assert problems == {"kpi.toml": "It is not text in UTF-8.", "cases.toml": "The file is missing or cannot be read."}


def test_a_folder_that_is_not_there_has_every_file_missing(tmp_path: Path) -> None:
    problems = check_folder(tmp_path / "nowhere")

    assert {problem.file for problem in problems} == {
        "programme.toml",
        "providers.toml",
        "referrals.toml",
        "cases.toml",
        "money.toml",
        "kpi.toml",
        "reasons.toml",
        "rate-cards",
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (PDAP, 'card = "generic"\nversion = "2019-09"', 'card = "generic"\nversion = "2018"', "which is not here"),
        (PDAP, '"WB_IMP_13"]', '"WB_IMP_14"]', "has no WB_IMP_14"),
        (GENERIC, "\n[[rates]]", '\n[[takes]]\ncard = "pdap"\nversion = "2019-09"\n\n[[rates]]', "takes them from it"),
        (NEWER, 'version = "2020-07"', 'version = "2019-09"', "stands in the folder 2 times"),
        (GENERIC, 'code = "WB_3"', 'code = "WB_2"', "WB_2 stands on the card twice"),
    ],
)
def test_a_card_that_cannot_be_made_whole_is_a_problem(
    file: str, old: str, new: str, problem: str, folder: Path
) -> None:
    Fault("", file, old, new, "").plant(folder)

    assert any(problem in each.problem for each in check_folder(folder))


def test_reading_tells_every_problem_at_once(folder: Path) -> None:
    (folder / "kpi.toml").write_text("rows = 1\n", encoding="utf-8")
    (folder / "money.toml").write_text("x", encoding="utf-8")
    with pytest.raises(ProgrammeUnreadable) as unreadable:
        load_folder(folder)

    assert {problem.file for problem in unreadable.value.problems} == {"kpi.toml", "money.toml"}
    assert "kpi.toml: rows: " in str(unreadable.value)


def test_an_activity_that_reporting_does_not_count_is_refused_with_those_it_does(folder: Path) -> None:
    Fault("", "kpi.toml", 'counts = "referrals"', 'counts = "dropins"', "").plant(folder)

    [problem] = check_folder(folder)

    assert (problem.file, problem.key_path) == ("kpi.toml", "rows[0].counts")
    assert "'drop-ins'" in problem.problem
