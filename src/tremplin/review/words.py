"""What organisers read of who may read whom, and why."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.methods.assignment import Reason
from tremplin.review.ties import AVOIDED, DECLARED, INSTITUTION, MAIL, MENTOR, PEER, Tie

STANDINGS: Mapping[str, tuple[Message, str]] = {
    "kept": (gettext_lazy("Reads it"), "ok"),
    "given": (gettext_lazy("Would be given it next"), "info"),
    "possible": (gettext_lazy("Could read it"), ""),
    "full": (gettext_lazy("Carries as much as they can"), "warn"),
    "away": (gettext_lazy("Away, or has left"), "warn"),
    "language": (gettext_lazy("Does not read its language"), "warn"),
    "met": (gettext_lazy("Reads it in the other pass"), "info"),
    "passed": (gettext_lazy("Passed it on"), ""),
    "conflict": (gettext_lazy("Must not read it"), "stop"),
    "applied": (gettext_lazy("Applied too, so reads nobody"), "stop"),
}


def shortage(reason: Reason, language: str) -> str:
    """Why nobody can be given a read."""
    if reason == "language":
        return _("Too few reviewers read its language (%(language)s).") % {"language": language.upper()}
    if reason == "conflicts":
        return _("Too many reviewers have a conflict of interest.")
    return _("All reviewers who could read it are away, or carry as much as they can.")


def tie_words(ties: Sequence[Tie]) -> str:
    """What ties a reviewer to an applicant, in one line."""
    return ", ".join(_tie(tie) for tie in ties)


def _tie(tie: Tie) -> str:
    if tie.kind == MAIL:
        return _("addresses at the same organisation (%(domain)s)") % {"domain": tie.detail}
    if tie.kind == INSTITUTION:
        return _("both named the same institution (%(name)s)") % {"name": tie.detail}
    if tie.kind == AVOIDED:
        return _("the reviewer asked not to read people of %(name)s") % {"name": tie.detail}
    known = {
        DECLARED: _("a conflict of interest was declared"),
        MENTOR: _("one mentored the other"),
        PEER: _("they were scholars together"),
    }
    return known[tie.kind]


SECOND_WAITS: Mapping[str, Message] = {
    "closing": gettext_lazy("Applications still come in: the second pass begins once the call has closed."),
    "unread": gettext_lazy("Somebody has not been read by anybody yet: their read comes first."),
    "decided": gettext_lazy("The decisions are made, so the reading is closed."),
}
"""Why a second pass is not opened."""


ASKED: Mapping[str, Message] = {
    "shows": gettext_lazy("Something in it says who wrote it"),
    "hides": gettext_lazy("So much is hidden that I cannot follow"),
    "broken": gettext_lazy("The text is broken, cut off or in another language"),
    "copied": gettext_lazy("It looks copied, or like another application"),
    "safety": gettext_lazy("I worry about somebody’s safety"),
    "other": gettext_lazy("Something else"),
}
"""What a reviewer may ask the organisers to look at, as the reviewer says it."""

HARD: Mapping[str, Message] = {
    "violence": gettext_lazy("violence"),
    "abuse": gettext_lazy("abuse or sexual violence"),
    "loss": gettext_lazy("a death or a loss"),
    "illness": gettext_lazy("illness"),
    "self-harm": gettext_lazy("self-harm or suicide"),
    "war": gettext_lazy("war or flight"),
    "hate": gettext_lazy("racism or other hate"),
    "other": gettext_lazy("something else that is hard to read"),
}
"""What a text may speak of, as a word of a list: “It speaks of …”."""


def spoken_of(kinds: Iterable[str]) -> str:
    """What a text speaks of, in one line."""
    return ", ".join(str(HARD[kind]) for kind in kinds)
