"""Every code that a body may name is one of the programme's, or free by decision (H-3): no third way."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

import pytest

from common.web.access import allowed_roles
from tests.house.towns import app_of
from tests.isolation.matrix import Examination, Marks, routes_of
from tests.isolation.services import SERVICES
from tests.isolation.worlds import World, bearer

Schema = Mapping[str, Any]
Place = tuple[str, str, str]
"""A service, one of its routes, and the field of its body."""

CASE = "POST /v1/cases/{case_id}"
REFERRAL = "POST /v1/referrals/{referral_id}"
CLAIM = "POST /v1/claims/{claim_id}"
CHECKED: Mapping[Place, str] = {
    ("referral-hub", "POST /v1/referrals", "source"): "council",
    ("referral-hub", "POST /v1/referrals", "agency_id"): "hm-prisons",
    ("referral-hub", "POST /v1/referrals", "pathway"): "prison-leavers",
    ("referral-hub", "POST /v1/referrals", "needs[]"): "refugee",
    ("referral-hub", f"{REFERRAL}/triage", "needs[]"): "refugee",
    ("referral-hub", f"{REFERRAL}/triage", "specialism"): "generic",
    ("referral-hub", f"{REFERRAL}/triage/corrections", "triage.needs[]"): "refugee",
    ("referral-hub", f"{REFERRAL}/triage/corrections", "triage.specialism"): "generic",
    ("referral-hub", f"{REFERRAL}/corrections", "facts.source"): "council",
    ("referral-hub", f"{REFERRAL}/corrections", "facts.agency_id"): "hm-prisons",
    ("referral-hub", f"{REFERRAL}/corrections", "facts.pathway"): "prison-leavers",
    ("referral-hub", f"{REFERRAL}/corrections", "facts.needs[]"): "refugee",
    ("referral-hub", f"{REFERRAL}/decline", "reason"): "out-of-area",
    ("referral-hub", f"{REFERRAL}/allocation", "provider_id"): "horton",
    ("referral-hub", "POST /v1/allocations/{allocation_id}/decline", "reason"): "out-of-area",
    ("referral-hub", "POST /v1/declines/{decline_id}/corrections", "decline_reason"): "out-of-area",
    ("referral-hub", f"{REFERRAL}/information-requests", "question_code"): "release-date",
    ("case-management", f"{CASE}/restriction", "reason"): "domestic-abuse",
    ("case-management", "POST /v1/outcomes/{outcome_id}/withdrawal", "reason"): "recorded-twice",
    ("case-management", f"{CASE}/joint-work", "joint_provider_id"): "horton",
    ("case-management", "POST /v1/joint-work/{joint_work_id}/corrections", "joint_provider_id"): "horton",
    ("case-management", f"{CASE}/assessments", "instrument"): "homelessness-star",
    ("case-management", f"{CASE}/documents", "kind"): "landlord-letter",
    ("case-management", "POST /v1/documents/{document_id}/corrections", "kind"): "landlord-letter",
    ("case-management", f"{CASE}/outcomes", "outcome"): "ACC_ENTRY",
    ("case-management", f"{CASE}/outcomes", "slot"): "first",
    ("case-management", f"{CASE}/outcomes", "contributors[]"): "making-space",
    ("case-management", f"{CASE}/closure-requests", "reason"): "disengaged",
    ("case-management", "POST /v1/closure-requests/{request_id}/corrections", "closure_reason"): "disengaged",
    ("case-management", f"{CASE}/closure/corrections", "closure_reason"): "disengaged",
    ("case-management", "POST /v1/outcomes/{outcome_id}/revisions", "slot"): "only",
    ("case-management", "POST /v1/outcomes/{outcome_id}/revisions", "contributors[]"): "making-space",
    ("case-management", f"{CASE}/fund-requests", "category"): "laptop",
    ("case-management", f"{CASE}/fund-requests", "outcome"): "ACC_ENTRY",
    ("case-management", "POST /v1/fund-requests/{request_id}/corrections", "category"): "laptop",
    ("case-management", "POST /v1/fund-requests/{request_id}/corrections", "outcome"): "ACC_ENTRY",
    ("case-management", "POST /v1/innovations", "outcome"): "ACC_ENTRY",
    ("claims", f"{CLAIM}/return", "requests[].code"): "unreadable",
    ("claims", f"{CLAIM}/query", "requests[].code"): "contradicted",
    ("claims", f"{CLAIM}/refusal", "refusals[].code"): "not-achieved",
    ("claims", f"{CLAIM}/withdrawal", "reason"): "recorded-twice",
    ("claims", f"{CLAIM}/answers", "kind"): "hmrc-check",
    ("claims", f"{CLAIM}/reopening", "code"): "new-evidence",
    ("claims", f"{CLAIM}/undoing", "code"): "new-evidence",
    ("claims", f"{CLAIM}/challenge", "code"): "audit-failed",
    ("claims", f"{CLAIM}/reinstatement", "code"): "new-evidence",
    ("claims", f"{CLAIM}/basis-decision", "code"): "immaterial",
    ("claims", "POST /v1/equivalents", "provider_id"): "for itself",
    ("claims", "POST /v1/equivalents", "outcome"): "ACC_PREV",
    ("claims", "POST /v1/equivalents", "stands_for"): "landlord-no-eviction",
    ("reporting", "POST /v1/monthly-reports", "provider"): "Leave `provider` out",
    ("reporting", "POST /v1/monthly-reports/{month}/acceptance", "provider"): "Leave `provider` out",
}
"""With a word that the refusal of a code nobody knows must say: one of those allowed, or whose it is to say."""
FREE: Mapping[str, str] = {
    r"\w.* (?:POST /v1/events/(?:missing|redact)|POST /v1/inbox/[\w-]+) .+": "the machinery's, or an operator's reason",
    r"referral-hub .+ (?:person\.)?sex": "a person's own word for it: nothing is decided by it",
    r"case-management .+\bworker": "a provider's own pseudonym for one of its people",
    r"[\w-]+ .+ facts\.(?:\{\}|\*)": "the rules of a card ask, and say of each fact what they cannot tell without it",
    r"claims POST /v1/audit-grants auditor": "an organisation of the issuer's; granted to nobody, it opens nothing",
    r"[\w-]+ .+ external_ids\.(?:\{\}|\*)": "the name of a system of the sender's, and what it calls the thing",
    r"[\w-]+ POST /v1/bulk-jobs profile": "the name of the sender's own mapping: one that there is not is 404",
    r"[\w-]+ (?:POST|PUT) /v1/webhooks.* event_types\[\]": "what is announced nowhere is refused",
    r"[\w-]+ (?:POST|PUT) /v1/webhooks.* subjects\[\]": "streams by their ids: one that there is not tells nothing",
    r"[\w-]+ .+ receipt": "signed by claims, which alone can read it",
    r"claims POST /v1/(?:rate-card-changes|rate-cards/replay) card\..+": "a card proposes codes; it is linted whole",
    r"claims .+/approval note_code|claims POST /v1/equivalents kind": "a person reads it, and decides",
    r"claims POST /v1/claims/pre-check .+": "nothing is kept of it: every rule answers, and says what it lacks",
}
"""By a pattern of service, route and field: why a code may be anything."""

OF_CODES = re.compile(r"\^\[[Aa]-[Zz]")
"""How the pattern of a code begins; a month's begins otherwise."""


def codes_in(schema: Schema, parts: Schema, path: str = "") -> Iterator[str]:
    """The fields of a body that hold a code, as `person.sex`, `needs[]`, `facts.{}` for the names in a mapping."""
    if "$ref" in schema:
        yield from codes_in(parts[schema["$ref"].rsplit("/", 1)[1]], parts, path)
    if OF_CODES.match(schema.get("pattern", "")):
        yield path
    if "patternProperties" in schema or "propertyNames" in schema:
        yield f"{path}.{{}}"
    for name, field in fields_of(schema):
        yield from codes_in(field, parts, f"{path}{name}".lstrip("."))


def fields_of(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """What a schema is made of, each with how its path goes on."""
    yield from (("", one) for either in ("anyOf", "allOf", "oneOf") for one in schema.get(either, ()))
    yield from ((f".{name}", field) for name, field in schema.get("properties", {}).items())
    yield from (("[]", schema[items]) for items in ("items",) if items in schema)
    yield from ((".*", field) for field in schema.get("patternProperties", {}).values())
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield ".*", cast("Schema", more)


def places() -> Iterator[Place]:
    """Every field of every body that holds a code, but for the folder of a programme, which lists them."""
    for service in SERVICES:
        told: Schema = app_of(service).openapi()
        for path, methods in told["paths"].items():
            for method, operation in methods.items():
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    if method != "put":
                        fields = dict.fromkeys(codes_in(content["schema"], told["components"]["schemas"]))
                        yield from ((service, f"{method.upper()} {path}", field) for field in fields)


EVERY_PLACE = tuple(places())


def is_free(place: Place) -> bool:
    return any(re.fullmatch(pattern, " ".join(place)) for pattern in FREE)


@pytest.mark.row("S-03")
@pytest.mark.row("S-44")
def test_every_code_of_a_body_is_checked_or_free_by_decision() -> None:
    undecided = [place for place in EVERY_PLACE if place not in CHECKED and not is_free(place)]

    assert not undecided
    assert set(CHECKED) <= set(EVERY_PLACE)
    assert not [place for place in CHECKED if is_free(place)]
    assert all(any(re.fullmatch(pattern, " ".join(place)) for place in EVERY_PLACE) for pattern in FREE)


@pytest.mark.parametrize(
    ("world", "place"),
    [
        pytest.param(place[0], place, id=" ".join(place), marks=pytest.mark.xdist_group(f"isolation-{place[0]}"))
        for place in CHECKED
    ],
    indirect=["world"],
)
async def test_a_code_nobody_knows_is_refused_with_those_that_are_allowed(world: World, place: Place) -> None:
    service, named, field = place
    route = routes_of(app_of(service))[named]
    role = sorted(allowed_roles(route) or ())[0]
    asking = await SERVICES[service].examples[named].make(world, role)
    said: dict[str, Any] = deepcopy(dict(asking.body or asking.form or {}))
    _put(said, field.split("."), unknown(field))
    asking = replace(asking, form=said) if asking.form else replace(asking, body=said)
    examination = Examination(world, route, SERVICES[service].examples[named], Marks({}, {}))

    answer = await examination.ask(asking, bearer(role))

    assert answer.status_code in (403, 404, 409, 422), answer.text
    assert CHECKED[place] in answer.text


def unknown(field: str) -> str:
    return "NO_SUCH_THING" if field == "outcome" else "no-such-thing"


def _put(body: dict[str, Any], path: list[str], code: str) -> None:
    name, *rest = path
    if rest and name.endswith("[]"):
        _put(body[name.removesuffix("[]")][0], rest, code)
    elif rest:
        _put(cast("dict[str, Any]", body.setdefault(name, {})), rest, code)
    elif name.endswith("[]"):
        body[name.removesuffix("[]")] = [code]
    else:
        body[name] = code
