"""What can stand in the way, in the asker's words."""

from collections.abc import Iterable
from datetime import date

from common.web.problems import Conflict, Invalid, NotAllowed, NotFound
from common.web.refused import told
from rulebook.refusal import Refusal


class NoSuchClaim(NotFound):
    """No claim has this id, or it is another provider's."""

    type, title = "no-such-claim", "There is no such claim for you"
    remedy = "Check the claim's id, or look for it in the list of claims."


class NoSuchRateCard(NotFound):
    """No rate card of the programme has this version, or it is not yours."""

    type, title = "no-such-rate-card", "There is no such version of a rate card"
    remedy = "List the rate cards to see which versions there are."


class NoSuchStatement(NotFound):
    """The month has not been closed, or it has no statement for you."""

    type, title = "no-such-statement", "There is no such statement for you"
    remedy = "List the statements to see which months have been closed."


class NothingKnown(NotFound):
    """No outcome of this participant has reached claims yet, or none that you may see."""

    type, title = "nothing-known", "Claims knows nothing of that participant that you may see"
    remedy = "Prospects are counted from allocation, case and claims; check an outcome beforehand instead."


class CorrectionRefused(Conflict):
    """Reasons why a decision cannot be put right in this way, each with the way that is open."""

    type, title = "correction-refused", "That cannot be put right in this way"
    remedy = "Each refusal says which way is open."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class ReasonUnknown(Invalid):
    """A code that the programme's catalogue does not have for this act; each refusal names those it has."""

    type, title = "reason-unknown", "That is no reason of the programme's for this"
    remedy = "List them with their words: GET /v1/reasons."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class NotAnswered(Invalid):
    """You record the answer of a source about a kind of evidence that no source answers."""

    type, title = "not-answered-by-a-source", "No source answers that kind of evidence"
    remedy = "Choose one of the kinds that the detail lists."

    def __init__(self, kind: str, kinds: Iterable[str]) -> None:
        choices = ", ".join(sorted(kinds))
        remedy = f"Choose one of: {choices}." if choices else "This programme has none; ask its provider for evidence."
        super().__init__(f"{kind} is no kind of evidence that a source answers. {remedy}")


class OutcomeIsGone(Conflict):
    """The outcome that the claim is for was withdrawn by whoever recorded it."""

    type, title = "outcome-is-gone", "The provider has taken the outcome back"
    remedy = "If it was achieved after all, the provider records it again, and that is a new claim."


class NotGranted(NotAllowed):
    """An auditor sees the evidence of a quarter that is granted, while it is."""

    type, title = "evidence-not-granted", "That evidence is not granted to you"
    remedy = "Ask the prime to grant you the quarter in which the claim was verified."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        reasons = told(refusals)
        super().__init__(" ".join(f"{each['reason']} {each['remedy']}" for each in reasons), refusals=reasons)


class NoSuchAuditGrant(NotFound):
    """No grant of a quarter's evidence has this id."""

    type, title = "no-such-audit-grant", "There is no such grant"
    remedy = "List the audit grants to see which there are."


class AuditGrantRefused(Invalid):
    """Reasons why the evidence of that quarter cannot be granted so, each with what can be."""

    type, title = "audit-grant-refused", "That cannot be granted"
    remedy = "Each refusal says what can be."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class NotYetValued(NotFound):
    """The claim has not been verified, so that nothing is payable."""

    type, title = "not-yet-valued", "The claim has no value yet"
    remedy = "A claim is valued when the council verifies it."


class NotInThatState(Conflict):
    """The claim is in a state from which this step does not lead on."""

    type, title = "claim-not-in-that-state", "The claim is not in a state that allows this"
    remedy = "Read the claim: its state says what can come next."


class NothingToDecide(Conflict):
    """Nothing has changed since the claim ended, or there is no payment to take back."""

    type, title = "nothing-to-decide", "There is nothing of that kind to decide on the claim"
    remedy = "Each refusal says why."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class RulesStandAgainst(Invalid):
    """Rules stand against a claim; each is listed with its remedy (BR-F3)."""

    type, title = "rules-stand-against-it", "Rules stand against the claim"
    remedy = "Each refusal says what would satisfy it."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class ReceiptStands(Conflict):
    """The provider holds a receipt that the rules named passed on these very facts."""

    type, title = "receipt-stands", "A pre-check passed on these facts, and its receipt stands"
    remedy = "Query an item that cannot be read or shows something else, or leave the reasons that it names out."

    def __init__(self, issued_on: date, rules: str, refusals: Iterable[Refusal]) -> None:
        super().__init__(
            f"The receipt of {issued_on}, under {rules}, says the rules named here passed on these very facts."
            " Query an item that cannot be read or shows something else, or leave these reasons out.",
            receipt={"issued_on": issued_on.isoformat(), "rules": rules},
            refusals=told(refusals),
        )


class AlreadyClaimed(Conflict):
    """Another live claim for the same person or family has this outcome (BR-G1)."""

    type, title = "already-claimed", "It has already been claimed"
    remedy = "Go on with the claim that there is: each refusal names it."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("Another live claim is for the same outcome.", refusals=told(refusals))


class SameHands(NotAllowed):
    """Separation of duties: recorder, approver and verifier are three people (BR-F5)."""

    type, title = "same-hands", "Somebody else must take this step"
    remedy = "Let somebody take it who has not taken the step before."

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.reason} {refusal.remedy}", refusals=told([refusal]))


class AnotherProgramme(NotAllowed):
    """The path or the body names another programme than your token."""

    type, title = "another-programme", "Your token is for another programme"
    remedy = "Sign in for the programme that you load."

    def __init__(self, programme_id: str) -> None:
        super().__init__(f"Sign in for {programme_id}, or name it in the path.")


class AcceptedCardAltered(Conflict):
    """An accepted version never changes; a change is a new version (S-72)."""

    type, title = "rate-card-version-accepted", "That version has been accepted and cannot change"
    remedy = "Give the changed card a new version and a day from which it is in force."

    def __init__(self, differences: list[dict[str, str]]) -> None:
        super().__init__(differences=differences)


class ProposedCardAltered(Conflict):
    """What prime and council are asked to accept does not change while they read it."""

    type, title = "rate-card-version-proposed", "That version is drafted or proposed otherwise"
    remedy = "Withdraw it first, or give the changed card a new version."

    def __init__(self, state: str, differences: list[dict[str, str]]) -> None:
        super().__init__(state=state, differences=differences)


class VersionTaken(Conflict):
    """A rate card version of this number was drafted, proposed or accepted before."""

    type, title = "rate-card-version-taken", "There is such a version already"
    remedy = "Draft another version, or withdraw that one if it is not accepted."

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}: draft another version, or withdraw that one if it is not accepted.")


class NoSuchCardChange(NotFound):
    """No change of a rate card has this id, or it is not for you to see."""

    type, title = "no-such-rate-card-change", "There is no such change of a rate card for you"
    remedy = "List the rate card changes to see what is drafted, proposed, accepted or ended."


class CardChangeRefused(Conflict):
    """Reasons why a version cannot be proposed, accepted, rejected or withdrawn now, each with its remedy."""

    type, title = "rate-card-change-refused", "That cannot be done with this version now"
    remedy = "Each refusal says what can be."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class CapBelowPayable(Conflict):
    """The folder's cap is less than what has been fixed as payable under it."""

    type, title = "cap-below-payable", "More than that cap has been fixed as payable"
    remedy = "State a cap that is at least what has been fixed as payable."


class MonthCannotClose(Conflict):
    """An earlier month is open, the month has not ended, or claims of it wait."""

    type, title = "month-cannot-close", "That month cannot be closed now"
    remedy = "Each refusal says which month can."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class MonthIsClosed(Conflict):
    """The day is in a month that was closed, and what was fixed in it stays."""

    type, title = "month-is-closed", "The statement of that month has been issued"
    remedy = "Date it in a month that is open."


class NobodyPays(Conflict):
    """The funding shares of the programme begin later, or have ended."""

    type, title = "no-funding-shares", "Nobody has agreed to pay for outcomes of that day"
    remedy = "Ask an operator to load funding shares that are in force on the day."


class NoSuchEquivalent(NotFound):
    """No kind of evidence was proposed with this id, or it is another provider's."""

    type, title = "no-such-equivalent", "There is no such proposal for you"
    remedy = "List the equivalents to see what has been proposed and ruled."


class NotOnYourCard(Invalid):
    """The rate card in force for you today has no such outcome."""

    type, title = "not-on-your-card", "The outcome is not on your rate card"
    remedy = "Propose for an outcome of your card: the detail lists them."


class ProposalRefused(Invalid):
    """Reasons why a kind of evidence cannot be proposed, each with its remedy."""

    type, title = "proposal-refused", "That cannot be put to the council"
    remedy = "Each refusal says what would satisfy it."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__(refusals=told(refusals))


class AlreadyProposed(Conflict):
    """The council rules once: look up the ruling, or wait for it."""

    type, title = "already-proposed", "It has been proposed before"
    remedy = "Look up the ruling, or wait for it."

    def __init__(self, equivalent_id: str, ruling: str | None) -> None:
        super().__init__(
            f"It is {ruling or 'waiting for the council'}.", equivalent_id=equivalent_id, ruling=ruling or "none yet"
        )


class AlreadyRuled(Conflict):
    """The council accepted or refused the kind of evidence before."""

    type, title = "already-ruled", "The council has ruled on it"
    remedy = "If the ruling was a mistake, put it right."


class CannotAsk(Invalid):
    """About an item the claim does not have, or that has passed, or for a day that is past."""

    type, title = "cannot-ask", "That cannot be asked about the claim"
    remedy = "Each refusal says what can be."

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        reasons = list(refusals)
        items = [str(item) for refusal in reasons for item in refusal.items]
        super().__init__(refusals=told(reasons), items=items)
