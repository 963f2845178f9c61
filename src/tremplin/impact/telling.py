"""What the draws of a programme could show of its effect, in sentences: first of all, how little."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import number, percent


def effect_sentences(effect: Mapping[str, Any] | None) -> list[str]:
    """What is to be said with the outcomes of scholars, whatever they are."""
    first = _(
        "The outcomes on this page are those of scholars alone. They tell how scholars fare, not what the programme "
        "changed: people who nearly got a place might fare as well without it."
    )
    if effect is None:
        return [first, _("There is no open draw of this edition from which more could be read.")]
    if effect["places"] in (0, effect["drawn"]):
        return [first, _("In this edition chance decided about nobody, so that nobody can be compared.")]
    return [first, _draw(effect), *_size(effect)]


def _draw(effect: Mapping[str, Any]) -> str:
    text = ngettext(
        "Chance gave %(places)s place to one of %(drawn)s people, each with a chance of %(chance)s. What became of "
        "both sides would tell what the offer of a place did; those who were not drawn are not asked.",
        "Chance gave %(places)s places to some of %(drawn)s people, each with a chance of %(chance)s on average. What "
        "became of both sides would tell what the offer of a place did; those who were not drawn are not asked.",
        effect["places"],
    )
    words = {name: number(effect[name]) for name in ("places", "drawn")}
    return text % {**words, "chance": percent(effect["chance"])}


def _size(effect: Mapping[str, Any]) -> list[str]:
    assumed = _("if %(usual)s of those without a place said yes") % {"usual": percent(effect["usual"])}
    found = []
    if effect["smallest"] is None:
        found.append(_("A draw of this size could show no effect, however large."))
    else:
        text = _(
            "A draw of this size would be likely to show an effect of %(points)s points or more and none that is "
            "smaller, %(assumed)s. That nothing shows is then no sign that there is nothing."
        )
        found.append(text % {"points": _points(effect["smallest"]), "assumed": assumed})
    if effect["editions"] > 1:
        found.append(_together(effect))
    if effect["needed"] is None:
        text = _("Not even two hundred editions of this size together would show one of %(points)s points.")
        found.append(text % {"points": _points(effect["wanted"])})
    elif effect["needed"] > 1:
        text = _("It takes %(needed)s editions of this size together to show one of %(points)s points.")
        found.append(text % {"needed": number(effect["needed"]), "points": _points(effect["wanted"])})
    return found


def _together(effect: Mapping[str, Any]) -> str:
    words = {"editions": number(effect["editions"])}
    if effect["together"] is None:
        return _("Nor could the draws of all %(editions)s editions together.") % words
    text = _("The draws of all %(editions)s editions together would show one of %(points)s points.")
    return text % {**words, "points": _points(effect["together"])}


def _points(share: float) -> str:
    return number(round(100 * share))
