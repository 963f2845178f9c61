"""Several marks of a reading, each for a criterion: their weights, and what they tell of applicants."""

from collections.abc import Sequence
from math import isfinite

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.tables import Line, Table
from tremplin.cli.sheets.words import figure, fixed, listed, percent, quoted, spelling
from tremplin.methods.calibration import Calibration, Criterion, Judgement, RubricCalibration

SHOWN = ("Criterion", "Weight", "Mean", "What one mark says", "Not judged")
_LARGEST = 3  # times the scale of another criterion


def names(table: Table) -> tuple[str, ...]:
    """The headings of the criteria; none where a reading has one mark."""
    places = table.chosen.places.get("score", ())
    return tuple(table.sheet.headings[place] for place in places) if len(places) > 1 else ()


def weighted(table: Table, words: str) -> list[Criterion]:
    """Each criterion with its weight, all alike where nothing was said: “Ideas=2,Rigour=1”. Raises Wrong."""
    found = dict.fromkeys(names(table), 1.0)
    if words and not found:
        raise Wrong(
            "--weights weighs several columns of marks, and a reading has one here.",
            'Name the columns: --columns "score=Ideas+Rigour", or leave --weights out.',
            status=2,
        )
    said = {}
    for part in filter(None, (part.strip() for part in words.split(","))):
        heading, _sign, number = part.rpartition("=")
        there = [name for name in found if spelling(name) == spelling(heading)]
        weight = _number(number)
        if not there or not weight > 0 or not isfinite(weight):
            raise Wrong(
                f"--weights {quoted(part)} cannot be understood.",
                f"Write HEADING=NUMBER for each of {listed([quoted(name) for name in found])}.",
                status=2,
            )
        said[there[0]] = weight
    left = [quoted(name) for name in found if name not in said]
    if said and left:
        raise Wrong(f"How much does {listed(left)} count?", "Give --weights for each criterion.", status=2)
    return [Criterion(name, said.get(name, weight)) for name, weight in found.items()]


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def judgements(table: Table, lines: Sequence[Line]) -> list[Judgement]:
    """A reading for each of these rows; an empty cell says that the criterion could not be judged."""
    heads = names(table)
    _look_at_scales(table, lines)
    return [
        Judgement(line["applicant"], line["reviewer"], dict(zip(heads, line["score"], strict=True)))
        for line in lines
    ]


def _look_at_scales(table: Table, lines: Sequence[Line]) -> None:
    """A criterion of 0 to 100 beside one of 0 to 5 would decide alone."""
    spreads = {}
    for part, name in enumerate(names(table)):
        marks = [line["score"][part] for line in lines if line["score"][part] is not None]
        spreads[name] = max(marks, default=0.0) - min(marks, default=0.0)
    widest, least = max(spreads, key=lambda name: spreads[name]), min(spreads, key=lambda name: spreads[name])
    if spreads[least] and spreads[widest] > _LARGEST * spreads[least]:
        table.notes.append(
            f"marks in {quoted(widest)} spread over {figure(spreads[widest])} and in {quoted(least)} over "
            f"{figure(spreads[least])}, so that the one counts far more: bring them to one scale, or set --weights"
        )


def told(made: Calibration) -> list[str]:
    """What all readings together say of each criterion."""
    rows = shown(made)
    lines = ["Criteria, calibrated together and added by their weights:"] if rows else []
    for name, weight, mean, says, left in rows:
        not_judged = "" if left == "0" else f"; {left} times not judged"
        lines.append(
            f"  {name}: weight {weight}, mean {mean}, one mark says {says} about the applicant{not_judged}"
        )
    return lines


def shown(made: Calibration) -> list[tuple[str, str, str, str, str]]:
    """The same as rows of `SHOWN`."""
    found = made.criteria if isinstance(made, RubricCalibration) else ()
    return [
        (one.code, percent(one.weight), fixed(one.mean), percent(one.reliability), f"{one.left_open:,}")
        for one in found
    ]


def heads(made: Calibration) -> tuple[str, ...]:
    return tuple(f"in {one.code}" for one in made.criteria) if isinstance(made, RubricCalibration) else ()


def cells(made: Calibration, applicant: str) -> tuple[object, ...]:
    """What an average reviewer would give in each criterion; nothing for who has no mark."""
    if not isinstance(made, RubricCalibration):
        return ()
    seen = {one.criterion: round(one.estimate, 4) for one in made.profile(applicant)}
    known = made.by_code[applicant].reads > 0
    return tuple(seen.get(one.code, "") if known else "" for one in made.criteria)
