"""`tremplin draw`: the list read, the promise kept, the draw made, its file and its picture written."""

import argparse
import secrets
from fractions import Fraction

from tremplin.cli.sheets import picture, sealing
from tremplin.cli.sheets.entries import COLUMNS, Entry, entries, only, refuse_names
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.odds import listing
from tremplin.cli.sheets.words import amount, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv
from tremplin.methods.lottery import RULE, Draw, dumps
from tremplin.methods.lottery import run as draw

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # none that is taken for another
_NEW_LENGTH = 6
_ENDINGS = ("draw.json", "draw.csv", "draw.html")


def run(args: argparse.Namespace) -> int:
    if args.seal:
        return sealing.make(args.seal, args.public, dry=args.dry_run)
    if args.group:
        args.columns = [*args.columns, f"group={args.group}"]
    job = Job(args, [args.file], {"": COLUMNS})
    if args.new_codes:
        return _new_codes(job)
    promise, reveal = sealing.revealed(args)
    job.outputs.require_free(_ENDINGS)
    table = job.of_sheet(only(job.sheet(args.file), args.only))
    job.confirm()
    refuse_names(table, sure=args.not_names)
    found = entries(table)
    job.ready()
    try:
        made = draw(listing(table, found, args), promise=promise, reveal=reveal)
    except ValueError as error:
        raise Wrong(
            f"{table.file} cannot be drawn from: {error}.", "Correct that, then try again."
        ) from error
    print()
    _tell_terms(made)
    if not job.dry:
        _tell_outcome(made)
    _add_files(job.outputs, made, found)
    status = job.finish()
    print(f"\nNext: publish {job.outputs.path(_ENDINGS[0]).name}. Anybody can check it:")
    print(f"  tremplin verify {job.outputs.path(_ENDINGS[0]).name} --sealed {made.commitment}")
    return status


def _chances(made: Draw) -> str:
    """“the same chance, 15 %”, or from which to which."""
    odds = sorted(set(made.probabilities.values()))
    if len(odds) == 1:
        return f"each has the same chance, {_said(odds[0])}"
    return f"chances go from {_said(odds[0])} to {_said(odds[-1])}" if odds else "nobody to draw"


def _said(chance: Fraction) -> str:
    return percent(float(chance))


def _tell_terms(made: Draw) -> None:
    count = len(made.entries)
    print(f"{amount(count, 'entry', 'entries')}, {amount(made.places, 'place')}: {_chances(made)}.")
    if made.reveal.secret:
        print(f"The secret gives this seal: {made.commitment}")
        print("It must be the one that you published before the list was known.")
    for source, value in zip(made.promise.sources, made.reveal.values, strict=True):
        print(
            f"Public number: {source.name} = {value}. It must have been announced before anybody could know it."
        )


def _tell_outcome(made: Draw) -> None:
    print(f"\nDrawn, in this order: {some(list(made.chosen), 20) or 'nobody'}.")
    if made.reserve:
        print(f"If a place comes free, it goes to {some(list(made.reserve), 5)}, in this order.")
    if made.control:
        print(f"To compare with later: {some(list(made.control), 5)}.")


def _outcomes(made: Draw) -> dict[str, str]:
    """How each entry fared, in one word, in the order of the draw."""
    told = dict.fromkeys(made.chosen, "drawn")
    told.update((code, f"reserve {number}") for number, code in enumerate(made.reserve, 1))
    told.update(dict.fromkeys(made.control, "control"))
    return told | {code: "not drawn" for code in made.entries if code not in told}


def _add_files(outputs: Outputs, made: Draw, found: list[Entry]) -> None:
    said = {entry.code: entry for entry in found}
    told = _outcomes(made)
    outputs.add(_ENDINGS[0], "the draw, to publish: codes, secret, outcome", dumps(made), public=True)
    rows = [
        (said[code].said, code, round(float(made.probabilities[code]), 6), number, word, said[code].row)
        for number, (code, word) in enumerate(told.items(), 1)
    ]
    heads = ("code", "code in the draw", "chance", "order", "outcome", "row")
    outputs.add(_ENDINGS[1], "the same as a table, with the rows of your list", as_csv(heads, rows))
    outputs.add(_ENDINGS[2], "a picture of it, to publish", _picture(made, told), public=True)


def _picture(made: Draw, told: dict[str, str]) -> str:
    odds = sorted(set(made.probabilities.values()))
    alike = len(odds) <= 1
    tiles: list[tuple[str, str, picture.Tone]] = [
        (
            code,
            word if alike else f"{word} ({_said(made.probabilities[code])})",
            "yes" if word == "drawn" else "",
        )
        for code, word in told.items()
    ]
    return picture.page(
        "A draw by lot",
        f"{amount(made.places, 'place')} among {amount(len(made.entries), 'entry', 'entries')}; {_chances(made)}.",
        [
            picture.facts(
                [
                    ("Entries", f"{len(made.entries):,}"),
                    ("Places", f"{made.places:,}"),
                    ("Chance", _said(odds[0]) if len(odds) == 1 else "each their own"),
                ]
            ),
            picture.tiles("The order of the draw", tiles),
            picture.heading("Check it yourself"),
            picture.paragraphs(
                [
                    f"Entries of a group are taken by {RULE}. The seed is SHA-256 of the seal, the secret and the "
                    "public numbers, with a bar between each; the seal, published before the list was known, promised "
                    "them. Nothing else enters."
                ]
            ),
            picture.code_line("Seal:", made.commitment),
            *([picture.code_line("Secret:", made.reveal.secret)] if made.reveal.secret else []),
            *(
                picture.code_line(f"{source.name}:", value)
                for source, value in zip(made.promise.sources, made.reveal.values, strict=True)
            ),
            picture.code_line("Seed:", made.seed),
        ],
        "Codes name nobody. Made with “tremplin draw”; “tremplin verify” checks the file that goes with this picture.",
    )


def _new_codes(job: Job) -> int:
    """A copy of the list with a fresh code in front of each row: who is who stays with its owner."""
    ending = "codes.csv"
    job.outputs.require_free([ending])
    sheet = job.sheet(job.args.file)
    job.faults.stop_if_any()
    codes: set[str] = set()
    while len(codes) < len(sheet.rows):
        codes.add("".join(secrets.choice(_ALPHABET) for _ in range(_NEW_LENGTH)))
    rows = [(code, *row.cells) for code, row in zip(codes, sheet.rows, strict=True)]
    job.outputs.add(
        ending,
        "your list with a code for each row; keep it to yourself",
        as_csv(("code", *sheet.headings), rows),
    )
    print(f"{sheet.path.name}: a code for each of {amount(len(rows), 'row')}.")
    status = job.finish()
    path = job.outputs.path(ending)
    print(
        f"\nNext: draw from it, and publish codes alone: tremplin draw {path.name} --places N --secret secret.json"
    )
    return status
