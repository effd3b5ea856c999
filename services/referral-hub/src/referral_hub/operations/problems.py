"""What can stand in the way of the hub's verbs, and what to do about it."""

from common.web.problems import Conflict, NotFound


class NoSuchReferral(NotFound):
    type, title = "no-such-referral", "There is no such referral for you"


class NoSuchAllocation(NotFound):
    type, title = "no-such-allocation", "There is no such allocation for you"


class NoSuchParticipant(NotFound):
    type, title = "no-such-participant", "There is no such participant for you"


class ReferredAgain(Conflict):
    type, title = "referred-again", "This person has been referred again since"


class NoSuchQuestion(NotFound):
    type, title = "no-such-question", "There is no such open question about this referral"


class NoSuchDecline(NotFound):
    type, title = "no-such-decline", "There is no such decline for you"


class NoSuchDropIn(NotFound):
    type, title = "no-such-drop-in", "There is no such drop-in for you"


class MoveNotPossible(Conflict):
    type, title = "move-not-possible", "It is not in a state that allows this"


class IdTaken(Conflict):
    type, title = "id-taken", "This id is in use"


class NobodyFits(Conflict):
    type, title = "nobody-fits", "No provider fits now; the referral stays on the waiting list"


class AlreadyMerged(Conflict):
    type, title = "already-merged", "One of the two is merged already"


class NotMerged(Conflict):
    type, title = "not-merged", "The one record does not point to the other"
