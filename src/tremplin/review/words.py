"""What organisers read of who may read whom, and why."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.review.ties import DECLARED, MAIL, MENTOR, Tie

STANDINGS: Mapping[str, tuple[Message, str]] = {
    "kept": (gettext_lazy("Reads it"), "ok"),
    "given": (gettext_lazy("Would be given it next"), "info"),
    "possible": (gettext_lazy("Could read it"), ""),
    "full": (gettext_lazy("Carries as much as they can"), "warn"),
    "language": (gettext_lazy("Does not read its language"), "warn"),
    "conflict": (gettext_lazy("Must not read it"), "stop"),
    "applied": (gettext_lazy("Applied too, so reads nobody"), "stop"),
}


def tie_words(ties: Sequence[Tie]) -> str:
    """What ties a reviewer to an applicant, in one line."""
    return ", ".join(_tie(tie) for tie in ties)


def _tie(tie: Tie) -> str:
    if tie.kind == MAIL:
        return _("addresses at the same organisation (%(domain)s)") % {"domain": tie.detail}
    known = {
        DECLARED: _("a conflict of interest was declared"),
        MENTOR: _("one mentored the other"),
    }
    return known[tie.kind]
