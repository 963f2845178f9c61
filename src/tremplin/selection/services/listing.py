"""From evidence to chances, and to the list that is drawn from. No database."""

from collections.abc import Mapping
from fractions import Fraction

from tremplin.methods import lottery
from tremplin.methods.selection.bands import BoundedLine, FundingLine, Top
from tremplin.methods.selection.merit import Merit
from tremplin.methods.selection.outcome import Rule, Selection
from tremplin.methods.selection.rounding import UNIT, to_units
from tremplin.programmes.schema import SelectionPlan
from tremplin.selection.models import Band


def rule_of(plan: SelectionPlan) -> Rule:
    """The rule that the programme file fixed."""
    rules: dict[str, Rule] = {
        "draw": BoundedLine(plan.admit_share, plan.band_factor),
        "funding-line": FundingLine(),
        "merit": Merit(),
        "top": Top(),
    }
    return rules[plan.method]


def chances_of(found: Selection, codes: Mapping[str, str]) -> dict[str, Fraction]:
    """The chance that everybody is drawn with, by the key of the application.

    As the rule gives them where all who draw have the same; else in whole millionths, which is what a draw takes.
    A millionth that is left over goes by the code in the draw, so that everybody can work it out.
    """
    keys = [row.code for row in found.scored]
    if len({chance for chance in found.chances if 0 < chance < 1}) <= 1:
        return dict(zip(keys, found.chances, strict=True))
    units = to_units(found.chances, places=min(found.places, len(keys)), codes=[codes[key] for key in keys])
    return {key: Fraction(unit, UNIT) for key, unit in zip(keys, units, strict=True)}


def band_of(chance: Fraction) -> Band:
    return Band.ADMIT if chance == 1 else Band.DECLINE if chance == 0 else Band.LOTTERY


def list_of(chances: Mapping[str, Fraction], codes: Mapping[str, str]) -> lottery.Listing:
    """Those who draw, under their codes: with one chance for all, or each with their own.

    Whoever is not chosen follows in the reserve, and stands in the control order besides: whom to compare with later.
    """
    drawing = {codes[key]: chance for key, chance in chances.items() if 0 < chance < 1}
    if len(set(drawing.values())) <= 1:
        return lottery.equal(drawing, places=int(sum(drawing.values())), control=len(drawing))
    units = {code: int(chance * UNIT) for code, chance in drawing.items()}
    return lottery.by_chances([units], control=len(drawing))
