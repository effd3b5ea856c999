"""The shipped programme: sound in itself, and true to the published figures."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from programme import CasesPart, ClaimsPart, HubPart, ReportingPart, check_folder, load_folder

FOLDER = Path(__file__).parents[2] / "programmes" / "kbop"
KBOP = load_folder(FOLDER)

ANNEX_B = [
    "Total referrals",
    "New Starts on Full Service",
    "Initial Wellbeing assessment",
    "2nd Wellbeing assessment",
    "3rd Wellbeing assessment",
    "Achieve Financial resilience",
    "Completion of or compliance with a Statutory Order",
    "Prevention or relief / entry into suitable accommodation",
    "3 months sustainment of accommodation",
    "6 months sustainment of accommodation",
    "12 months sustainment of accommodation",
    "18 months sustainment of accommodation",
    "Entry into education and training",
    "Part completion of Ofqual approved qualification",
    "Completion of full Ofqual approved qualification",
    "Entry into employment",
    "6.5 weeks equivalent employment F/T",
    "13 weeks equivalent employment F/T",
    "26 weeks equivalent employment F/T",
    "Entry into Volunteering/Work Experience",
    "6 weeks volunteering/Work Experience",
    "Accessing Services",
    "Mental Health sustained engagement with services",
    "Drugs/ Alcohol sustained engagement with services",
    "Added Value outcomes",
    "Total outcomes",
]


@pytest.mark.row("S-71")
@pytest.mark.row("S-129")
def test_the_folder_is_sound() -> None:
    assert check_folder(FOLDER) == []


@pytest.mark.parametrize(
    ("model", "part"),
    [
        (HubPart, KBOP.hub_part()),
        (CasesPart, KBOP.cases_part()),
        (ClaimsPart, KBOP.claims_part()),
        (ReportingPart, KBOP.reporting_part()),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_part_survives_the_journey_to_its_service(
    model: type[HubPart | CasesPart | ClaimsPart | ReportingPart],
    part: HubPart | CasesPart | ClaimsPart | ReportingPart,
) -> None:
    assert model.model_validate_json(part.model_dump_json()) == part


def test_what_an_earlier_version_said_and_nobody_read_is_passed_over() -> None:
    """Rows that were kept, and systems that still send it, say `audit` of the money and plans' days to the hub."""
    claims, hub = KBOP.claims_part(), KBOP.hub_part()
    money = claims.money.model_dump(mode="json") | {"audit": {"sample_basis_points": 1500}}
    waiting = hub.waiting.model_dump() | {"support_plan_days": 15}

    assert ClaimsPart.model_validate(claims.model_dump(mode="json") | {"money": money}) == claims
    assert HubPart.model_validate(hub.model_dump(mode="json") | {"waiting": waiting}) == hub
    assert KBOP.reporting_part().support_plan_days == 15


@pytest.mark.row("S-114")
def test_nine_providers_begin_and_one_leaves_after_nine_months() -> None:
    left = {p.provider_id: p.left_on for p in KBOP.provider_list if p.left_on is not None}

    assert len(KBOP.provider_list) == 9
    assert left == {"provider-9": date(2020, 5, 31)}


def test_the_tracker_has_the_rows_of_the_example_report_in_order() -> None:
    generic = [row.title for row in KBOP.kpi.rows if "generic" in row.cards and not row.optional]

    assert generic == ANNEX_B


def test_pdaps_tracker_has_its_own_outcomes_and_no_third_assessment() -> None:
    pdap = {code for row in KBOP.kpi.rows if "pdap" in row.cards for code in row.outcomes}

    assert {"DA_RISK", "DA_LEGAL", "DA_INDEP"} <= pdap
    assert not {"WB_3", "WB_IMP_13"} & pdap


@pytest.mark.row("S-03")
@pytest.mark.row("S-04")
def test_published_shares_of_referral_sources_are_as_published() -> None:
    shares = {source.source: source.share_basis_points for source in KBOP.referrals.sources if not source.assumption}

    assert shares == {"council": 2200, "delivery-partner": 1200, "self": 1200}


def test_the_parts_hold_no_price_where_none_may_be_seen() -> None:
    assert "price" not in KBOP.cases_part().model_dump_json()
    assert "price" not in KBOP.hub_part().model_dump_json()


def test_guidance_tells_which_facts_the_rules_will_ask_for() -> None:
    guide = next(g for g in KBOP.cases_part().guides if (g.card, g.version) == ("generic", "2020-07"))
    sustained = next(outcome for outcome in guide.outcomes if outcome.outcome == "ACC_3M")

    assert {fact.name for fact in sustained.facts if fact.needed} == {
        "housed_at_referral",
        "every_move_planned",
        "in_temporary_supported_accommodation",
    }


def test_the_covid_window_is_ten_months_and_is_said_to_be_ours() -> None:
    (window,) = KBOP.money.windows

    assert (window.from_on, window.until_on, window.illustrative) == (date(2020, 4, 1), date(2021, 1, 31), True)


def test_the_cap_and_the_split_are_the_published_ones() -> None:
    launch = KBOP.money.funding[0]

    assert KBOP.money.cap_pence == 2_230_000_000
    assert [(share.payer, share.basis_points) for share in launch.shares] == [("kirklees-council", 7000), ("lcf", 3000)]
    assert launch.until_on == date(2024, 9, 30)


def test_a_later_version_changes_only_what_it_says() -> None:
    by_key = {(card.card, card.version): card for card in KBOP.rate_cards}
    for card in ("generic", "pdap"):
        first, second, third = (by_key[card, version] for version in ("2019-09", "2020-04", "2020-07"))
        before = {rate.code: rate for rate in second.rates}
        differing = {rate.code for rate in third.rates if before.get(rate.code) != rate}

        assert second.rates == first.rates
        assert differing == {"EMP_ENTRY_2", "EMP_ENTRY", "EMP_6_5W", "EMP_13W", "EMP_26W"}
        assert all(before[rate.code].price_pence == rate.price_pence for rate in third.rates if rate.code in before)


def test_whether_pdap_claims_the_shared_outcomes_is_said_in_its_card_alone(tmp_path: Path) -> None:
    """Annex A leaves it open: they are taken over from the generic card, and one that is not is not on PDAP's."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "kbop"))
    file = folder / "rate-cards" / "pdap-2019-09.toml"
    taken = file.read_text(encoding="utf-8")
    file.write_text(taken.replace('without = ["WB_3"', 'without = ["STAT_ORDER", "WB_3"'), encoding="utf-8")
    changed = load_folder(folder)

    for card, before in zip(changed.rate_cards, KBOP.rate_cards, strict=True):
        assert before.codes - card.codes == ({"STAT_ORDER"} if card.card == "pdap" else frozenset())
    assert check_folder(folder) == []
