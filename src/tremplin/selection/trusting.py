"""What agreement, habits of readers and extra reads mean, in words. No database."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import number, percent
from tremplin.selection.agreeing import Judged
from tremplin.selection.queries.evidence import Habits

LEVELS: Mapping[str, tuple[Message, str]] = {
    "hardly": (gettext_lazy("Marks hardly agree"), "warn"),
    "usual": (gettext_lazy("As usual for such texts"), "info"),
    "well": (gettext_lazy("Reviewers agree well"), "ok"),
}
"""Each level of agreement: what it is called, and its tone."""
_CROWDED, _OPEN, _HALO = 0.6, 0.15, 0.8
_EVEN, _UNEVEN = 0.8, 1.25
_NARROW, _WIDE = 0.85, 1.2

EXTRA: Mapping[str, Message] = {
    "none": gettext_lazy("The programme file plans no extra reads."),
    "decided": gettext_lazy("Decisions have been proposed: no extra read is sent any more."),
    "second": gettext_lazy("The second pass is open, so no extra read is sent any more."),
    "spent": gettext_lazy("All of them have been sent."),
    "settled": gettext_lazy(
        "The last round moved nobody from one band to another, so the others are not needed."
    ),
    "closing": gettext_lazy("The first round is sent when the call has closed and the planned reads are in."),
    "unread": gettext_lazy("Somebody has not been read by anybody yet: their read comes first."),
    "waits": gettext_lazy("The next round is sent when the reads of the last one are in."),
    "planned": gettext_lazy("The next round is sent when all planned reads are in."),
    "late": gettext_lazy("Reading should have ended, so no round is sent by itself. You can still send one."),
    "ready": gettext_lazy("The next round is sent within the hour."),
}
"""Where extra reads stand, in a sentence."""


def advice(row: Judged, halo: float | None) -> list[str]:
    """What would mend a criterion, the most telling first; nothing where nothing need be mended."""
    found = []
    if row.level == "hardly":
        found.append(
            _(
                "Let reviewers talk over two or three applications that they marked far apart, and say in the levels "
                "what each looks like, with an example."
            )
        )
    if row.marks and row.middle > _CROWDED:
        text = _("%(share)s of all marks stand on one level: levels that lie further apart would tell more.")
        found.append(text % {"share": percent(row.middle)})
    if row.left_open > _OPEN * (row.marks + row.left_open):
        share = row.left_open / (row.marks + row.left_open)
        text = _("It was left open in %(share)s of the reads: ask for it in the form, or judge it no more.")
        found.append(text % {"share": percent(share)})
    if halo is not None and halo > _HALO:
        found.append(
            _(
                "Its marks move with the others of the same read, as if reviewers marked the whole: say in what it "
                "differs from the other criteria."
            )
        )
    return found


def severity(habits: Habits) -> str:
    """How harsh or generous somebody reads, for organisers."""
    if not habits.apart:
        return _("Cannot be told from the middle.")
    points = {"points": number(abs(habits.shift), 0)}
    if habits.shift > 0:
        return _("About %(points)s points of 100 more generous than the middle. It is taken off.") % points
    return _("About %(points)s points of 100 stricter than the middle. It is added back.") % points


def own_severity(habits: Habits) -> str:
    """The same to oneself."""
    if not habits.apart:
        return _("How strictly you read cannot be told from the middle of all reviewers.")
    facts = {
        "points": number(abs(habits.shift), 0),
        "low": number(min(abs(habits.low), abs(habits.high)), 0),
        "high": number(max(abs(habits.low), abs(habits.high)), 0),
    }
    if habits.shift > 0:
        text = _(
            "Your marks were about %(points)s points of 100 more generous than the middle of all reviewers, nine times "
            "in ten between %(low)s and %(high)s."
        )
    else:
        text = _(
            "Your marks were about %(points)s points of 100 stricter than the middle of all reviewers, nine times in "
            "ten between %(low)s and %(high)s."
        )
    return text % facts


def consistency(habits: Habits) -> str:
    """How evenly somebody marks; empty where nothing can be said."""
    if habits.noise is None:
        return ""
    if habits.noise < _EVEN:
        return _("More even than most: these reads count a little more.")
    if habits.noise > _UNEVEN:
        return _("Less even than most: these reads count a little less.")
    return _("As even as most.")


def use_of_scale(habits: Habits) -> str:
    """How much of the scale somebody uses; the model's word where it has one, else the marks alone."""
    low, between, high = (percent(share) for share in habits.levels)
    shares = _("%(low)s lowest level, %(between)s between, %(high)s highest.")
    words = ""
    if habits.stretch is not None:
        if habits.stretch < _NARROW:
            words = _("Keeps to the middle of the scale.")
        elif habits.stretch > _WIDE:
            words = _("Uses the ends of the scale.")
        else:
            words = _("Uses the scale as most do.")
    return f"{words} {shares % {'low': low, 'between': between, 'high': high}}".strip()
