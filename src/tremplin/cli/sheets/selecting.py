"""`tremplin select`: scores with intervals read, a rule applied, each applicant's chance and its reason written."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import cells, entries, limiting, paneling, picture
from tremplin.cli.sheets.columns import Column
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.limiting import Limits
from tremplin.cli.sheets.paneling import paneled
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import amount, decimals, figure, fixed, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.selection.bands import BoundedLine, FundingLine, Top
from tremplin.methods.selection.clash import Clash
from tremplin.methods.selection.merit import Merit, MeritWithin
from tremplin.methods.selection.outcome import BadEvidence, Band, Certificate, Rule, Scored, Selection

_ENDINGS = ("selection.csv", "selection.json", "selection.html")
SCORE = Column(
    "score",
    "score",
    cells.NUMBER,
    (
        "score",
        "estimate",
        "mean",
        "average",
        "mark",
        "result",
        "note",
        "moyenne",
        "estimation",
        "résultat",
        "points",
    ),
)
_LOW = Column(
    "low",
    "lower end of the interval",
    cells.NUMBER,
    ("low", "lower", "lower bound", "from", "min", "bas", "borne basse", "borne inférieure", "de"),
    needed=False,
)
_HIGH = Column(
    "high",
    "upper end of the interval",
    cells.NUMBER,
    ("high", "upper", "upper bound", "to", "max", "haut", "borne haute", "borne supérieure", "à"),
    needed=False,
)
COLUMNS = (entries.CODE, SCORE, _LOW, _HIGH)
_BANDS: Final[tuple[tuple[Band, str], ...]] = (
    ("sure", "A place for sure"),
    ("lottery", "Lottery"),
    ("not", "No place"),
)
_TONES: Final[dict[Band, picture.Tone]] = {"sure": "yes", "lottery": "maybe", "not": "no"}
BECAUSE: Final[dict[str, str]] = {
    "enough places": "there are as many places as applicants",
    "no places": "there are no places",
    "above the line": "the whole interval lies above the line",
    "below the line": "the whole interval lies below the line",
    "across the line": "the interval reaches across the line: the scores cannot tell",
    "sure places taken": "above the line, but the places that may be sure are taken",
    "lottery full": "reaches the line, but the lottery is as large as it may be",
    "behind": "reaches the line, but somebody with a better score does not",
    "places left for all": "as many places are left as people stand at the line",
    "by estimate": "by the score alone",
    "tied at the last place": "the same score as the last place",
    "in every top": "among the best in whatever order the intervals allow",
    "in no top": "among the best in no order that the intervals allow",
    "by the worst case": "the chance that serves best whatever the true order within the intervals is",
    "slope": "the chance rises with the score",
    "limits": "limits on groups move places",
}


def run(args: argparse.Namespace) -> int:
    if args.limits and args.rule != "merit":
        raise Wrong(
            f"--limits goes with --rule merit; the rule “{args.rule}” knows of no groups.",
            "Add --rule merit; or for chances that look at no score, tremplin draw LIST --limits FILE.",
            status=2,
        )
    job = Job(args, [args.file, *filter(None, [args.limits])], {"": COLUMNS, "limits": limiting.COLUMNS})
    job.outputs.require_free(_ENDINGS)
    sheet = job.sheet(args.file)
    bounds = limiting.table_of(job, args.limits) if args.limits else None
    table = job.of_sheet(
        sheet, wanted=(*COLUMNS, *(limiting.columns_of(bounds, sheet) if bounds is not None else ()))
    )
    _require_intervals(table, args.rule)
    job.confirm()
    sign = -1 if args.lowest_first else 1
    people = _people(table, sign)
    limits = limiting.read(bounds, table, args.places) if bounds is not None else None
    job.ready()
    try:
        with Working(f"Selecting among {amount(len(people), 'applicant')}"):
            made = _rule(args, limits, people).select(list(people.values()), places=args.places)
    except Clash as error:
        raise (limits.wrong(error) if limits else error) from error
    except BadEvidence as error:
        raise Wrong(f"{table.file}: {error}.", "Correct that, then try again.") from error
    print()
    _tell(made, sign)
    if limits:
        print("\n".join([*limits.told(), _panels(made, people, limits)]))
    _add_files(job.outputs, made, sign, _traits(people, limits))
    status = job.finish()
    _tell_next(made, job.outputs, args.limits)
    return status


def _rule(args: argparse.Namespace, limits: Limits | None, people: Mapping[int, Scored]) -> Rule:
    if args.rule == "bounded":
        return BoundedLine(admit_share=args.sure_share, band_factor=args.people_a_place)
    if limits:
        return MeritWithin(*limits.as_codes(list(people)))
    others: dict[str, Rule] = {"line": FundingLine(), "top": Top(), "merit": Merit()}
    return others[args.rule]


def _panels(made: Selection, people: Mapping[int, Scored], limits: Limits) -> str:
    """Whether these chances can be drawn in whole panels: chances keep limits on average, a draw must keep them."""
    entries_of = [entries.Entry(row, one.code, one.code) for row, one in people.items()]
    chances = dict(zip((one.code for one in made.scored), made.chances, strict=True))
    with Working("Finding panels with these chances"):
        found = paneled(entries_of, limits, min(made.places, len(people)), "given", chances)
    return paneling.promised(found)


def _traits(people: Mapping[int, Scored], limits: Limits | None) -> dict[str, dict[str, str]]:
    """What limits ask of each code: it goes along, for the draw to keep the same limits."""
    return {one.code: limits.of(row) for row, one in people.items()} if limits else {}


def _require_intervals(table: Table, rule: str) -> None:
    """A lottery is for what scores cannot tell, so it needs to know what they can. Raises Wrong without intervals."""
    lacking = [key for key in ("low", "high") if not table.has(key)]
    if lacking and rule != "top":
        raise Wrong(
            f"{table.file} has no column for {' and '.join(lacking)}: the rule “{rule}” needs the intervals of scores.",
            "Make intervals from the marks of your reviewers with “tremplin calibrate”, name the columns with "
            '--columns "low=HEADING,high=HEADING", or select by score alone with --rule top.',
        )


def _people(table: Table, sign: int) -> dict[int, Scored]:
    """By row."""
    table.require_unique("code", "applicant")
    found: dict[int, Scored] = {}
    for line in table:
        code, score = line["code"], line["score"]
        low = score if not table.has("low") else line["low"]
        high = score if not table.has("high") else line["high"]
        if code is None or score is None or low is None or high is None:
            continue
        if not low <= score <= high:
            table.wrong(
                line,
                "score",
                f"the interval {figure(low)} to {figure(high)} does not hold the score {figure(score)}.",
                "Check the three figures, and that no column was taken for another.",
                "interval",
            )
        elif all(map(isfinite, (low, score, high))):
            ends = sorted((sign * low, sign * high))
            found[line.number] = Scored(code, sign * score, ends[0], ends[1])
    return found


def _tell(made: Selection, sign: int) -> None:
    print(f"{amount(len(made.scored), 'applicant')}, {amount(made.places, 'place')}, rule: {made.rule}.")
    line = _line(made, sign)
    if line:
        own = f"Each group has a line of its own, all within {line}."
        print(own if made.own_lines else f"The line runs at {line}.")
    for band, words in _BANDS:
        codes = list(made.members(band))
        print(f"{words}: {len(codes):,}" + (f" ({some(codes, 12)})" if codes and band != "not" else "") + ".")
    chances = sorted({chance for chance in made.chances if 0 < chance < 1}, reverse=True)
    if chances:
        most, least = _said(chances[0]), _said(chances[-1])
        each = f"each with a chance of {most}" if most == least else f"with chances from {least} to {most}"
        print(f"In the lottery {amount(made.drawn, 'place is', 'places are')} drawn, {each}.")
    if made.certificate:
        print(_promised(made.certificate))
    print("Why:")
    for cause, many in Counter(made.causes).most_common():
        print(f"  {many:>6,}  {BECAUSE[cause]}")
    if chances:
        print(
            "What stays uncertain: inside the lottery the scores cannot order people; the lot decides, openly."
        )


def _promised(certificate: Certificate) -> str:
    value, bound = (figure(float(number), 3) for number in (certificate.value, certificate.bound))
    proven = (
        "no rule can promise more, proven"
        if not certificate.gap
        else f"no rule can promise more than {bound}"
    )
    return f"In the worst case within the intervals {value} of the truly best are expected to have a place; {proven}."


def _line(made: Selection, sign: int) -> str:
    low, high = sorted(sign * end for end in made.line)
    if not (isfinite(low) and isfinite(high)):
        return ""
    return figure(low) if low == high else f"{figure(low)} to {figure(high)}"


def _said(chance: Fraction) -> str:
    return f"{chance} ({percent(float(chance))})" if chance.denominator <= 1000 else percent(float(chance))


def _tell_next(made: Selection, outputs: Outputs, limits: str) -> None:
    print("\nNext: look at the picture, and at those near the line.", end="")
    chances = {chance for chance in made.chances if 0 < chance < 1}
    if chances:
        name = outputs.path(_ENDINGS[0]).name
        print(" Then draw, with a secret that was sealed before:")
        if limits:
            print(f"  tremplin draw {name} --limits {limits} --places {made.places} --secret secret.json")
            return
        print(f"  tremplin draw {name} --only band=lottery --places {made.drawn} --secret secret.json")
    else:
        print()


@dataclass(frozen=True, slots=True)
class _Row:
    """An applicant as the files tell of them, on the scale of the input."""

    rank: int
    code: str
    band: Band
    chance: Fraction
    score: float
    low: float
    high: float
    why: str

    def cells(self) -> dict[str, object]:
        """A chance is no “1/3” here: spreadsheets make a day in March of that."""
        chance = round(float(self.chance), 6)
        return {
            "rank": self.rank,
            "code": self.code,
            "band": self.band,
            "chance": chance,
            "score": self.score,
            "low": self.low,
            "high": self.high,
            "why": self.why,
        }

    def mark(self, places: int) -> picture.Mark:
        drawn = percent(float(self.chance)) if self.band == "lottery" else ""
        return picture.Mark(
            name=self.code,
            low=self.low,
            high=self.high,
            at=self.score,
            said=f"{fixed(self.score, places)} ({fixed(self.low, places)} to {fixed(self.high, places)})",
            tone=_TONES[self.band],
            tag="" if self.band == "not" else f"{self.band} {drawn}".strip(),
        )


def _rows(made: Selection, sign: int) -> list[_Row]:
    scored = {row.code: row for row in made.scored}
    causes = dict(zip(scored, made.causes, strict=True))
    rows = []
    for placed in made.placed:
        row = scored[placed.code]
        low, high = sorted((sign * row.low, sign * row.high))
        why = BECAUSE[causes[placed.code]]
        rows.append(
            _Row(placed.rank, placed.code, placed.band, placed.chance, sign * row.estimate, low, high, why)
        )
    return rows


def _add_files(outputs: Outputs, made: Selection, sign: int, traits: Mapping[str, dict[str, str]]) -> None:
    rows = _rows(made, sign)
    categories = list(next(iter(traits.values()), {}))
    heads = ("rank", "code", "band", "chance", "score", "low", "high", "why", *categories)
    body = [[*row.cells().values(), *traits.get(row.code, {}).values()] for row in rows]
    if traits:
        # Panels must keep limits to the last digit, so their chances are not rounded to what people read.
        body = [
            [*cells_of[:3], round(float(row.chance), 12), *cells_of[4:]]
            for cells_of, row in zip(body, rows, strict=True)
        ]
    outputs.add(_ENDINGS[0], "everybody with band, chance and reason", as_csv(heads, body))
    content = {
        "rule": made.rule,
        "places": made.places,
        "line": [sign * end if isfinite(end) else None for end in made.line],
        "applicants": [{**row.cells(), "chance": str(row.chance)} for row in rows],
    }
    outputs.add(_ENDINGS[1], "the same for programs, with exact chances", as_json(content))
    outputs.add(_ENDINGS[2], "a picture of it", _picture(made, rows, sign))


def _picture(made: Selection, rows: Sequence[_Row], sign: int) -> str:
    counts = Counter(row.band for row in rows)
    places = decimals(end for row in rows for end in (row.low, row.high))
    line = made.line[0] if made.line[0] == made.line[1] and isfinite(made.line[0]) else None
    return picture.page(
        "Who has a place, and who draws for one",
        f"{amount(len(rows), 'applicant')}, {amount(made.places, 'place')}, by the rule “{made.rule}”.",
        [
            picture.facts(
                [
                    ("A place for sure", f"{counts['sure']:,}"),
                    ("In the lottery", f"{counts['lottery']:,}"),
                    ("Drawn there", f"{made.drawn:,}"),
                    ("No place", f"{counts['not']:,}"),
                ]
            ),
            picture.marks(
                "Scores and their intervals, best first",
                [row.mark(places) for row in rows],
                heads=("Applicant", "Score (interval)"),
                edge=None if line is None else sign * line,
                edge_name="the line",
            ),
            picture.heading("Why"),
            picture.listing(
                f"{many:,}: {BECAUSE[cause]}" for cause, many in Counter(made.causes).most_common()
            ),
        ],
        "Made with “tremplin select”. Intervals say what scores cannot: within them the order is not known.",
    )
