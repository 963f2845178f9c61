"""Why a decision is what it is, in words: by which rule, with which chance, as drawn. No database."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import number

RULES: Mapping[str, tuple[Message, Message]] = {
    "draw": (
        gettext_lazy("Lottery of bounded size"),
        gettext_lazy(
            "Whoever lies clearly above the line has a place, up to a share of the places. Around the line a bounded "
            "number of people draw for the others, all with the same chance."
        ),
    ),
    "funding-line": (
        gettext_lazy("Funding line"),
        gettext_lazy(
            "The line is the score of the last place. Whoever lies clearly above it has a place, whoever lies clearly "
            "below it has none, and all others draw, with the same chance."
        ),
    ),
    "merit": (
        gettext_lazy("MERIT"),
        gettext_lazy(
            "Chances serve merit best in the worst case that the intervals allow, and nobody has one while somebody "
            "clearly better is not sure of a place. Of all chances that do, these are the closest to equal: the same "
            "evidence gives the same chance."
        ),
    ),
    "top": (
        gettext_lazy("By score"),
        gettext_lazy("The highest scores have the places. Only equal scores at the last place are drawn."),
    ),
}
"""Each rule by the name that the programme file gives it: what it is called, and what it does."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an explanation is made of. `draw_rank` is None before the draw."""

    method: str
    band: str
    rank: int
    of: int
    estimate: float
    low: float
    high: float
    reads: int
    chance: float
    draw_rank: int | None
    drawn: int
    in_band: int
    line: float | None


def chance_words(chance: float) -> str:
    """A chance in per cent, with one decimal; never a false 0 or 100."""
    shown = min(max(chance * 100, 0.1), 99.9) if 0 < chance < 1 else chance * 100
    return _("%(chance)s%%") % {"chance": number(shown, 1)}


def explanation(evidence: Evidence) -> str:
    """Why the proposal puts an application where it is, in one to three sentences."""
    facts = {
        "rank": evidence.rank,
        "of": evidence.of,
        "chance": chance_words(evidence.chance),
        "draw_rank": evidence.draw_rank,
        "drawn": evidence.drawn,
        "in_band": evidence.in_band,
    }
    if evidence.band == "admit" and evidence.line is None:
        return _("Rank %(rank)s of %(of)s by score: there is a place for everybody.") % facts
    if evidence.band == "lottery":
        return f"{_lottery(evidence, facts)} {_drawn(evidence, facts)}"
    if evidence.method == "merit":
        return _by_merit(evidence.band, facts)
    if evidence.band == "admit" and evidence.line is not None and evidence.low > evidence.line:
        return (
            _("Rank %(rank)s of %(of)s by score. Even the lower end of its interval lies above the line.")
            % facts
        )
    if evidence.band == "admit":
        return (
            _(
                "Rank %(rank)s of %(of)s by score, and there is a place for all down to here: nothing is drawn."
            )
            % facts
        )
    return _("Rank %(rank)s of %(of)s by score, below those among whom places were given.") % facts


def _by_merit(band: str, facts: Mapping[str, object]) -> str:
    if band == "admit":
        return (
            _(
                "Rank %(rank)s of %(of)s by score. The rule makes this place sure: no worst case speaks against it."
            )
            % facts
        )
    return (
        _(
            "Rank %(rank)s of %(of)s by score. In the worst case a place here would serve merit less than any given."
        )
        % facts
    )


def _lottery(evidence: Evidence, facts: Mapping[str, object]) -> str:
    if evidence.method == "merit":
        return _("Rank %(rank)s of %(of)s by score: the intervals leave it open.") % facts
    return _("Rank %(rank)s of %(of)s by score: too close to the line to call.") % facts


def _drawn(evidence: Evidence, facts: Mapping[str, object]) -> str:
    if evidence.draw_rank is None:
        text = _("The chance in the draw is %(chance)s: %(drawn)s places among %(in_band)s people.")
    else:
        text = _(
            "Drawn as number %(draw_rank)s of %(in_band)s, for %(drawn)s places, with a chance of %(chance)s."
        )
    return text % facts
