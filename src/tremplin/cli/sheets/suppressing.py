"""`tremplin suppress`: counts read or made, cells hidden until nobody can be worked out, the attack tried."""

import argparse
from collections import Counter
from collections.abc import Sequence

from tremplin.cli.progress import Working
from tremplin.cli.sheets import crossing, picture
from tremplin.cli.sheets.crossing import Crossed, said
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, quoted
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.disclosure import DisclosureError, Shown, Suppression, attack, show

_ENDINGS = ("public.csv", "public.json", "public.html")
_HIDDEN = "hidden"
_PEOPLE = "For a list of people, say which columns to count: --rows HEADING --by HEADING."


def run(args: argparse.Namespace) -> int:
    people = bool(args.rows)
    if people:
        args.columns = [*args.columns, f"rows={args.rows}", f"by={args.by}"]
    wanted = (crossing.ROWS, crossing.BY) if people else (crossing.CATEGORY, crossing.COUNTS)
    job = Job(args, [args.file], {"": wanted})
    job.outputs.require_free(_ENDINGS)
    table = job.table(args.file, otherwise=_PEOPLE)
    table.with_totals = not people
    job.confirm()
    crossed = crossing.of_people(table) if people else crossing.of_table(table)
    job.ready()
    try:
        with Working(f"Hiding cells of {amount(len(crossed.rows) * len(crossed.columns), 'cell')}"):
            shown = show(crossed.counts, least=args.least, base=args.round)
    except DisclosureError as error:
        raise Wrong(f"{table.file}: {error}", "Correct that, then try again.") from error
    print()
    _tell(crossed, shown, args)
    _add_files(job.outputs, crossed, shown, args)
    status = job.finish()
    print(
        "\nNext: publish the table as it is written, and nothing else from the same people without checking it against"
    )
    print("this one: two tables that are safe alone may not be safe together.")
    return status


def _tell(crossed: Crossed, shown: Shown, args: argparse.Namespace) -> None:
    total = sum(map(sum, crossed.counts))
    size = f"{amount(len(crossed.rows), 'row')} × {amount(len(crossed.columns), 'column')}"
    print(f"{size}, {amount(total, 'person', 'people')}.")
    if shown.by is None:
        print(f"Fewer than {2 * args.least} people in all: nothing of such a table can be shown.")
        return
    for line in _told(shown.by, args):
        print(line)


def _told(made: Suppression, args: argparse.Namespace) -> list[str]:
    """What is hidden, why, and what an attacker can still learn."""
    if not made.codes:
        return [
            f"Nothing had to be hidden: no count is below {args.least}, and none is nearly all of its total."
        ]
    why = Counter(reason.code for code in made.codes for reason in made.why(code)[:1])
    words = {
        "small": f"fewer than {args.least} people",
        "nearly-all": "nearly everybody of a row or a column",
        "complement": "would give another one away",
    }
    lines = [f"Hidden: {amount(len(made.codes), 'count')}."]
    lines.extend(f"  {many:>5,}  {words.get(code, code)}" for code, many in why.most_common())
    lines.append(
        "No fewer would do: that is proven."
        if made.certified
        else "Perhaps fewer would do: the search was broken off with a safe choice."
    )
    tried = attack(made.publication, made.hidden)
    if tried.recovered:
        lines.append(
            f"Attack: {amount(len(tried.recovered), 'hidden count')} can be worked out, and cannot be guarded."
        )
    else:
        lines.append(
            "Attack: whoever knows every shown count and every total exactly can work out none of them."
        )
    if args.round > 1:
        lines.append(f"What is shown is rounded to {args.round}, so totals need not add up.")
    return lines


def _grid(crossed: Crossed, shown: Shown) -> list[list[str]]:
    rows = [
        [name, *map(said, counts), *_beside(crossed, total)]
        for name, counts, total in zip(crossed.rows, shown.cells, shown.rows, strict=True)
    ]
    return [*rows, ["Total", *map(said, shown.columns), *_beside(crossed, shown.total)]]


def _beside(crossed: Crossed, total: int | None) -> list[str]:
    """The total of a row, where it is not the only count itself."""
    return [said(total)] if len(crossed.columns) > 1 else []


def _add_files(outputs: Outputs, crossed: Crossed, shown: Shown, args: argparse.Namespace) -> None:
    heads = (crossed.name, *crossed.columns, *(["Total"] if len(crossed.columns) > 1 else []))
    grid = _grid(crossed, shown)
    rows: list[Sequence[object]] = [
        [_number(cell) if place else cell for place, cell in enumerate(row)] for row in grid
    ]
    outputs.add(_ENDINGS[0], "the table, to publish", as_csv(heads, rows), public=True)
    content = {
        "least": args.least,
        "rounded to": args.round,
        "columns": crossed.columns,
        "rows": dict(zip(crossed.rows, shown.cells, strict=True)),
        "totals of rows": dict(zip(crossed.rows, shown.rows, strict=True)),
        "totals of columns": dict(zip(crossed.columns, shown.columns, strict=True)),
        "total": shown.total,
        "fewest cells, proven": bool(shown.by and shown.by.certified),
    }
    outputs.add(_ENDINGS[1], "the same for programs; null is hidden", as_json(content), public=True)
    outputs.add(_ENDINGS[2], "the same to look at", _picture(heads, grid, shown, args), public=True)


def _number(cell: str) -> object:
    return int(cell) if cell.isdigit() else cell


def _picture(
    heads: Sequence[str], grid: Sequence[Sequence[str]], shown: Shown, args: argparse.Namespace
) -> str:
    hidden = sum(cell == _HIDDEN for row in grid for cell in row)
    return picture.page(
        "A table in which nobody can be worked out",
        f"Counts below {args.least} are hidden, and others that would give them away. What is shown is rounded to "
        f"{args.round}, so totals need not add up.",
        [
            picture.table(
                "Counts of people", heads, grid, numbers=frozenset(range(1, len(heads))), hidden=_HIDDEN
            ),
            picture.paragraphs(
                [
                    f"{amount(hidden, 'count')} hidden, marked {quoted(_HIDDEN)}."
                    + (" No fewer would do: that is proven." if shown.by and shown.by.certified else "")
                ]
            ),
        ],
        "Made with “tremplin suppress”.",
    )
