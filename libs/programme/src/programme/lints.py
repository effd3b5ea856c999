"""What a reader of single values cannot see: whether the parts of a programme fit together.

Each lint is a sentence about the whole programme and yields a problem for every place where it does not hold.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from rulebook.kinds.accommodation import HomeWasNotTemporary
from rulebook.kinds.claims import PrerequisiteIsClaimed
from rulebook.kinds.cohorts import QuantityIsWhatIsLeftToPay
from rulebook.kinds.employment import EarlierEmploymentHadEnded
from rulebook.kinds.evidence import ItemsAreEnough
from rulebook.kinds.finances import FinancesAreResilient
from rulebook.kinds.plain import CodeIsOneOf
from rulebook.kinds.wellbeing import AboutAssessments, ScoreFell, ScoreRose

from .activities import COUNTABLE
from .folder import ABOUT, CASES, KPI, MONEY, PROVIDERS, REASONS, REFERRALS, Programme, ProgrammeUnreadable, load_folder
from .problem import FolderFault
from .rate_card import Rate, RateCard
from .reasons import ACTS, ASKS_SOMEBODY

Lint = Callable[[Programme], Iterable[FolderFault]]
Period = tuple[str, date, date | None]
"""Key path, first day, last day."""

WHOLE = 10_000
NEVER_ALONE = "self-certification"
CITED = "case-note"


def _rates(programme: Programme) -> Iterator[tuple[str, str, RateCard, Rate]]:
    """Every rate with its file and key path."""
    for card in programme.rate_cards:
        for rate in card.rates:
            yield programme.card_files[card.card, card.version], f"rates.{rate.code}", card, rate


def codes_are_unique(programme: Programme) -> Iterator[FolderFault]:
    """A code listed twice would mean two things."""
    lists = {
        (PROVIDERS, "providers"): [p.provider_id for p in programme.provider_list],
        (REFERRALS, "agencies"): [a.agency_id for a in programme.referrals.agencies],
        (REFERRALS, "sources"): [s.source for s in programme.referrals.sources],
        (REFERRALS, "needs"): [n.need for n in programme.referrals.needs],
        (REFERRALS, "pathways"): [p.pathway_id for p in programme.referrals.pathways],
        (CASES, "instruments"): [i.instrument for i in programme.cases.instruments],
        (CASES, "evidence_kinds"): [k.kind for k in programme.cases.evidence_kinds],
        (REASONS, "reasons"): [r.code for r in programme.reasons.reasons],
        (KPI, "rows"): [r.row for r in programme.kpi.rows],
        (ABOUT, "organisations"): [o.organisation_id for o in programme.about.organisations],
    }
    for (file, key), codes in lists.items():
        for code in (code for code, times in Counter(codes).items() if times > 1):
            yield FolderFault(file, f"{key}.{code}", "It is listed twice.", "Keep one of them.")


def every_act_has_a_reason_that_can_be_given(programme: Programme) -> Iterator[FolderFault]:
    """While the programme runs: nobody can decline, refuse or undo without a code to say why (F-7)."""
    for act in ACTS:
        for day in (programme.about.starts_on, programme.about.ends_on):
            if not any(act in reason.acts and reason.may_be_given_on(day) for reason in programme.reasons.reasons):
                yield FolderFault(REASONS, f"reasons.{act}", f"None may be given for it on {day}.", "Add one.")


def reasons_say_what_mends_them(programme: Programme) -> Iterator[FolderFault]:
    """Whoever is asked to mend something is told how, and no reason ends before it begins (F-7)."""
    for reason in programme.reasons.reasons:
        path = f"reasons.{reason.code}"
        if reason.mend is None and ASKS_SOMEBODY.intersection(reason.acts):
            yield FolderFault(REASONS, path, "Somebody is asked to mend it, and not told how.", "Say what mends it.")
        if reason.from_on and reason.until_on and reason.until_on < reason.from_on:
            yield FolderFault(REASONS, f"{path}.until_on", "It ends before it begins.", "Correct the dates.")


def closures_without_attempts_are_reasons(programme: Programme) -> Iterator[FolderFault]:
    """A closure that needs no attempts to engage has a reason of the catalogue (BR-D4)."""
    reasons = programme.reasons.codes_for("closure")
    for code in programme.cases.closure.reasons_without_attempts:
        if code not in reasons:
            yield FolderFault(
                CASES, "closure.reasons_without_attempts", f"{code} is no reason for closure.", f"Add it to {REASONS}."
            )


def evidence_kinds_are_known(programme: Programme) -> Iterator[FolderFault]:
    """No outcome asks for evidence that case management cannot record."""
    kinds = {kind.kind for kind in programme.cases.evidence_kinds}
    for file, path, _, rate in _rates(programme):
        for kind in sorted(_kinds(rate) - kinds):
            yield FolderFault(
                file, f"{path}.evidence", f"{kind} is no kind of evidence in {CASES}.", "Correct it, or declare it."
            )


def evidence_kinds_are_used(programme: Programme) -> Iterator[FolderFault]:
    """A kind that nothing asks for is a leftover, unless it may be proposed (U-04)."""
    used = {kind for _, _, _, rate in _rates(programme) for kind in _kinds(rate)} | {CITED}
    for kind in programme.cases.evidence_kinds:
        if kind.kind not in used and not kind.proposed:
            yield FolderFault(
                CASES, f"evidence_kinds.{kind.kind}", "No outcome asks for it.", "Remove it, or ask for it."
            )


def _kinds(rate: Rate) -> frozenset[str]:
    kinds: set[str] = set()
    for rule in rate.judged_by:
        kinds |= set(rule.plans) if isinstance(rule, HomeWasNotTemporary) else set()
        kinds |= {rule.item_kind} if isinstance(rule, ItemsAreEnough) else set()
    return rate.evidence.judged_by.accepted | rate.evidence.only_if.keys() | kinds


def every_outcome_asks_for_evidence(programme: Programme) -> Iterator[FolderFault]:
    """Nothing is paid for on anybody's word alone (BR-E1)."""
    for file, path, _, rate in _rates(programme):
        if not rate.evidence.all_of and not rate.evidence.any_of:
            yield FolderFault(file, f"{path}.evidence", "Nothing need be shown for it.", "Say what evidence is needed.")


def evidence_is_asked_for_least_intrusive_first(programme: Programme) -> Iterator[FolderFault]:
    """Where any one will do, the one that tells least stands first (BR-N10)."""
    grades = {kind.kind: kind.intrusive for kind in programme.cases.evidence_kinds}
    for file, path, _, rate in _rates(programme):
        for name, kinds in (("any_of", rate.evidence.any_of), ("plus", rate.evidence.plus)):
            for earlier, later in pairwise(kinds):
                if grades.get(earlier, 0) > grades.get(later, 0):
                    yield FolderFault(
                        file,
                        f"{path}.evidence.{name}",
                        f"{earlier} stands before {later}, which is less intrusive.",
                        "List the least intrusive first.",
                    )


def self_certification_has_company(programme: Programme) -> Iterator[FolderFault]:
    """Where nothing else is accepted and no note can bear it out, nobody could ever claim (BR-E3)."""
    for file, path, _, rate in _rates(programme):
        if rate.evidence.all_of == (NEVER_ALONE,) and not rate.evidence.plus:
            yield FolderFault(
                file,
                f"{path}.evidence.all_of",
                "A self-certification is asked for and nothing beside it.",
                "Ask for a second item, or accept others in its place.",
            )


def outcomes_are_counted_alike(programme: Programme) -> Iterator[FolderFault]:
    """One code is one thing in a programme: the same subject and unit on every card and version."""
    first: dict[str, tuple[str, str]] = {}
    for file, path, _, rate in _rates(programme):
        count = (rate.subject, rate.unit)
        if first.setdefault(rate.code, count) != count:
            yield FolderFault(
                file,
                f"{path}.unit",
                f"It is counted by {' and '.join(count)} here, and by {' and '.join(first[rate.code])} elsewhere.",
                "Count it alike, or give it another code.",
            )


def nothing_follows_itself(programme: Programme) -> Iterator[FolderFault]:
    """A circle of outcomes, each of which must come first, can never be begun."""
    for file, path, card, rate in _rates(programme):
        must = {each.code: set(_comes_first(each)) for each in card.rates}
        predecessors, ahead = set[str](), must[rate.code]
        while ahead:
            predecessors |= ahead
            ahead = {code for each in ahead for code in must.get(each, set())} - predecessors
        if rate.code in predecessors and rate.code not in must[rate.code]:
            yield FolderFault(
                file, f"{path}.rules", "It must follow itself, by way of others.", "Let one of them come first."
            )


def versions_pay_within_the_programme(programme: Programme) -> Iterator[FolderFault]:
    """A version that begins after the end could never judge an outcome."""
    for card in programme.rate_cards:
        if card.in_force_from > programme.about.ends_on:
            yield FolderFault(
                programme.card_files[card.card, card.version],
                "in_force_from",
                f"It comes into force after the programme ends on {programme.about.ends_on}.",
                "Correct the date: nothing could ever be claimed by it.",
            )


def conditions_are_on_accepted_kinds(programme: Programme) -> Iterator[FolderFault]:
    """A condition on evidence that is not accepted would never be asked."""
    for file, path, _, rate in _rates(programme):
        for kind in sorted(rate.evidence.only_if.keys() - rate.evidence.judged_by.accepted):
            yield FolderFault(
                file, f"{path}.evidence.only_if.{kind}", "The kind is not accepted here.", "List it, or drop it."
            )


def instruments_are_known(programme: Programme) -> Iterator[FolderFault]:
    """A rule about a score names an instrument that is recorded."""
    instruments = {instrument.instrument for instrument in programme.cases.instruments}
    for file, path, _, rate in _rates(programme):
        for rule in rate.judged_by:
            if isinstance(rule, AboutAssessments) and rule.instrument not in instruments:
                yield FolderFault(
                    file, f"{path}.rules", f"{rule.instrument} is no instrument in {CASES}.", "Correct or declare it."
                )


def every_rule_can_be_met(programme: Programme) -> Iterator[FolderFault]:
    """Not one that chooses from nothing, asks for more points than a scale has, or for a change for the worse."""
    for file, path, _, rate in _rates(programme):
        for rule in rate.judged_by:
            choices = rule.codes if isinstance(rule, CodeIsOneOf) else None
            choices = rule.routes if isinstance(rule, FinancesAreResilient) else choices
            if choices == ():
                yield FolderFault(
                    file, f"{path}.rules", f"{rule.kind} lists nothing to choose from.", "List what counts."
                )
            if isinstance(rule, ScoreRose | ScoreFell):
                yield from _faults_of_score(programme, rule, file, path)


def _faults_of_score(programme: Programme, rule: ScoreRose | ScoreFell, file: str, path: str) -> Iterator[FolderFault]:
    scale = next((each for each in programme.cases.instruments if each.instrument == rule.instrument), None)
    if scale is None:
        return
    if rule.points > scale.highest - scale.lowest:
        yield FolderFault(
            file,
            f"{path}.rules",
            f"{rule.points} points are more than {rule.instrument} has, from {scale.lowest} to {scale.highest}.",
            "Ask for fewer, or correct the scale.",
        )
    if (scale.better == "higher") != isinstance(rule, ScoreRose):
        yield FolderFault(
            file,
            f"{path}.rules",
            f"On {rule.instrument} {scale.better} is better: {rule.kind} would pay for getting worse.",
            "Name the other rule, or correct the scale.",
        )


def prices_do_not_fall_with_sustainment(programme: Programme) -> Iterator[FolderFault]:
    """S-71, BR-H9."""
    for card in programme.rate_cards:
        ladders: defaultdict[str, list[tuple[int, Rate]]] = defaultdict(list)
        for rate in card.rates:
            if rate.step is not None:
                ladders[rate.step.ladder].append((rate.step.step, rate))
        for steps in ladders.values():
            for (_, shorter), (_, longer) in pairwise(sorted(steps, key=lambda each: each[0])):
                if longer.price_pence < shorter.price_pence:
                    yield FolderFault(
                        programme.card_files[card.card, card.version],
                        f"rates.{longer.code}.price_pence",
                        f"It pays less than {shorter.code}, which takes less.",
                        "Let prices rise with how long it is sustained.",
                    )


def rate_card_versions_follow_on(programme: Programme) -> Iterator[FolderFault]:
    """Every day of the programme has one version of each card: no gap, no overlap (A-12)."""
    for name in sorted({card.card for card in programme.rate_cards}):
        periods = [
            (programme.card_files[card.card, card.version], card.in_force_from, card.in_force_until)
            for card in programme.rate_cards
            if card.card == name
        ]
        for file, problem, remedy in _faults(periods, programme.about.starts_on):
            yield FolderFault(file, "in_force_from", problem, remedy)


def funding_follows_on(programme: Programme) -> Iterator[FolderFault]:
    """Every day of the programme has payers."""
    periods = [(f"funding[{i}]", f.from_on, f.until_on) for i, f in enumerate(programme.money.funding)]
    for path, problem, remedy in _faults(periods, programme.about.starts_on):
        yield FolderFault(MONEY, f"{path}.from_on" if path else "funding", problem, remedy)


def _faults(periods: list[Period], first_needed: date) -> Iterator[tuple[str, str, str]]:
    """Gaps and overlaps in what should cover every day from the start of the programme, with the later's key."""
    in_order = sorted(periods, key=lambda period: period[1])
    if not in_order or in_order[0][1] > first_needed:
        path = in_order[0][0] if in_order else ""
        yield path, f"Nothing is in force on {first_needed}.", "Begin with the start of the programme."
    for (_, _, until), (path, since, _) in pairwise(in_order):
        if until is None or until >= since:
            yield path, f"It overlaps with what is in force before {since}.", "End the earlier one the day before."
        elif until < since - timedelta(days=1):
            yield path, f"Nothing is in force between {until} and {since}.", "Close the gap."
    for path, since, until in in_order:
        if until is not None and until < since:
            yield path, "It ends before it begins.", "Correct the dates."
    if in_order and in_order[-1][2] is not None:
        yield in_order[-1][0], f"Nothing is in force after {in_order[-1][2]}.", "Leave the last one open."


def shares_are_whole(programme: Programme) -> Iterator[FolderFault]:
    """The payers of a day pay all of it: 10,000 basis points."""
    for index, funding in enumerate(programme.money.funding):
        total = sum(share.basis_points for share in funding.shares)
        if total != WHOLE:
            yield FolderFault(
                MONEY, f"funding[{index}].shares", f"They come to {total / 100:g} %.", "They must come to 100 %."
            )


def source_shares_are_whole(programme: Programme) -> Iterator[FolderFault]:
    """The expected shares of referral sources add up (S-03)."""
    total = sum(source.share_basis_points for source in programme.referrals.sources)
    if total != WHOLE:
        yield FolderFault(REFERRALS, "sources", f"The shares come to {total / 100:g} %.", "They must come to 100 %.")


def payers_are_known(programme: Programme) -> Iterator[FolderFault]:
    """Whoever pays is an organisation of the programme."""
    organisations = {organisation.organisation_id for organisation in programme.about.organisations}
    for index, funding in enumerate(programme.money.funding):
        for share in funding.shares:
            if share.payer not in organisations:
                yield FolderFault(
                    MONEY, f"funding[{index}].shares", f"{share.payer} is no organisation.", f"Declare it in {ABOUT}."
                )


def payment_windows_do_not_overlap(programme: Programme) -> Iterator[FolderFault]:
    """A day has one way of being paid (BR-H7)."""
    windows = sorted(enumerate(programme.money.windows), key=lambda each: each[1].from_on)
    for index, window in windows:
        if window.until_on < window.from_on:
            yield FolderFault(MONEY, f"windows[{index}].until_on", "It ends before it begins.", "Correct the dates.")
    for (_, earlier), (index, later) in pairwise(windows):
        if earlier.until_on >= later.from_on:
            yield FolderFault(
                MONEY, f"windows[{index}].from_on", "It overlaps with another window.", "Correct the dates."
            )


def providers_are_known(programme: Programme) -> Iterator[FolderFault]:
    """Targets and pathways are for providers that there are."""
    providers = {provider.provider_id for provider in programme.provider_list}
    references = [
        (KPI, f"targets[{index}].provider_id", targets.provider_id)
        for index, targets in enumerate(programme.kpi.targets)
    ] + [
        (REFERRALS, f"pathways.{pathway.pathway_id}.provider_id", pathway.provider_id)
        for pathway in programme.referrals.pathways
        if pathway.provider_id is not None
    ]
    for file, path, provider_id in references:
        if provider_id not in providers:
            yield FolderFault(file, path, f"{provider_id} is no provider.", f"Declare it in {PROVIDERS}.")


def providers_have_possible_dates(programme: Programme) -> Iterator[FolderFault]:
    """Nobody leaves before joining."""
    for provider in programme.provider_list:
        if provider.left_on is not None and provider.left_on < provider.joined_on:
            yield FolderFault(
                PROVIDERS,
                f"providers.{provider.provider_id}.left_on",
                "It left before it joined.",
                "Correct the dates.",
            )


def provider_cards_are_known(programme: Programme) -> Iterator[FolderFault]:
    """Every provider is paid by a card of this folder."""
    cards = {card.card for card in programme.rate_cards}
    for provider in programme.provider_list:
        if provider.rate_card not in cards:
            yield FolderFault(
                PROVIDERS,
                f"providers.{provider.provider_id}.rate_card",
                f"{provider.rate_card} is no rate card.",
                "Name a card in this folder.",
            )


def specialisms_are_known(programme: Programme) -> Iterator[FolderFault]:
    """What providers offer and needs ask for has one list."""
    specialisms = set(programme.referrals.specialisms)
    references = [
        (PROVIDERS, f"providers.{provider.provider_id}.specialisms", specialism)
        for provider in programme.provider_list
        for specialism in provider.specialisms
    ] + [(REFERRALS, f"needs.{need.need}.specialism", need.specialism) for need in programme.referrals.needs]
    for file, path, specialism in references:
        if specialism not in specialisms:
            yield FolderFault(file, path, f"{specialism} is no specialism.", f"Declare it in {REFERRALS}.")


def every_specialism_is_offered(programme: Programme) -> Iterator[FolderFault]:
    """A need whose specialism nobody offers could never be placed."""
    offers = {s for p in programme.provider_list if p.left_on is None for s in p.specialisms}
    for specialism in programme.referrals.specialisms:
        if specialism not in offers:
            yield FolderFault(
                REFERRALS, "specialisms", f"Nobody offers {specialism}.", "Remove it, or give it a provider."
            )


def pathways_name_what_is_known(programme: Programme) -> Iterator[FolderFault]:
    """A pathway names agencies and needs that there are, and opens before it closes (S-16)."""
    agencies = {agency.agency_id for agency in programme.referrals.agencies}
    needs = {need.need for need in programme.referrals.needs}
    for pathway in programme.referrals.pathways:
        path = f"pathways.{pathway.pathway_id}"
        for unknown in sorted(set(pathway.agencies) - agencies):
            yield FolderFault(REFERRALS, f"{path}.agencies", f"{unknown} is no agency.", "Declare it, or correct it.")
        for unknown in sorted(set(pathway.needs) - needs):
            yield FolderFault(REFERRALS, f"{path}.needs", f"{unknown} is no need.", "Declare it, or correct it.")
        if pathway.closes_on is not None and (pathway.opens_on is None or pathway.closes_on < pathway.opens_on):
            yield FolderFault(REFERRALS, f"{path}.closes_on", "It closes before it opens.", "Correct the dates.")


def agencies_have_a_source(programme: Programme) -> Iterator[FolderFault]:
    """An agency refers from a source that has agencies."""
    sources = {source.source for source in programme.referrals.sources if source.has_agency}
    for agency in programme.referrals.agencies:
        if agency.source not in sources:
            yield FolderFault(
                REFERRALS, f"agencies.{agency.agency_id}.source", f"{agency.source} has no agencies.", "Correct it."
            )


def every_card_pays_somebody(programme: Programme) -> Iterator[FolderFault]:
    """A card no provider is on makes its outcomes unreachable."""
    used = {provider.rate_card for provider in programme.provider_list}
    for card in programme.rate_cards:
        if card.card not in used:
            yield FolderFault(
                programme.card_files[card.card, card.version], "card", "No provider is on it.", "Give it a provider."
            )


def every_outcome_can_be_reached(programme: Programme) -> Iterator[FolderFault]:
    """Not without a slot, or a claim allowed, or the outcome that must come first."""
    for file, path, card, rate in _rates(programme):
        if not rate.slots or rate.limit == 0:
            yield FolderFault(file, path, "It can never be claimed.", "Give it a slot and a limit of at least 1.")
        if rate.limit > len(rate.slots):
            yield FolderFault(
                file,
                f"{path}.limit",
                f"{rate.limit} claims are allowed and there are {len(rate.slots)} slots.",
                "Name a slot for each claim.",
            )
        for first in _comes_first(rate):
            if first not in card.codes or first == rate.code:
                yield FolderFault(file, f"{path}.rules", f"{first} must come first and is not on the card.", "Add it.")


def _comes_first(rate: Rate) -> Iterator[str]:
    for rule in rate.judged_by:
        if isinstance(rule, PrerequisiteIsClaimed):
            yield rule.prerequisite
        elif isinstance(rule, EarlierEmploymentHadEnded):
            yield rule.first
        elif isinstance(rule, QuantityIsWhatIsLeftToPay):
            yield rule.paid_as


def every_card_pays_something(programme: Programme) -> Iterator[FolderFault]:
    """A card without outcomes would refuse every claim."""
    for card in programme.rate_cards:
        if not card.rates:
            yield FolderFault(
                programme.card_files[card.card, card.version], "rates", "It pays nothing.", "Add outcomes."
            )


def every_outcome_has_one_row(programme: Programme) -> Iterator[FolderFault]:
    """Or the total would miss it, or count it twice (BR-K8)."""
    for file, path, card, rate in _rates(programme):
        rows = [row for row in programme.kpi.rows if card.card in row.cards and rate.code in row.outcomes]
        if len(rows) != 1:
            yield FolderFault(
                KPI,
                f"rows.{rate.code}",
                f"On the {card.card} tracker it stands on {len(rows)} rows ({file}, {path}).",
                "Put it on one.",
            )


def rows_count_known_outcomes(programme: Programme) -> Iterator[FolderFault]:
    """A tracker's row counts outcomes of cards that there are (BR-K2)."""
    codes = {rate.code for _, _, _, rate in _rates(programme)}
    cards = {card.card for card in programme.rate_cards}
    for row in programme.kpi.rows:
        for code in sorted(set(row.outcomes) - codes):
            yield FolderFault(KPI, f"rows.{row.row}.outcomes", f"{code} is on no rate card.", "Correct it.")
        for card in sorted(set(row.cards) - cards):
            yield FolderFault(KPI, f"rows.{row.row}.cards", f"{card} is no rate card.", "Correct it.")
        if bool(row.outcomes) != (row.kind == "outcome"):
            yield FolderFault(KPI, f"rows.{row.row}", "Outcome rows count outcomes, and no others do.", "Correct it.")


def activity_rows_say_what_they_count(programme: Programme) -> Iterator[FolderFault]:
    """A row that counts nothing would show 0 for ever."""
    for row in programme.kpi.rows_that_count_amiss:
        yield FolderFault(
            KPI,
            f"rows.{row}.counts",
            "Every activity row says what it counts, and no other row does.",
            f'On an activity row write `counts = "…"` with one of: {COUNTABLE}. On another row remove it.',
        )


def targets_are_for_known_rows(programme: Programme) -> Iterator[FolderFault]:
    """Only what is counted row by row can have a target (BR-K3)."""
    kinds = {row.row: row.kind for row in programme.kpi.rows}
    for index, targets in enumerate(programme.kpi.targets):
        for row in sorted(targets.monthly):
            if kinds.get(row, "total") in ("total", "added-value"):
                yield FolderFault(
                    KPI,
                    f"targets[{index}].monthly.{row}",
                    "No target can be set for it.",
                    "Name an activity or outcome row.",
                )


def targets_do_not_overlap(programme: Programme) -> Iterator[FolderFault]:
    """A provider has one target for a row and a month."""
    by_provider: defaultdict[str, list[Period]] = defaultdict(list)
    for index, targets in enumerate(programme.kpi.targets):
        by_provider[targets.provider_id].append((f"targets[{index}]", targets.from_on, targets.until_on))
    for periods in by_provider.values():
        for (_, _, until), (path, since, _) in pairwise(sorted(periods, key=lambda period: period[1])):
            if until is None or until >= since:
                yield FolderFault(KPI, f"{path}.from_on", "It overlaps with earlier targets.", "End the earlier ones.")


def targets_leave_no_month_out(programme: Programme) -> Iterator[FolderFault]:
    """A programme that states targets states them for whoever delivers, month by month, or they count as 0 (S-104)."""
    for provider in programme.provider_list if programme.kpi.targets else ():
        periods = [each for each in programme.kpi.targets if each.provider_id == provider.provider_id]
        due, last = provider.joined_on, provider.left_on or programme.about.ends_on
        for period in sorted(periods, key=lambda each: each.from_on):
            if period.from_on > due:
                break
            due = date.max if period.until_on is None else max(due, period.until_on + timedelta(days=1))
        if due <= last:
            yield FolderFault(
                KPI,
                f"targets.{provider.provider_id}",
                f"{provider.provider_id} has no targets from {due}, and delivers until {last}.",
                "State targets for it, of 0 where none are meant.",
            )


def dates_are_in_order(programme: Programme) -> Iterator[FolderFault]:
    """A programme ends after it began."""
    if programme.about.ends_on < programme.about.starts_on:
        yield FolderFault(ABOUT, "ends_on", "The programme ends before it starts.", "Correct the dates.")


LINTS: tuple[Lint, ...] = (
    dates_are_in_order,
    codes_are_unique,
    every_act_has_a_reason_that_can_be_given,
    reasons_say_what_mends_them,
    closures_without_attempts_are_reasons,
    evidence_kinds_are_known,
    evidence_kinds_are_used,
    every_outcome_asks_for_evidence,
    conditions_are_on_accepted_kinds,
    evidence_is_asked_for_least_intrusive_first,
    self_certification_has_company,
    outcomes_are_counted_alike,
    nothing_follows_itself,
    versions_pay_within_the_programme,
    instruments_are_known,
    every_rule_can_be_met,
    prices_do_not_fall_with_sustainment,
    rate_card_versions_follow_on,
    funding_follows_on,
    shares_are_whole,
    source_shares_are_whole,
    payers_are_known,
    payment_windows_do_not_overlap,
    providers_are_known,
    providers_have_possible_dates,
    provider_cards_are_known,
    specialisms_are_known,
    every_specialism_is_offered,
    pathways_name_what_is_known,
    agencies_have_a_source,
    every_card_pays_somebody,
    every_outcome_can_be_reached,
    every_card_pays_something,
    every_outcome_has_one_row,
    rows_count_known_outcomes,
    activity_rows_say_what_they_count,
    targets_are_for_known_rows,
    targets_do_not_overlap,
    targets_leave_no_month_out,
)


def lint(programme: Programme) -> list[FolderFault]:
    """Everything that does not fit together, in order of file and place; nothing when the programme is sound."""
    return sorted({problem for check in LINTS for problem in check(programme)})


def check_folder(path: Path) -> list[FolderFault]:
    """Read and lint a folder. A folder that cannot be read answers with its problems too, never with a traceback."""
    try:
        return lint(load_folder(path))
    except ProgrammeUnreadable as unreadable:
        return list(unreadable.problems)
