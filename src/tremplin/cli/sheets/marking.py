"""Marks as reviewers hand them in: a row for each, or a column for each reviewer."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from math import isfinite
from statistics import fmean

from tremplin.cli.sheets import cells, columns, entries
from tremplin.cli.sheets.columns import Column
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.reading import Sheet
from tremplin.cli.sheets.tables import Line, Table
from tremplin.cli.sheets.words import amount, figure, quoted, some
from tremplin.methods.calibration import Read

APPLICANT = Column(
    "applicant",
    "code of the applicant",
    cells.CODE,
    ("applicant", "candidate", "candidat", "candidature", "application", "proposal", *entries.CODE.names),
)
REVIEWER = Column(
    "reviewer",
    "code of the reviewer",
    cells.CODE,
    (
        "reviewer",
        "reader",
        "rater",
        "assessor",
        "judge",
        "juror",
        "expert",
        "voter",
        "évaluateur",
        "évaluatrice",
        "lecteur",
        "lectrice",
        "relecteur",
        "rapporteur",
        "examinateur",
        "correcteur",
        "juré",
        "jury",
    ),
    by_values=False,
)
_MARKS = ("score", "mark", "rating", "grade", "points", "note", "notation", "avis", "result")
SCORE = Column("score", "mark", cells.NUMBER, _MARKS, many=True, may_be_empty=True)
MARKS = Column(
    "marks",
    "marks of a reviewer",
    cells.NUMBER,
    (*REVIEWER.names, *_MARKS),
    many=True,
    may_be_empty=True,
)
LONG, WIDE = (APPLICANT, REVIEWER, SCORE), (APPLICANT, MARKS)
COLUMNS = (*LONG, MARKS)
NUMERIC = 0.9
_ENOUGH_TO_TELL = 12  # marks
_FAR = 3  # times the distance between the low and the high twentieth
_DAYS = (20_000, 60_000)  # 1954 to 2064, as spreadsheets count days


def table(job: Job, source: str) -> Table:
    """The table of marks, in whichever of both forms it is."""
    sheet = job.sheet(source)
    wide = job.given("", "marks") or not (job.given("", "reviewer") or _has_reviewers(sheet))
    return job.of_sheet(sheet, wanted=WIDE if wide else LONG)


def _has_reviewers(sheet: Sheet) -> bool:
    """Whether one column says who the reviewer is. “Reviewer 1” and “Reviewer 2” full of figures are marks."""
    named = [place for place, head in enumerate(sheet.headings) if columns.likeness(head, REVIEWER)]
    words = [
        place for place in named if columns.readable(columns.filled(sheet, place), cells.NUMBER) < NUMERIC
    ]
    return len(named) == 1 or len(words) == 1


def reads(table: Table) -> list[Read]:
    """One read for each reviewer of each applicant. Faults go to the table.

    Marks of several columns are averaged here, for a first look; `criteria` keeps them apart.
    """
    found = _wide(table) if table.has("marks") else _long(table)
    _look_for_strays(table, "marks" if table.has("marks") else "score")
    if not found and not table.faults.found:
        table.wrong(None, "", "no row holds a mark.", "Check which column holds the marks.")
    return found


def _wide(table: Table) -> list[Read]:
    places = table.chosen.places["marks"]
    names = [table.sheet.headings[place] for place in places]
    table.require_unique("applicant", "applicant")
    return [
        Read(line["applicant"], name, mark)
        for line in table
        if line["applicant"] is not None
        for name, mark in zip(names, line["marks"], strict=True)
        if mark is not None
    ]


def _long(table: Table) -> list[Read]:
    table.require_one_case("applicant")
    table.require_one_case("reviewer")
    found: list[Read] = []
    first: dict[tuple[str, str], Line] = {}
    for line in table:
        applicant, reviewer = line["applicant"], line["reviewer"]
        if applicant is None or reviewer is None or not _marks(line):
            continue
        if (earlier := first.setdefault((applicant, reviewer), line)) is not line:
            table.wrong(
                line,
                "score",
                f"{quoted(reviewer)} has marked {quoted(applicant)} in row {earlier.number} already.",
                "Keep the mark that counts.",
                "twice",
            )
            continue
        found.append(Read(applicant, reviewer, fmean(_marks(line))))
    empty = sum(bool(line["applicant"] and line["reviewer"] and not _marks(line)) for line in table)
    if empty:
        table.notes.append(f"{amount(empty, 'row')} without a mark left out")
    return found


def _marks(line: Line) -> list[float]:
    return [mark for mark in line["score"] if mark is not None]


def readings(table: Table) -> list[Line]:
    """Rows of somebody’s reading of somebody, with a mark at least."""
    return [line for line in table if line["applicant"] and line["reviewer"] and _marks(line)]


def _look_for_strays(table: Table, key: str) -> None:
    """Marks far away from all others: days that a spreadsheet counts are a fault, others are pointed at."""
    marks = [
        (line, part, mark)
        for line in table
        for part, mark in enumerate(line[key])
        if mark is not None and isfinite(mark)
    ]
    if len(marks) < _ENOUGH_TO_TELL:
        return
    ordered = sorted(mark for _line, _part, mark in marks)
    few = max(1, len(ordered) // 20)
    low, high = ordered[few], ordered[-1 - few]
    room = _FAR * (high - low)
    strays = [one for one in marks if room and not low - room <= one[2] <= high + room]
    for line, part, mark in strays:
        if high < _DAYS[0] / 10 and mark.is_integer() and _DAYS[0] <= mark <= _DAYS[1]:
            day = date(1899, 12, 30) + timedelta(days=int(mark))
            what = f"“{mark:.0f}” is a day as spreadsheets count them, {day.isoformat()}."
            remedy = "Write the figure again, in cells formatted as numbers."
            table.wrong(line, key, what, remedy, "date", part=part)
    told = [f"{figure(mark)} in row {line.number}" for line, _part, mark in strays]
    if told:
        table.notes.append(
            f"{some(told, 5)} {'lies' if len(told) == 1 else 'lie'} far from nearly all marks, which are {figure(low)} "
            f"to {figure(high)}: is that right?"
        )


def unmarked(table: Table, found: list[Read]) -> list[str]:
    """Applicants who stand in the table and have no mark."""
    marked = {read.applicant for read in found}
    return list(dict.fromkeys(code for code in table.column("applicant") if code and code not in marked))


def step(found: list[Read]) -> float:
    """The distance between neighbouring marks: 1 on a scale of whole marks, 0.5 on one of halves."""
    marks = sorted({round(read.score, 6) for read in found})
    return min((after - before for before, after in pairwise(marks)), default=0.0)


def require_comparison(found: list[Read]) -> None:
    """Raise Wrong where there is nothing to compare."""
    per_reviewer: defaultdict[str, int] = defaultdict(int)
    for read in found:
        per_reviewer[read.reviewer] += 1
    if len({read.applicant for read in found}) < 2:
        raise Wrong(
            "There is only one applicant with a mark.", "Calibration compares applicants: give all of them."
        )
    if len(per_reviewer) < 2:
        raise Wrong(
            "All marks are by one reviewer, so there is nobody to compare with.",
            "Take the marks as they are, or check which column says who the reviewer is.",
        )
