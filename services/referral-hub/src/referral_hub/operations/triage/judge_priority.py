from collections.abc import Iterable

from common.transaction import Transaction
from referral_hub.domain.birth import Birth
from referral_hub.domain.priority import reasons_for_priority
from referral_hub.operations.referrals.receive_referral import circumstances
from referral_hub.storage.policies import Policy
from referral_hub.storage.tables.referrals import ReferralRow

from .triage_referral import BY_TRIAGE


def judge_priority(
    tx: Transaction, policy: Policy, referral: ReferralRow, joiners: Iterable[ReferralRow], birth: Birth
) -> bool:
    """Judge anew what makes a referral a priority, and say whether that changed: by what each source said of the
    person, its own and the `joiners` that were added to it, and by triage, in the programme's order.
    """
    sources = [reasons_for_priority(circumstances(one, birth), policy.priority) for one in (referral, *joiners)]
    sources.append(tuple(one for one in referral.priority_reasons if one == BY_TRIAGE))
    reasons = list(dict.fromkeys(reason for reasons in sources for reason in reasons))
    if reasons == referral.priority_reasons:
        return False
    referral.priority_reasons, referral.priority = reasons, bool(reasons)
    tx.touched(f"referral/{referral.id}")
    return True
