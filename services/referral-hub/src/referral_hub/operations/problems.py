"""What can stand in the way of the hub's verbs, and what to do about it."""

from common.web.problems import Conflict, NotFound


class NoSuchProgramme(NotFound):
    """The programme is not loaded, or is not yours."""

    type, title = "no-such-programme", "There is no such programme for you"
    remedy = "Ask an operator to load the programme."


class NoSuchReferral(NotFound):
    """No referral has this id, or it is another agency's or another provider's."""

    type, title = "no-such-referral", "There is no such referral for you"
    remedy = "Check the id, or look for it in the list of referrals."


class NoSuchAllocation(NotFound):
    """No allocation has this id, or it is to another provider."""

    type, title = "no-such-allocation", "There is no such allocation for you"
    remedy = "Check the id, or look for it in the list of allocations."


class NoSuchParticipant(NotFound):
    """No participant has this id, or none whom you work with."""

    type, title = "no-such-participant", "There is no such participant for you"
    remedy = "Check the id. What was announced just now may take some seconds to arrive."


class ReferredAgain(Conflict):
    """The referral that is to be opened again ended, and the person came again with another."""

    type, title = "referred-again", "This person has been referred again since"
    remedy = "Go on with the referral that has come since: `referral_id` names it."


class NoSuchQuestion(NotFound):
    """The hub has not asked this, or it is answered or taken back."""

    type, title = "no-such-question", "There is no such open question about this referral"
    remedy = "Read the referral: only a question that is open can be answered or taken back."


class NoSuchDecline(NotFound):
    """The allocation has no decline with this id."""

    type, title = "no-such-decline", "There is no such decline for you"
    remedy = "Check the id."


class NoSuchDropIn(NotFound):
    """No drop-in has this id, or it is another provider's."""

    type, title = "no-such-drop-in", "There is no such drop-in for you"
    remedy = "Check the id."


class MoveNotPossible(Conflict):
    """The referral or allocation is in a state from which this step does not lead on."""

    type, title = "move-not-possible", "It is not in a state that allows this"
    remedy = "Read it: its state says what can come next."


class IdTaken(Conflict):
    """You chose the id yourself, and something has it already."""

    type, title = "id-taken", "This id is in use"
    remedy = "Choose another id."


class NobodyFits(Conflict):
    """Every provider is full, closed, or does not offer what is needed."""

    type, title = "nobody-fits", "No provider fits now; the referral stays on the waiting list"
    remedy = "Ask for the explanation: it says of each provider what stands against it."


class AlreadyMerged(Conflict):
    """One of the two records points to a third, or to the other."""

    type, title = "already-merged", "One of the two is merged already"
    remedy = "Name the record that was kept: `participant_id` is its id."


class NotMerged(Conflict):
    """The two records that are to be taken apart were never merged, or are apart again."""

    type, title = "not-merged", "The one record does not point to the other"
    remedy = "Read both: a record that is merged names the one that was kept."


class NoSuchGroup(NotFound):
    """No group of made-up participants has this id, or another provider asked for it."""

    type, title = "no-such-group", "There is no such group for you"
    remedy = "Check the id: `GET /v1/sandbox/groups` lists yours."


class NoSuchMember(NotFound):
    """No made-up participant has this id in your programme."""

    type, title = "no-such-member", "There is no such made-up participant for you"
    remedy = "Check the id: `GET /v1/sandbox/members` lists them."
