"""The kinds of rule a rate card may name. What each means is code in claims; here are its name and parameters."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .model import BasisPoints, Count, FactName, Model, OutcomeCode, Pence, Sentence, Slug

Stage = Literal["referral", "initial", "second", "third", "later"]


class FactAsked(Model):
    """A fact a rule asks for, so that a form can ask for it too."""

    name: FactName
    type: Literal["yes-no", "number", "date", "code"]
    about: Sentence
    """The question, in words. Pence and hours are said where they are meant."""
    needed: bool = True
    """Whether the rule cannot tell without it, whatever else is recorded."""
    codes: tuple[Slug, ...] = ()
    """The answers to choose from, where the card lists them."""


def asks(name: str, type: Literal["yes-no", "number", "date", "code"], about: str, *, needed: bool = True) -> FactAsked:
    return FactAsked(name=name, type=type, about=about, needed=needed)


SELF_EMPLOYED = asks("self_employed", "yes-no", "Is this self-employment?", needed=False)
EMPLOYMENT_START = asks("employment_started_on", "date", "On which day did this employment, or trading, begin?")


class Terms(Model):
    """One rule of a rate; its `kind` is the name of the function in claims, its other fields that one's parameters."""

    illustrative: bool = False
    """A figure among the parameters is ours."""

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        """What it asks for."""
        return ()


class Prerequisite(Terms):
    kind: Literal["prerequisite_is_claimed"]
    prerequisite: OutcomeCode


class EntryAfterServiceStart(Terms):
    kind: Literal["entry_followed_service_start"]
    fact: FactName

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks(self.fact, "date", "On which day did it begin?"),)


class SupportLasted(Terms):
    kind: Literal["support_lasted"]
    months: Count


class SupportStillGiven(Terms):
    kind: Literal["support_was_still_given"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks("support_ended_on", "date", "If support has ended: on which day?", needed=False),)


class EnoughItems(Terms):
    kind: Literal["items_are_enough"]
    item_kind: Slug
    count: Count


PlanKind = Literal["support", "safety"]


class PlanAgreed(Terms):
    kind: Literal["plan_was_agreed"]
    plan: PlanKind


class AssessmentMade(Terms):
    kind: Literal["assessment_was_made"]
    instrument: Slug
    stage: Stage


class AssessmentAfterInitial(Terms):
    kind: Literal["assessment_came_after_initial"]
    instrument: Slug
    stage: Stage
    months: Count


class ScoreRose(Terms):
    kind: Literal["score_rose"]
    instrument: Slug
    stage: Stage
    points: Count


class ScoreFell(Terms):
    kind: Literal["score_fell"]
    instrument: Slug
    points: Count


class AccommodationSustained(Terms):
    kind: Literal["accommodation_was_sustained"]
    months: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("housed_at_referral", "yes-no", "Was the participant housed on the day of referral?"),
            asks("entered_accommodation_on", "date", "If not: on which day did they move in?", needed=False),
            asks("resettled_on", "date", "If lost since: on which day did they move in again?", needed=False),
        )


class MovesPlanned(Terms):
    kind: Literal["every_move_was_planned"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks("every_move_planned", "yes-no", "Has there been no eviction or abandonment since?"),)


class NotTemporary(Terms):
    kind: Literal["home_was_not_temporary"]
    plans: tuple[Slug, ...]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("in_temporary_supported_accommodation", "yes-no", "In refuge or supported accommodation for a time?"),
            asks("dual_support_reason", "code", "If so: complex, high-risk or non-engagement?", needed=False),
        )


class EmploymentBegun(Terms):
    kind: Literal["employment_had_begun"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            SELF_EMPLOYED,
            asks("offer_accepted", "yes-no", "If employed: was an offer made and accepted?", needed=False),
            asks("first_day_attended", "yes-no", "If employed: was the first day attended?", needed=False),
            asks("trading_started", "yes-no", "If self-employed: has trading started?", needed=False),
        )


class SelfCertifiedEmployment(Terms):
    kind: Literal["self_certified_employment_is_detailed"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        said = {"employer_recorded": "employer's name", "role_recorded": "role", "salary_recorded": "salary"}
        words = "If self-certified: is the {} recorded in the case note?"
        return tuple(asks(name, "yes-no", words.format(what), needed=False) for name, what in said.items())


class ContractInPlace(Terms):
    kind: Literal["contract_was_in_place"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (SELF_EMPLOYED, asks("contract_in_place", "yes-no", "Is there a contract of employment?", needed=False))


class EarningsReached(Terms):
    """A row of the Earnings Table (S-95), which the sources mention and do not print."""

    kind: Literal["earnings_reached_the_table"]
    employed_pence: Pence
    """Accumulated gross earnings."""
    self_employed_pence: Pence
    """Invoiced revenue."""
    hours_per_week: Count
    weeks: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        within = f"If self-employed: hours worked within {self.weeks} weeks."
        return (
            SELF_EMPLOYED,
            asks("earned_pence", "number", "If employed: gross earnings so far, in pence.", needed=False),
            asks("invoiced_pence", "number", "If self-employed: revenue invoiced so far, in pence.", needed=False),
            asks("self_employed_hours", "number", within, needed=False),
        )


class NotStableAtReferral(Terms):
    kind: Literal["employment_was_not_stable_at_referral"]
    months: Count
    gap_days: Count
    crisis_needs_agreement: bool

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("in_work_at_referral", "yes-no", "Was the participant in work on the day of referral?"),
            asks("in_work_since", "date", "If so: since which day?", needed=False),
            asks("longest_gap_days", "number", "If so: the longest gap between roles, in days.", needed=False),
            asks("point_of_crisis", "yes-no", "If so: did a crisis put the work at risk?", needed=False),
        )


class EarlierEmploymentEnded(Terms):
    kind: Literal["earlier_employment_had_ended"]
    first: OutcomeCode
    not_before: date

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            EMPLOYMENT_START,
            asks("previous_employment_ended_on", "date", "On which day did the first employment end?"),
        )


class EducationTakenUp(Terms):
    kind: Literal["education_was_taken_up"]
    sessions: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("unaccredited", "yes-no", "Is the course unaccredited?", needed=False),
            asks("sessions_attended", "number", "If accredited: sessions attended so far.", needed=False),
        )


class QualificationApproved(Terms):
    kind: Literal["qualification_is_approved"]
    credits: Count
    level: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("ofqual_number", "code", "The qualification's Ofqual number."),
            asks("ofqual_level", "number", "Its level."),
            asks("credits", "number", "Credits earned."),
        )


class SecondQualificationDiffers(Terms):
    kind: Literal["second_qualification_differs"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks("ofqual_subject", "code", "The qualification's subject."),)


class PlacementLasted(Terms):
    kind: Literal["placement_lasted"]
    weeks: Count
    hours_per_week: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("placement_started_on", "date", "On which day did the placement begin?"),
            asks("placement_hours", "number", "Hours given so far."),
        )


class ServiceAccessed(Terms):
    kind: Literal["service_was_accessed"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("already_receiving_service", "yes-no", "Was an appropriate service already being received?"),
            asks("accepted_by_service", "yes-no", "Has the service accepted the referral?", needed=False),
            asks("gp_treatment_programme", "yes-no", "Mental health: a GP's treatment programme?", needed=False),
            asks("initial_appointment_attended", "yes-no", "Substance misuse: first appointment kept?", needed=False),
        )


class EngagementSustained(Terms):
    kind: Literal["engagement_was_sustained"]
    months: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("engaged_from_on", "date", "Attending since which day?"),
            asks("discharged_on", "date", "If discharged: on which day?", needed=False),
        )


class FinancesResilient(Terms):
    kind: Literal["finances_are_resilient"]
    routes: tuple[Slug, ...]
    months_paid: Count
    debt_pence: Pence

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            FactAsked(name="route", type="code", about="By which route?", codes=self.routes),
            asks("months_paid", "number", "Arrears: months paid under the plan.", needed=False),
            asks("debt_pence", "number", "Arrears: what is still owed, in pence.", needed=False),
        )


class Confirmed(Terms):
    kind: Literal["these_were_confirmed"]
    facts: tuple[FactName, ...]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return tuple(asks(name, "yes-no", f"{name.replace('_', ' ').capitalize()}?") for name in self.facts)


class CodeListed(Terms):
    kind: Literal["code_is_one_of"]
    fact: FactName
    codes: tuple[Slug, ...]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        about = f"Which {self.fact.replace('_', ' ')}?"
        return (FactAsked(name=self.fact, type="code", about=about, codes=self.codes),)


class NumberEnough(Terms):
    kind: Literal["number_is_enough"]
    fact: FactName
    least: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks(self.fact, "number", f"{self.fact.replace('_', ' ').capitalize()}?"),)


class SupportHadEndedBefore(Terms):
    kind: Literal["support_had_ended_before"]
    months: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (asks("earlier_support_ended_on", "date", "On which day did the earlier support end?"),)


class ContactAfterSupport(Terms):
    kind: Literal["contact_after_support_was_agreed"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        about = "If support has ended: did the participant agree to be asked afterwards?"
        return (
            asks("support_ended_on", "date", "If support has ended: on which day?", needed=False),
            asks("contact_after_support_agreed", "yes-no", about, needed=False),
        )


class MeasureSetBeforehand(Terms):
    kind: Literal["measure_was_set_beforehand"]
    days: Count

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("goal_is_the_participants_own", "yes-no", "Did the participant set this goal for themself?"),
            asks("measure_set_on", "date", "On which day was it agreed how the goal is measured?"),
        )


PERIOD_BEGAN = asks("period_began_on", "date", "On which day did these weeks begin?")


class WeeksPassed(Terms):
    kind: Literal["weeks_have_passed"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (PERIOD_BEGAN,)


class WeeksCountedOnce(Terms):
    kind: Literal["weeks_are_counted_once"]

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (PERIOD_BEGAN,)


class Compared(Terms):
    """A rule about a cohort and the group it is compared with."""

    @property
    def asked(self) -> tuple[FactAsked, ...]:
        return (
            asks("cohort_size", "number", "How many people are in the cohort?"),
            asks("cohort_events", "number", "How many events were there among them?"),
            asks("comparison_size", "number", "How many people are they compared with?"),
            asks("comparison_events", "number", "How many events were there among those?"),
        )


class CohortLargeEnough(Compared):
    kind: Literal["cohort_is_large_enough"]
    people: Count


class EventsFellEnough(Compared):
    kind: Literal["events_fell_enough"]
    basis_points: BasisPoints


class QuantityAvoided(Compared):
    kind: Literal["quantity_is_what_was_avoided"]


class QuantityLeft(Compared):
    """A catch-up over cohorts that have or have not been paid one by one."""

    kind: Literal["quantity_is_what_is_left_to_pay"]
    paid_as: OutcomeCode


AnyTerms = Annotated[
    Prerequisite
    | EntryAfterServiceStart
    | SupportLasted
    | SupportStillGiven
    | EnoughItems
    | PlanAgreed
    | AssessmentMade
    | AssessmentAfterInitial
    | ScoreRose
    | ScoreFell
    | AccommodationSustained
    | MovesPlanned
    | NotTemporary
    | EmploymentBegun
    | SelfCertifiedEmployment
    | ContractInPlace
    | EarningsReached
    | NotStableAtReferral
    | EarlierEmploymentEnded
    | EducationTakenUp
    | QualificationApproved
    | SecondQualificationDiffers
    | PlacementLasted
    | ServiceAccessed
    | EngagementSustained
    | FinancesResilient
    | Confirmed
    | CodeListed
    | SupportHadEndedBefore
    | ContactAfterSupport
    | MeasureSetBeforehand
    | WeeksPassed
    | WeeksCountedOnce
    | CohortLargeEnough
    | EventsFellEnough
    | QuantityAvoided
    | QuantityLeft
    | NumberEnough,
    Field(discriminator="kind"),
]
"""Any rule, told apart by its kind."""
