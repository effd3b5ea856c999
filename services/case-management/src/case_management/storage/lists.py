"""The lists of this service: in which orders they come, and by what they are narrowed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, text

from case_management.domain.case import CaseState, Phase
from case_management.domain.correction import CorrectionKind
from case_management.domain.fund import FundRequestState
from case_management.domain.outcome import OutcomeState
from case_management.storage.evidence import is_cited
from case_management.storage.same_files import same_file_decided
from case_management.storage.tables.cases import OPEN, CaseRow, CorrectionRow
from case_management.storage.tables.documents import DocumentRow
from case_management.storage.tables.external_ids import ExternalIdRow
from case_management.storage.tables.fund import FundRequestRow, InnovationRow
from case_management.storage.tables.outcomes import OutcomeRow
from case_management.storage.tables.participants import AccessRow, AliasRow
from case_management.storage.tables.support import AssessmentRow, NoteRow
from common.clock import LONDON
from common.contracts import Code
from common.lists import (
    Column,
    Condition,
    Filter,
    Listing,
    Order,
    changes,
    equal,
    few,
    having,
    month_in,
    month_of,
    queue,
    unindexed,
    within,
)
from common.web.fields import BusinessDay, ShortCode
from common.web.http.external_ids import by_external_id, external_ids_of
from rulebook.outcome import AssessmentStage

Thing = Literal["case", "outcome"]
EXTERNAL_IDS = external_ids_of(ExternalIdRow, Thing)
NOTES_WHOLE = frozenset({"caseworker", "provider-manager", "provider-system", "prime-manager"})
"""Who reads all that is noted of a case, and so may ask by it (BR-N1)."""


def _of_person(participant_id: UUID) -> Condition:
    """Under this id, or one merged with it."""
    survivor = func.coalesce(
        select(AliasRow.survivor_id).where(AliasRow.alias_id == participant_id).scalar_subquery(), participant_id
    )
    aliases = select(AliasRow.alias_id).where(AliasRow.survivor_id == survivor)
    return CaseRow.participant_id.in_(select(survivor).union_all(aliases, select(literal(participant_id))))


def _without_plan(said: bool) -> Condition:
    return and_(CaseRow.planned_on.is_(None), text("state <> 'closed'")) if said else CaseRow.planned_on.is_not(None)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def seen_by(organisation: str, *, whole: bool) -> Condition:
    """A provider's own cases, and those it works on jointly; `whole`: of which it may read everything.

    `offset 0` has it looked up for each case that is read: a page looks at few, and an organisation sees many.
    """
    access = select(AccessRow.id).where(
        AccessRow.case_id == CaseRow.id, AccessRow.organisation_id == organisation, AccessRow.until_on.is_(None)
    )
    return (access.where(AccessRow.shareable_only.is_(False)) if whole else access).offset(0).exists()


FUND_REQUESTS = Listing(
    FundRequestRow,
    orders={"requested": Order((FundRequestRow.requested_on, FundRequestRow.id))},
    usual="-requested",
    filters={
        "state": equal(FundRequestRow.state, FundRequestState),
        "provider": equal(FundRequestRow.provider_id, ShortCode),
        "category": equal(FundRequestRow.category, ShortCode),
        "case_id": few(FundRequestRow.case_id, UUID),
        "participant_id": few(FundRequestRow.participant_id, UUID),
        "month": month_of(FundRequestRow.requested_on, "requested"),
    },
)
FUND_REQUESTS_OF_CASE = replace(
    FUND_REQUESTS,
    of=("case_id",),
    filters={
        "state": unindexed(FundRequestRow.state, FundRequestState),
        "category": unindexed(FundRequestRow.category, ShortCode),
        "month": month_in(FundRequestRow.requested_on),
    },
)
INNOVATIONS = Listing(
    InnovationRow,
    orders={"requested": Order((InnovationRow.requested_on, InnovationRow.id))},
    usual="-requested",
    filters={
        "state": unindexed(InnovationRow.state, FundRequestState),
        "provider": unindexed(InnovationRow.provider_id, ShortCode),
        "outcome": unindexed(InnovationRow.outcome, Code),
        "month": month_in(InnovationRow.requested_on),
    },
)
NOTES = Listing(
    NoteRow,
    orders={"noted": Order((NoteRow.noted_on, NoteRow.id))},
    usual="noted",
    of=("case_id",),
    filters={
        "author": unindexed(NoteRow.author, Code),
        "provider": unindexed(NoteRow.organisation_id, ShortCode),
        "channel": unindexed(NoteRow.channel, ShortCode),
        "attempt": unindexed(NoteRow.attempt, bool),
        "shareable": unindexed(NoteRow.shareable, bool),
        "corrects": unindexed(NoteRow.corrects, UUID),
        "month": month_in(NoteRow.noted_on),
    },
)
CORRECTIONS = Listing(
    CorrectionRow,
    orders={"made": Order((CorrectionRow.id,))},
    usual="made",
    of=("case_id",),
    filters={"of_id": unindexed(CorrectionRow.of_id, UUID), "kind": unindexed(CorrectionRow.kind, CorrectionKind)},
)


def _case_of_person(participant_id: UUID) -> Select[UUID]:
    return select(CaseRow.id).where(_of_person(participant_id))


def _case_of_worker(worker: str) -> Select[UUID]:
    return select(CaseRow.id).where(CaseRow.worker == worker)


def _of_cases(case_id: Column) -> dict[str, Filter]:
    """How parts of cases are found by what their cases are."""
    person = Filter(UUID, lambda participant_id: case_id.in_(_case_of_person(participant_id)), ("case_id",), few=True)
    worker = Filter(Code, lambda worker: case_id.in_(_case_of_worker(worker)), ("case_id",), few=True)
    return {"case_id": few(case_id, UUID), "participant_id": person, "worker": worker}


def _days(column: Column, order: str) -> dict[str, Filter]:
    """A month of days, or a stretch of them."""
    return {
        "month": month_of(column, order),
        "from_day": within(order, BusinessDay, lambda day: column >= day),
        "to_day": within(order, BusinessDay, lambda day: column <= day),
    }


OUTCOMES = Listing(
    OutcomeRow,
    orders={"achieved": Order((OutcomeRow.achieved_on, OutcomeRow.id))},
    usual="-achieved",
    changed=changes(OutcomeRow.changed_in, OutcomeRow.id),
    filters={
        **_of_cases(OutcomeRow.case_id),
        "external_id": by_external_id(ExternalIdRow, OutcomeRow.id, "outcome"),
        "state": equal(OutcomeRow.state, OutcomeState),
        "provider": equal(OutcomeRow.provider_id, ShortCode),
        "outcome": equal(OutcomeRow.outcome, Code),
        **_days(OutcomeRow.achieved_on, "achieved"),
    },
)
ASSESSMENTS = Listing(
    AssessmentRow,
    orders={"assessed": Order((AssessmentRow.assessed_on, AssessmentRow.id))},
    usual="-assessed",
    changed=changes(AssessmentRow.changed_in, AssessmentRow.id),
    filters={
        **_of_cases(AssessmentRow.case_id),
        "provider": equal(AssessmentRow.provider_id, ShortCode),
        "instrument": equal(AssessmentRow.instrument, ShortCode),
        "stage": equal(AssessmentRow.stage, AssessmentStage),
        "withdrawn": having(AssessmentRow.withdrawn_on, "assessed"),
        **_days(AssessmentRow.assessed_on, "assessed"),
    },
)
AS_ADDED = Order((DocumentRow.added_at, DocumentRow.id))
DOCUMENTS = Listing(
    DocumentRow,
    orders={"added": AS_ADDED},
    usual="-added",
    changed=changes(DocumentRow.changed_in, DocumentRow.id),
    filters={
        **_of_cases(DocumentRow.case_id),
        "provider": equal(DocumentRow.organisation_id, ShortCode),
        "kind": equal(DocumentRow.kind, ShortCode),
        "cited": within("added", bool, lambda so: is_cited(DocumentRow) if so else ~is_cited(DocumentRow)),
        "from_day": within("added", BusinessDay, lambda day: DocumentRow.added_at >= _begins(day)),
        "to_day": within("added", BusinessDay, lambda day: DocumentRow.added_at < _begins(day + timedelta(days=1))),
    },
)
DOCUMENT_CHECKS = Listing(
    DocumentRow, orders={"added": AS_ADDED}, usual="added", filters={"case_id": few(DocumentRow.case_id, UUID)}
)
SAME_FILES = Listing(
    DocumentRow,
    orders={"added": AS_ADDED},
    usual="added",
    filters={
        "decided": Filter(bool, same_file_decided),
        "kind": unindexed(DocumentRow.kind, ShortCode),
        "provider": unindexed(DocumentRow.organisation_id, ShortCode),
        "case_id": few(DocumentRow.case_id, UUID),
    },
)
"""By the later of two documents."""
CASES = Listing(
    CaseRow,
    orders={
        "allocated": Order((CaseRow.allocated_on, CaseRow.id)),
        "contact": replace(
            queue(CaseRow.last_contact_on, CaseRow.id, among=OPEN, filters=("provider",)), roles=NOTES_WHOLE
        ),
    },
    usual="-allocated",
    changed=changes(CaseRow.changed_in, CaseRow.id),
    filters={
        "state": equal(CaseRow.state, CaseState),
        "provider": equal(CaseRow.provider_id, ShortCode),
        "phase": equal(CaseRow.phase, Phase),
        "worker": few(CaseRow.worker, Code),
        "participant_id": Filter(UUID, _of_person, ("participant_id",), few=True),
        "referral_id": few(CaseRow.referral_id, UUID),
        "external_id": by_external_id(ExternalIdRow, CaseRow.id, "case"),
        "without_plan": replace(within("allocated", bool, _without_plan), roles=NOTES_WHOLE),
        "no_contact_since": replace(
            within("contact", date, lambda day: CaseRow.last_contact_on < day), roles=NOTES_WHOLE
        ),
    },
)
