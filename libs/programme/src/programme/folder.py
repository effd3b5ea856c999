"""A programme is a folder of TOML. Reading it gives a `Programme`, or every problem it has: never a traceback."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

import rulebook.rule
from rulebook.rate_card import condition

from .cases import CardGuide, CasesFile, CasesPart, ClosureTerms, OutcomeGuide, ProviderCard
from .money import ClaimsPart, Money
from .partnership import About, Provider, ProvidersFile
from .problem import FolderFault
from .rate_card import CardFile, CardKey, CardUnresolved, Proposing, Rate, RateCard, resolve
from .reasons import ReasonsFile
from .referrals import HubPart, ReferralsFile, WaitingTargets
from .reporting import KpiFile, ProviderName, ReportingPart
from .rule import FactQuestion

ABOUT, PROVIDERS, REFERRALS, CASES, MONEY, KPI, REASONS = (
    "programme.toml",
    "providers.toml",
    "referrals.toml",
    "cases.toml",
    "money.toml",
    "kpi.toml",
    "reasons.toml",
)
CARDS = "rate-cards"
PROPOSING = set(Proposing.model_fields)

FileModel = TypeVar("FileModel", bound=BaseModel)


class ProgrammeUnreadable(Exception):
    """The folder cannot be read as a programme; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[FolderFault]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as its folder says it, and the part of it that each service owns."""

    about: About
    provider_list: tuple[Provider, ...]
    referrals: ReferralsFile
    cases: CasesFile
    money: Money
    kpi: KpiFile
    reasons: ReasonsFile
    rate_cards: tuple[RateCard, ...]
    card_files: dict[CardKey, str]
    """Which file each card was read from."""
    proposing: tuple[Proposing, ...]

    @property
    def programme_id(self) -> str:
        """The programme's code, in every row and token."""
        return self.about.programme_id

    @property
    def provider_cards(self) -> tuple[ProviderCard, ...]:
        """Which rate card pays for which provider, and while it is a partner."""
        return tuple(
            ProviderCard(provider_id=p.provider_id, card=p.rate_card, joined_on=p.joined_on, left_on=p.left_on)
            for p in self.provider_list
        )

    def hub_part(self) -> HubPart:
        """What `referral-hub` accepts: who refers, who delivers, by which rules people are placed."""
        terms = self.referrals.waiting
        values: dict[str, Any] = dict(self.referrals)
        values["waiting"] = WaitingTargets(priority_hours=terms.priority_hours, standard_days=terms.standard_days)
        return HubPart(
            **values,
            programme_id=self.programme_id,
            name=self.about.name,
            starts_on=self.about.starts_on,
            ends_on=self.about.ends_on,
            sandbox=self.about.as_sandbox,
            providers=self.provider_list,
            decline_reasons=self.reasons.codes_for("decline"),
            questions=self.reasons.codes_for("question"),
        )

    def cases_part(self) -> CasesPart:
        """What `case-management` accepts: instruments, kinds of evidence, and guidance per outcome without prices."""
        values: dict[str, Any] = dict(self.cases)
        values["closure"] = ClosureTerms(**dict(self.cases.closure), reasons=self.reasons.codes_for("closure"))
        return CasesPart(
            **values,
            programme_id=self.programme_id,
            sandbox=self.about.as_sandbox,
            guides=tuple(_guide(card) for card in self.rate_cards),
            provider_cards=self.provider_cards,
            restriction_reasons=self.reasons.codes_for("restriction"),
            outcome_withdrawal_reasons=self.reasons.codes_for("outcome-withdrawal"),
        )

    def claims_part(self) -> ClaimsPart:
        """What `claims` accepts: whole rate cards, funding, cap and payment calendar."""
        return ClaimsPart(
            programme_id=self.programme_id,
            starts_on=self.about.starts_on,
            ends_on=self.about.ends_on,
            sandbox=self.about.as_sandbox,
            money=self.money,
            rate_cards=self.rate_cards,
            provider_cards=self.provider_cards,
            proposing=self.proposing,
            reasons=self.reasons.reasons,
            answered_kinds=tuple(each.kind for each in self.cases.evidence_kinds if each.origin == "answered"),
        )

    def reporting_part(self) -> ReportingPart:
        """What `reporting` accepts: the tracker's rows, the targets, and the providers' names."""
        return ReportingPart(
            **dict(self.kpi),
            programme_id=self.programme_id,
            name=self.about.name,
            starts_on=self.about.starts_on,
            ends_on=self.about.ends_on,
            delivery_data_until=self.about.delivery_data_until,
            support_plan_days=self.referrals.waiting.support_plan_days,
            providers=tuple(
                ProviderName.model_validate(provider.model_dump(include=set(ProviderName.model_fields)))
                for provider in self.provider_list
            ),
        )


def load_folder(path: Path) -> Programme:
    """Read a programme folder. Raises `ProgrammeUnreadable` with every problem of every file."""
    reading = _Reading(path)
    about = reading.file(ABOUT, About)
    reading.takes = path.parent / about.takes if about and about.takes else None
    providers = reading.file(PROVIDERS, ProvidersFile)
    referrals, cases = reading.file(REFERRALS, ReferralsFile), reading.file(CASES, CasesFile)
    money, kpi = reading.file(MONEY, Money), reading.file(KPI, KpiFile)
    reasons = reading.file(REASONS, ReasonsFile)
    cards = reading.cards()
    if not (about and providers and referrals and cases and money and kpi and reasons) or reading.problems:
        raise ProgrammeUnreadable(reading.problems)
    return Programme(
        about=about,
        provider_list=providers.providers,
        referrals=referrals,
        cases=cases,
        money=money,
        kpi=kpi,
        reasons=reasons,
        rate_cards=_resolved(cards),
        card_files={card.key: name for name, card in cards.items()},
        proposing=tuple(Proposing.model_validate(card.model_dump(include=PROPOSING)) for card in cards.values()),
    )


class _Reading:
    """One go at a folder, gathering problems on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.takes: Path | None = None
        """Where a file is read that is not here."""
        self.problems: list[FolderFault] = []

    def file(self, name: str, model: type[FileModel]) -> FileModel | None:
        try:
            return model.model_validate(tomllib.loads(self._place(name).read_text(encoding="utf-8")))
        except ValidationError as error:
            self.problems.extend(_problem(name, each["loc"], each["msg"]) for each in error.errors())
        except tomllib.TOMLDecodeError as error:
            self.problems.append(FolderFault(name, "", f"It is not TOML: {error}.", "Correct the file."))
        except UnicodeDecodeError:
            self.problems.append(FolderFault(name, "", "It is not text in UTF-8.", "Save it as UTF-8."))
        except OSError:
            self.problems.append(
                FolderFault(name, "", "The file is missing or cannot be read.", "Add it to the folder.")
            )
        return None

    def cards(self) -> dict[str, CardFile]:
        names = sorted(f"{CARDS}/{path.name}" for path in self._place(CARDS).glob("*.toml"))
        if not names:
            self.problems.append(FolderFault(CARDS, "", "There is no rate card.", f"Add one under {CARDS}/."))
        files = ((name, self.file(name, CardFile)) for name in names)
        return {name: card for name, card in files if card is not None}

    def _place(self, name: str) -> Path:
        here = self.folder / name
        return here if self.takes is None or here.exists() else self.takes / name


def _resolved(cards: dict[str, CardFile]) -> tuple[RateCard, ...]:
    try:
        return resolve(tuple(cards.values()))
    except CardUnresolved as error:
        name = next(name for name, card in cards.items() if card.key == error.key)
        raise ProgrammeUnreadable(
            [FolderFault(name, "takes", error.problem, "Say each version once, and take what is there.")]
        ) from None


def _problem(name: str, loc: tuple[int | str, ...], message: str) -> FolderFault:
    remedy = "Remove it, or correct its name." if message.startswith("Extra inputs") else "Correct the value."
    return FolderFault(name, _key_path(loc), f"{message}.", remedy)


def _key_path(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _guide(card: RateCard) -> CardGuide:
    return CardGuide(
        card=card.card,
        version=card.version,
        in_force_from=card.in_force_from,
        in_force_until=card.in_force_until,
        plans=tuple(sorted({kind for rate in card.rates for rule in rate.judged_by for kind in rule.plan_kinds})),
        outcomes=tuple(_outcome_guide(rate) for rate in card.rates),
    )


def _outcome_guide(rate: Rate) -> OutcomeGuide:
    values: dict[str, Any] = {name: getattr(rate, name) for name in OutcomeGuide.model_fields if hasattr(rate, name)}
    return OutcomeGuide(**values, outcome=rate.code, facts=facts_asked(rate))


def facts_asked(rate: Rate) -> tuple[FactQuestion, ...]:
    """Every fact a rate's rules and evidence conditions look at, each once."""
    conditions = (condition(kind, fact) for kind, fact in rate.evidence.only_if.items())
    return tuple(FactQuestion.of(fact) for fact in rulebook.rule.facts_asked(rate.judged_by, conditions))
