"""How a plan that asks for too much is told: kindly, by what people did, with what would mend it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import number
from tremplin.training.rules import FULL_WEEK, Ambition, Change, Pace, Piece, Relief, pieces
from tremplin.training.rules.ambition import rounded


@dataclass(frozen=True, slots=True)
class Told:
    """A heading, sentences, and what could be taken out, each with the week it stands in."""

    heading: str
    sentences: tuple[str, ...]
    relief: tuple[tuple[int, str], ...]
    tone: str


def tell(found: Ambition | None) -> Told | None:
    """What to say of a plan; nothing while it fits."""
    if found is None or found.level == "fits":
        return None
    if found.level == "tight":
        hope = _("It can work if nothing comes between. One free week would help.")
        return Told(_("A full plan"), (_left(found), _by_whom(found), hope), (), "info")
    kind = _("Nearly everyone plans too much at first. Choose what matters most.")
    sentences = (*_full(found), _left(found), _by_whom(found), *_optional(found), kind)
    return Told(_("More than these weeks hold"), sentences, tuple(map(_relief, found.relief)), "warn")


def _full(found: Ambition) -> tuple[str, ...]:
    if not found.full:
        return ()
    weeks = ", ".join(number(week) for week in found.full)
    text = ngettext(
        "Week %(weeks)s holds more hours than a full week has (%(hours)s).",
        "Weeks %(weeks)s hold more hours than a full week has (%(hours)s).",
        len(found.full),
    )
    return (text % {"weeks": weeks, "hours": number(FULL_WEEK)},)


def _optional(found: Ambition) -> tuple[str, ...]:
    if not found.optional:
        return ()
    text = ngettext(
        "%(count)s resource to come is optional: leave it out first.",
        "%(count)s resources to come are optional: leave them out first.",
        found.optional,
    )
    return (text % {"count": number(found.optional)},)


def _left(found: Ambition) -> str:
    return _("About %(left)s hours of the plan are left; about %(likely)s are likely to get done.") % {
        "left": number(rounded(found.left)),
        "likely": number(rounded(found.likely)),
    }


def _by_whom(found: Ambition) -> str:
    """Whose pace was taken."""
    pace = number(round(found.pace))
    if not found.own_weeks:
        return _of_others(found.others)
    return ngettext(
        "That goes by the one week so far and by those of others: some %(pace)s planned hours a week.",
        "That goes by the %(count)s weeks so far and by those of others: some %(pace)s planned hours a week.",
        found.own_weeks,
    ) % {"count": number(found.own_weeks), "pace": pace}


def _of_others(others: Pace) -> str:
    if others.source == "rehearsal":
        return _(
            "That goes by rehearsals with invented scholars, until real ones have finished here: half of them get "
            "%(middle)s planned hours done in a week, one in ten %(high)s."
        ) % {"middle": number(round(others.middle)), "high": number(round(others.high))}
    return _(
        "That goes by %(people)s earlier scholars: half of them got %(middle)s planned hours done in a week, one in "
        "ten %(high)s."
    ) % {
        "people": number(others.people),
        "middle": number(round(others.middle)),
        "high": number(round(others.high)),
    }


def _relief(one: Relief) -> tuple[int, str]:
    words = {"week": number(one.week), "goal": one.goal, "hours": number(one.hours)}
    if one.kind == "lighten":
        return one.week, _("Week %(week)s: take out %(hours)s hours.") % words
    return one.week, _("Week %(week)s, “%(goal)s”: %(hours)s hours, if it can go.") % words


@dataclass(frozen=True, slots=True)
class Line:
    """One change of a plan: a sentence, and of a reworded goal its words, kept, gone and new."""

    text: str
    pieces: tuple[Piece, ...] = ()


def tell_change(change: Change, labs: Mapping[str, str]) -> Line:
    """A change as one would tell it; `labs` gives the titles of labs."""
    name = labs.get(change.what, change.what)
    words = {
        "week": number(change.week),
        "before": labs.get(change.before, change.before),
        "after": labs.get(change.after, change.after),
        "what": name,
    }
    if change.kind == "reworded":
        return Line(_("Week %(week)s:") % words, tuple(pieces(change.before, change.after)))
    if change.kind == "done":
        return Line(str(_DONE[change.after]) % words)
    return Line(str(_CHANGES[change.kind]) % words)


_DONE = {
    "yes": gettext_lazy("Week %(week)s is done."),
    "partly": gettext_lazy("Week %(week)s is partly done."),
    "no": gettext_lazy("Week %(week)s is not done after all."),
}
_CHANGES = {
    "moved": gettext_lazy("“%(what)s” moved from week %(before)s to week %(after)s."),
    "added": gettext_lazy("Week %(week)s: added “%(after)s”."),
    "dropped": gettext_lazy("Week %(week)s: dropped “%(before)s”."),
    "hours": gettext_lazy("Week %(week)s: %(after)s hours in place of %(before)s."),
    "lab-added": gettext_lazy("Week %(week)s: the lab “%(after)s” came in."),
    "lab-dropped": gettext_lazy("Week %(week)s: the lab “%(before)s” went out."),
    "lab-moved": gettext_lazy("The lab “%(what)s” moved from week %(before)s to week %(after)s."),
    "reading-added": gettext_lazy("Week %(week)s: “%(after)s” is to be read or watched."),
    "reading-dropped": gettext_lazy("Week %(week)s: “%(before)s” is not to be read any more."),
    "reading-moved": gettext_lazy("To read: “%(what)s” moved from week %(before)s to week %(after)s."),
    "link-added": gettext_lazy("Week %(week)s: “%(after)s” came of it."),
    "link-dropped": gettext_lazy("Week %(week)s: “%(before)s” was taken out of what came of it."),
    "link-moved": gettext_lazy("What came of it: “%(what)s” moved from week %(before)s to week %(after)s."),
    "note": gettext_lazy("Week %(week)s: a note on how it went."),
}
