"""Why a word may help, in words: for mentors and organisers, and for the scholar, who sees the same."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.training.rules import Reason


def tell_drift(reasons: Sequence[Reason], labs: Mapping[str, str]) -> list[str]:
    """A sentence for each reason; `labs` gives the titles of labs."""
    return [_sentence(one, labs) for one in reasons]


def _sentence(one: Reason, labs: Mapping[str, str]) -> str:
    if one.stuck is not None:
        words = {
            "check": say(dict(one.stuck.title)) or one.stuck.check,
            "lab": labs.get(one.stuck.lab, one.stuck.lab),
            "tries": number(one.stuck.tries),
        }
        return _("The last %(tries)s tries at the lab “%(lab)s” all broke on “%(check)s”.") % words
    if one.kind == "behind":
        return _("About %(weeks)s full weeks of the plan are not done and have not moved.") % {
            "weeks": number(one.number, 1)
        }
    count = int(one.number)
    text = {
        "quiet": ngettext(
            "Nothing planned, written or handed in for %(count)s day.",
            "Nothing planned, written or handed in for %(count)s days.",
            count,
        ),
        "unlooked": ngettext(
            "Nobody looked back at the last %(count)s week of the plan.",
            "Nobody looked back at the last %(count)s weeks of the plan.",
            count,
        ),
        "journal": ngettext(
            "No post that others can read for %(count)s week.",
            "No post that others can read for %(count)s weeks.",
            count,
        ),
    }[one.kind]
    return text % {"count": number(count)}
