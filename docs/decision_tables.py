"""One page a programme: each outcome as a decision table, from the folder's data and the rules' own sentences."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from claims.domain.eligibility import ALWAYS, KINDS, Rule
from programme import Programme, Rate, RateCard, facts_asked, load_folder
from programme.rate_card import Evidence
from programme.rule import Terms


def decision_tables(folders: Path) -> dict[str, str]:
    """File name → page, for every folder under `programmes/`."""
    programmes = (load_folder(path) for path in sorted(folders.iterdir()) if (path / "programme.toml").exists())
    return {f"{programme.programme_id}.md": page(programme) for programme in programmes}


def page(programme: Programme) -> str:
    lines = [
        f"# Decision tables: {programme.about.name}",
        "",
        f"Generated from `programmes/{programme.programme_id}` and the rules in `claims.domain` by `make docs`; do not",
        "edit. An outcome can be claimed when every row holds; each that does not is told at once, with its remedy. A",
        "row that lacks a fact cannot tell, which is no pass. Prices are marked where they are illustrative.",
        "",
        "| card | version | in force | outcomes |",
        "|---|---|---|---|",
        *(f"| {c.card} | {c.version} | {_dates(c)} | {len(c.rates)} |" for c in programme.rate_cards),
        "",
        "## Asked of every outcome",
        "",
        "| rule | meaning |",
        "|---|---|",
        *(f"| {_sentence(rule)} | {_meaning(rule)} |" for rule in ALWAYS),
    ]
    for card in programme.rate_cards:
        for rate in card.rates:
            if versions := _versions_first_said_here(programme, card, rate):
                lines += ["", *_outcome(card, rate, versions)]
    return "\n".join(lines) + "\n"


def _versions_first_said_here(programme: Programme, card: RateCard, rate: Rate) -> list[str]:
    """Each card and version on which the outcome stands just so, if this is the first of them."""
    same = [each for each in programme.rate_cards if rate in each.rates]
    return [f"{each.card} {each.version}" for each in same] if same[0] == card else []


def _outcome(card: RateCard, rate: Rate, versions: Iterable[str]) -> Iterator[str]:
    yield f"## {rate.code}: {rate.title} ({card.card} {card.version})"
    yield ""
    yield f"{rate.definition} On: {', '.join(versions)}."
    yield ""
    yield "| what | terms |"
    yield "|---|---|"
    yield f"| price | {_price(rate)} |"
    yield f"| claims for one {rate.subject} | {rate.limit}, as: {', '.join(rate.slots)} |"
    if rate.paid_units is not None:
        yield f"| paid in the whole programme | {rate.paid_units} ({rate.unit}); more is verified and not paid |"
    yield from (f"| {what} | {kinds} |" for what, kinds in _evidence(rate.evidence))
    yield ""
    yield "| rule | parameters | meaning |"
    yield "|---|---|---|"
    yield from (f"| {_sentence(KINDS[t.kind])} | {_parameters(t)} | {_meaning(KINDS[t.kind])} |" for t in rate.rules)
    if asked := facts_asked(rate):
        yield ""
        yield "| fact | answer | question |"
        yield "|---|---|---|"
        yield from (f"| `{f.name}` | {f.type}{'' if f.needed else ', where it applies'} | {f.about} |" for f in asked)


def _evidence(evidence: Evidence) -> Iterator[tuple[str, str]]:
    names = {
        "all_of": "evidence: all of",
        "any_of": "evidence: any one of, least intrusive first",
        "plus": "evidence: and one of",
        "supporting": "evidence: welcome beside it",
    }
    for name, words in names.items():
        kinds: tuple[str, ...] = getattr(evidence, name)
        conditions = evidence.only_if
        if kinds:
            yield words, ", ".join(f"{k} (if {conditions[k]})" if k in conditions else k for k in kinds)


def _price(rate: Rate) -> str:
    pounds = f"£{rate.price_pence // 100:,}.{rate.price_pence % 100:02d}"
    each = "" if rate.unit == "outcome" else f" for each {rate.unit}, at most {rate.most_per_claim} in one claim"
    return f"{pounds}{each}{' (illustrative)' if rate.illustrative else ''}"


def _dates(card: RateCard) -> str:
    until = "on" if card.in_force_until is None else f"to {card.in_force_until}"
    return f"from {card.in_force_from} {until}{' (illustrative)' if card.illustrative else ''}"


def _sentence(rule: Rule) -> str:
    return rule.name.replace("_", " ").capitalize()


def _meaning(rule: Rule) -> str:
    return " ".join((rule.decide.__doc__ or "").strip().split("\n\n")[0].split())


def _parameters(terms: Terms) -> str:
    given = terms.model_dump(mode="json", exclude={"kind", "illustrative"})
    shown = (f"{name} = {', '.join(v) if isinstance(v, list) else v}" for name, v in given.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
    return "; ".join(shown) + (" (illustrative)" if terms.illustrative else "")
