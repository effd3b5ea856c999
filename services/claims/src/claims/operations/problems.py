"""What can stand in the way, in the asker's words."""

from collections.abc import Iterable
from datetime import date

from common.web.problems import Conflict, Invalid, NotAllowed, NotFound
from common.web.refused import told
from rulebook.refusal import Refusal


class NoSuchClaim(NotFound):
    type, title = "no-such-claim", "There is no such claim for you"

    def __init__(self) -> None:
        super().__init__("Check the claim's id, or look for it in the list of claims.")


class NoSuchRateCard(NotFound):
    type, title = "no-such-rate-card", "There is no such version of a rate card"

    def __init__(self) -> None:
        super().__init__("List the rate cards to see which versions there are.")


class NoSuchStatement(NotFound):
    type, title = "no-such-statement", "There is no such statement for you"

    def __init__(self) -> None:
        super().__init__("List the statements to see which months have been closed.")


class NothingKnown(NotFound):
    type, title = "nothing-known", "Claims knows nothing of that participant that you may see"

    def __init__(self) -> None:
        super().__init__("Prospects are counted from allocation, case and claims; check an outcome beforehand instead.")


class CorrectionRefused(Conflict):
    """Reasons why a decision cannot be put right in this way, each with the way that is open."""

    type, title = "correction-refused", "That cannot be put right in this way"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says which way is open.", refusals=told(refusals))


class ReasonUnknown(Invalid):
    """A code that the programme's catalogue does not have for this act; each refusal names those it has."""

    type, title = "reason-unknown", "That is no reason of the programme's for this"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("List them with their words: GET /v1/reasons.", refusals=told(refusals))


class NotAnswered(Invalid):
    type, title = "not-answered-by-a-source", "No source answers that kind of evidence"

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        listed = ", ".join(sorted(known))
        remedy = f"Choose one of: {listed}." if listed else "This programme has none; ask its provider for evidence."
        super().__init__(f"{kind} is no kind of evidence that a source answers. {remedy}")


class OutcomeIsGone(Conflict):
    type, title = "outcome-is-gone", "The provider has taken the outcome back"

    def __init__(self) -> None:
        super().__init__("If it was achieved after all, the provider records it again, and that is a new claim.")


class NotGranted(NotAllowed):
    """An auditor sees the evidence of a quarter that is granted, while it is."""

    type, title = "evidence-not-granted", "The evidence of that claim is not granted to you"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        found = told(refusals)
        super().__init__(" ".join(f"{each['reason']} {each['remedy']}" for each in found), refusals=found)


class NoSuchAuditGrant(NotFound):
    type, title = "no-such-audit-grant", "There is no such grant"

    def __init__(self) -> None:
        super().__init__("List the audit grants to see which there are.")


class AuditGrantRefused(Invalid):
    type, title = "audit-grant-refused", "That cannot be granted"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says what can be.", refusals=told(refusals))


class NotYetValued(NotFound):
    type, title = "not-yet-valued", "The claim has no value yet"

    def __init__(self) -> None:
        super().__init__("A claim is valued when the council verifies it.")


class NotInThatState(Conflict):
    type, title = "claim-not-in-that-state", "The claim is not in a state that allows this"


class NothingToDecide(Conflict):
    """Nothing has changed since the claim ended, or there is no payment to take back."""

    type, title = "nothing-to-decide", "There is nothing of that kind to decide on the claim"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says why.", refusals=told(refusals))


class RulesStandAgainst(Invalid):
    """Rules stand against a claim; each is listed with its remedy (BR-F3)."""

    type, title = "rules-stand-against-it", "Rules stand against the claim"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says what would satisfy it.", refusals=told(refusals))


class ReceiptStands(Conflict):
    """The provider holds a receipt that the rules named passed on these very facts."""

    type, title = "receipt-stands", "A pre-check passed on these facts, and its receipt stands"

    def __init__(self, issued_on: date, rules: str, refusals: Iterable[Refusal]) -> None:
        super().__init__(
            f"The receipt of {issued_on}, under {rules}, says the rules named here passed on these very facts."
            " Query an item that cannot be read or shows something else, or leave these reasons out.",
            receipt={"issued_on": issued_on.isoformat(), "rules": rules},
            refusals=told(refusals),
        )


class AlreadyClaimed(Conflict):
    """The key is used up by another live claim (BR-G1)."""

    type, title = "already-claimed", "It has already been claimed"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Another live claim is for the same outcome.", refusals=told(refusals))


class SameHands(NotAllowed):
    """Separation of duties: recorder, approver and verifier are three people (BR-F5)."""

    type, title = "same-hands", "Somebody else must take this step"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.reason} {refusal.remedy}", refusals=told([refusal]))


class AnotherProgramme(NotAllowed):
    type, title = "another-programme", "Your token is for another programme"

    def __init__(self, programme_id: str) -> None:
        super().__init__(f"Sign in for {programme_id}, or name it in the path.")


class AcceptedCardAltered(Conflict):
    """An accepted version never changes; a change is a new version (S-72)."""

    type, title = "rate-card-version-accepted", "That version has been accepted and cannot change"

    def __init__(self, differences: list[dict[str, str]]) -> None:
        super().__init__(
            "Give the changed card a new version and a day from which it is in force.", differences=differences
        )


class ProposedCardAltered(Conflict):
    """What prime and council are asked to accept does not change while they read it."""

    type, title = "rate-card-version-proposed", "That version is drafted or proposed otherwise"

    def __init__(self, state: str, differences: list[dict[str, str]]) -> None:
        super().__init__(
            "Withdraw it first, or give the changed card a new version.", state=state, differences=differences
        )


class VersionTaken(Conflict):
    type, title = "rate-card-version-taken", "There is such a version already"

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}: draft another version, or withdraw that one if it is not accepted.")


class NoSuchCardChange(NotFound):
    type, title = "no-such-rate-card-change", "There is no such change of a rate card for you"

    def __init__(self) -> None:
        super().__init__("List the rate card changes to see what is drafted, proposed, accepted or ended.")


class CardChangeRefused(Conflict):
    """Reasons why a version cannot be proposed, accepted, rejected or withdrawn now, each with its remedy."""

    type, title = "rate-card-change-refused", "That cannot be done with this version now"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says what can be.", refusals=told(refusals))


class CapBelowPayable(Conflict):
    type, title = "cap-below-payable", "More than that cap has been fixed as payable"


class MonthCannotClose(Conflict):
    type, title = "month-cannot-close", "That month cannot be closed now"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says which month can.", refusals=told(refusals))


class MonthIsClosed(Conflict):
    type, title = "month-is-closed", "The statement of that month has been issued"


class NobodyPays(Conflict):
    type, title = "no-funding-shares", "Nobody has agreed to pay for outcomes of that day"


class NoSuchEquivalent(NotFound):
    type, title = "no-such-equivalent", "There is no such proposal for you"

    def __init__(self) -> None:
        super().__init__("List the equivalents to see what has been proposed and ruled.")


class NotOnYourCard(Invalid):
    type, title = "not-on-your-card", "The outcome is not on your rate card"


class ProposalRefused(Invalid):
    """Reasons why a kind of evidence cannot be proposed, each with its remedy."""

    type, title = "proposal-refused", "That cannot be put to the council"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Each refusal says what would satisfy it.", refusals=told(refusals))


class AlreadyProposed(Conflict):
    """The council rules once: look up the ruling, or wait for it."""

    type, title = "already-proposed", "It has been proposed before"

    def __init__(self, equivalent_id: str, ruling: str | None) -> None:
        super().__init__(
            f"It is {ruling or 'waiting for the council'}.", equivalent_id=equivalent_id, ruling=ruling or "none yet"
        )


class AlreadyRuled(Conflict):
    type, title = "already-ruled", "The council has ruled on it"


class CannotAsk(Invalid):
    """About an item the claim does not have, or that has passed, or for a day that is past."""

    type, title = "cannot-ask", "That cannot be asked about the claim"

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        found = list(refusals)
        named = [str(item) for refusal in found for item in refusal.items]
        super().__init__("Each refusal says what can be.", refusals=told(found), items=named)
