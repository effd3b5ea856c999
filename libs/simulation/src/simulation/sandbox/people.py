"""Who is made up: an invented name and birth, the same each time for the same member of a group."""

from datetime import date, timedelta

from ..seats import Json

GIVEN = ("Robin", "Sam", "Alex", "Jo", "Kim", "Lee", "Pat", "Chris")
OLDEST, DAYS = date(1970, 1, 1), 10_000


def person(member_id: str) -> Json:
    """Somebody who can be nobody else: their family name has the member's id in it."""
    number = int(member_id.replace("-", ""), 16)
    return {
        "given_name": GIVEN[number % len(GIVEN)],
        "family_name": f"Made-Up {member_id[-12:]}",
        "date_of_birth": (OLDEST + timedelta(days=number % DAYS)).isoformat(),
        "sex": ("female", "male")[number % 2],
    }


def referral_of(member: Json) -> Json:
    """How a member is referred; they are housed, and their home is at risk."""
    return {
        "id": member["id"],
        "source": member["source"],
        "needs": [member["need"]],
        "person": person(member["id"]),
        "housed_at_referral": True,
        "threatened_with_eviction": True,
        "consent_to_share": True,
    }


def assessment_of(member: Json) -> Json:
    return {
        "aspirations": ["A door I can lock."],
        "strengths": ["Keeps appointments"],
        "needs": [member["need"]],
        "risk_level": "low",
        "specialism": member["specialism"],
        "intensity": "low",
    }
