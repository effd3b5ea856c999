"""The tracker counted anew from everything announced, day by day: what the tally must come to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from common.contracts import Event, cases, claims, referrals
from common.ids import new_id
from reporting.domain.month import month_after
from tests.reporting.story import an

PROVIDERS = ("horton", "connect", "pdap")
CODES = ("ACC_3M", "DA_TECH", "WB_IMPROVED")
MONTHS = tuple(month_after(date(2019, 9, 1), number) for number in range(6))
NEXT: dict[type[Event], tuple[type[Event], ...]] = {
    claims.ClaimRaised: (claims.ClaimApproved, claims.EvidenceReturned, claims.ClaimRefused, claims.ClaimWithdrawn),
    claims.EvidenceReturned: (claims.ClaimRevised, claims.ClaimWithdrawn),
    claims.ClaimRevised: (claims.ClaimApproved, claims.EvidenceReturned),
    claims.ClaimApproved: (claims.ClaimSubmitted, claims.EvidenceReturned, claims.ClaimWithdrawn),
    claims.ClaimSubmitted: (claims.ClaimVerified, claims.ClaimQueried, claims.ClaimRefused),
    claims.ClaimQueried: (claims.ClaimRevised, claims.ClaimVerified),
    claims.ClaimRefused: (claims.ClaimReopened, claims.RefusalUndone),
    claims.RefusalUndone: (claims.ClaimVerified,),
    claims.VerificationUndone: (claims.ClaimVerified, claims.ClaimRefused),
    claims.ClaimWithdrawn: (claims.ClaimReopened,),
    claims.ClaimReopened: (claims.ClaimApproved,),
    claims.ClaimVerified: (claims.ClaimAdjusted, claims.VerificationUndone),
    claims.ClaimAdjusted: (claims.ClaimVerified,),
}
"""Some of the ways on; a story may stop anywhere."""


def a_life(chance: Random) -> list[Event]:
    """Somebody's referral, placement and outcome, with corrections and second thoughts, in the order they happened."""
    person = new_id()
    lead = chance.choice(PROVIDERS)
    told: dict[str, Any] = {"provider_id": lead}
    named: dict[str, Any] = told | {"outcome": chance.choice(CODES), "outcome_id": new_id()}
    contributors = tuple(chance.sample(PROVIDERS, chance.choice((0, 0, 1, 2))))
    story: list[Event] = [
        an(referrals.ReferralReceived, person, referred_on=_a_day(chance)),
        an(referrals.ParticipantAllocated, person, allocated_on=_a_day(chance), **told),
    ]
    if chance.random() < 0.2:
        story.append(an(referrals.ReferralCorrected, person, referred_on=_a_day(chance), **told))
    if chance.random() < 0.3:
        ended = chance.choice((referrals.AllocationDeclined, referrals.AllocationWithdrawn))
        return [*story, an(ended, person, **told)]
    story.append(an(cases.CaseStarted, person, started_on=_a_day(chance), **told))
    if chance.random() < 0.3:
        story.append(an(cases.CaseStartCorrected, person, started_on=_a_day(chance), **told))
    if chance.random() < 0.1:
        return [*story, an(cases.CaseStartWithdrawn, person, **told)]
    story += _a_drop_in(chance, person, told)
    achieved: dict[str, Any] = {"achieved_on": _a_day(chance)}
    story.append(an(cases.OutcomeRecorded, person, **named, **achieved))
    if chance.random() < 0.2:
        return story
    joint: dict[str, Any] = {"contributors": contributors}
    story.append(an(cases.OutcomeEvidenced, person, **named, **achieved, **joint))
    step: type[Event] = claims.ClaimRaised
    revision = 1
    for _ in range(chance.randint(1, 9)):
        if step is claims.ClaimRevised:
            revision, achieved = revision + 1, {"achieved_on": _a_day(chance)}
            story.append(an(cases.OutcomeEvidenced, person, **named, **achieved, **joint, revision=revision))
        story.append(an(step, person, **named, **_said(chance, step)))
        if step not in NEXT:
            break
        step = chance.choice(NEXT[step])
    if chance.random() < 0.2:
        story.append(an(cases.OutcomeWithdrawn, person, **told, outcome_id=named["outcome_id"]))
    return story


def _a_drop_in(chance: Random, person: UUID, told: dict[str, Any]) -> list[Event]:
    """None, or one recorded, perhaps on a wrong day, perhaps by mistake."""
    steps = (referrals.DropInRecorded, referrals.DropInCorrected, referrals.DropInWithdrawn)[: chance.randint(0, 3)]
    return [
        an(step, person, **told, **({"dropped_in_on": _a_day(chance)} if "dropped_in_on" in step.model_fields else {}))
        for step in steps
    ]


def _said(chance: Random, step: type[Event]) -> dict[str, Any]:
    if step is claims.ClaimApproved:
        return {"approved_on": _a_day(chance)}
    if step is claims.ClaimRefused:
        return {"refusals": (chance.choice(("evidence_missing", "already_claimed", "not_on_rate_card")),)}
    return {}


def _a_day(chance: Random) -> date:
    return MONTHS[0] + timedelta(days=chance.randint(0, 180))


Counted = dict[tuple[str, str], int]
"""By outcome or activity, and place."""


def recounted(events: Sequence[Event], provider: str | None, month: date) -> Counted:
    """What a tracker of one provider, or of the partnership, counts to the end of a month."""
    last_day = month_after(month) - timedelta(days=1)
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in _outcomes(events):
        if outcome.get("achieved_on", date.max) <= last_day and (place := _place(outcome, last_day)):
            if provider in (None, outcome["lead"]):
                counts[outcome["code"], place] += 1
            if place == "achieved":
                beside = set(outcome.get("contributors", ())) - {outcome["lead"]}
                counts[outcome["code"], "contributed"] += len(beside if provider is None else beside & {provider})
    counts.update(_activity(events, provider, last_day))
    return {key: count for key, count in counts.items() if count}


def _place(outcome: dict[str, Any], last_day: date) -> str | None:
    state = outcome.get("state")
    if state == "withdrawn" or "taken_back" in outcome or ("withdrawn" in outcome and state != "verified"):
        return None
    if state == "refused" and outcome["refusals"] & {"already_claimed", "not_on_rate_card"}:
        return "added-value"
    accepted = outcome.get("approved_on", date.max) <= last_day
    return "achieved" if accepted and state in ("approved", "submitted", "queried", "verified") else "outstanding"


def _outcomes(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    """Every outcome as its last event of each topic left it."""
    outcomes: dict[UUID, dict[str, Any]] = {}
    for event in events:
        if not isinstance(
            event, cases.OutcomeRecorded | cases.OutcomeEvidenced | cases.OutcomeWithdrawn | claims.ClaimEvent
        ):
            continue
        known = outcomes.setdefault(event.outcome_id, {})
        match event:
            case cases.OutcomeWithdrawn():
                known["withdrawn"] = True
            case cases.OutcomeRecorded():
                known |= {"lead": event.provider_id, "code": event.outcome, "achieved_on": event.achieved_on}
            case cases.OutcomeEvidenced():
                known |= {"achieved_on": event.achieved_on, "contributors": event.contributors}
            case claims.ClaimAdjusted():
                known["taken_back"] = True
            case claims.ClaimVerified():
                known["state"] = "verified"
                known.pop("taken_back", None)
            case _:
                known["state"] = event.state_after
        if isinstance(event, claims.ClaimApproved):
            known["approved_on"] = event.approved_on
        if isinstance(event, claims.ClaimRefused):
            known["refusals"] = set(event.refusals)
    return outcomes.values()


def _activity(events: Iterable[Event], provider: str | None, last_day: date) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for event in events:
        match event:
            case referrals.ReferralReceived() if provider is None:
                said = [
                    one.referred_on
                    for one in events
                    if isinstance(one, referrals.ReferralCorrected) and one.referral_id == event.referral_id
                ]
                counts["referrals", "activity"] += [event.referred_on, *said][-1] <= last_day
            case referrals.ParticipantAllocated() if provider == event.provider_id:
                kept = not any(
                    isinstance(one, referrals.AllocationDeclined | referrals.AllocationWithdrawn)
                    and one.allocation_id == event.allocation_id
                    for one in events
                )
                counts["referrals", "activity"] += kept and event.allocated_on <= last_day
            case referrals.DropInRecorded() if provider in (None, event.provider_id):
                last = [
                    one
                    for one in events
                    if isinstance(one, referrals.DropInRecorded | referrals.DropInCorrected | referrals.DropInWithdrawn)
                    and one.drop_in_id == event.drop_in_id
                ][-1]
                counts["drop-ins", "activity"] += getattr(last, "dropped_in_on", date.max) <= last_day
            case cases.CaseStarted() if provider in (None, event.provider_id):
                days = [
                    one.started_on
                    for one in events
                    if isinstance(one, cases.CaseStartCorrected) and one.case_id == event.case_id
                ]
                stands = not any(
                    isinstance(one, cases.CaseStartWithdrawn) and one.case_id == event.case_id for one in events
                )
                counts["new-starts", "activity"] += stands and [event.started_on, *days][-1] <= last_day
            case _:
                pass
    return counts
