"""`tremplin draw`: the list read, the seed checked, the draw made, its file and its picture written."""

import argparse
import re
import secrets
from pathlib import Path

from tremplin.cli.sheets import picture
from tremplin.cli.sheets.entries import CODE, Entry, entries, only, refuse_names
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv
from tremplin.methods import lottery

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # none that is taken for another
_NEW_LENGTH = 6
_ENDINGS = ("draw.json", "draw.csv", "draw.html")
_SHORTEST_SEED = 16


def run(args: argparse.Namespace) -> int:
    if args.seal:
        return _seal(args.seal, dry=args.dry_run)
    job = Job(args, [args.file], {"": [CODE]})
    if args.new_codes:
        return _new_codes(job)
    seed = _seed(args)
    if args.places is None:
        raise Wrong("How many places are drawn?", "Say so: --places 8.", status=2)
    job.outputs.require_free(_ENDINGS)
    table = job.of_sheet(only(job.sheet(args.file), args.only))
    job.confirm()
    refuse_names(table, sure=args.not_names)
    found = entries(table)
    job.ready()
    print()
    if args.places > len(found):
        print(f"There are more places ({args.places:,}) than entries ({len(found):,}): all get one.\n")
    made = lottery.draw([entry.code for entry in found], secret=seed, places=args.places)
    _tell_terms(made, public=bool(args.seed))
    if not job.dry:
        _tell_outcome(made)
    _add_files(job.outputs, made, found)
    status = job.finish()
    _tell_next(made, job.outputs.path(_ENDINGS[0]))
    return status


def _seal(path: Path, *, dry: bool) -> int:
    """Make a seed and write it to a file of its own; print what is published of it."""
    outputs = Outputs(path.stem, path.parent)
    if path.exists():
        raise Wrong(f"{path} is there already.", "A seal is made once. Choose another name, or use this one.")
    outputs.require_free([])
    seed = lottery.new_secret()
    if dry:
        print(f"Dry run: nothing was written. It would be a secret seed, in {path}.")
        return 0
    outputs.write_one(path, seed + "\n")
    print(f"A secret seed is in {path}. Show it to nobody before the draw, and do not lose it.")
    print("Publish this now, before the list of entries is known:")
    print(f"  {lottery.commitment(seed)}")
    print("It tells nothing of the seed, and lets anybody see later that the seed was not changed.")
    return 0


def _seed(args: argparse.Namespace) -> str:
    """The seed of the draw. Raises Wrong where there is none that anybody could trust."""
    if args.seed:
        if len(args.seed) < _SHORTEST_SEED:
            raise Wrong(
                f"A seed of {amount(len(args.seed), 'sign')} could be tried out until the outcome pleases.",
                f"Take a public number of {_SHORTEST_SEED} signs or more that was announced before it was known.",
            )
        return str(args.seed)
    if args.seed_file is None:
        raise Wrong(
            "A draw needs a seed that nobody could choose to suit the outcome.",
            "Seal one before the list is known: tremplin draw --seal seed.txt; then draw with --seed-file seed.txt.",
            status=2,
        )
    try:
        words = args.seed_file.read_text("utf-8").split()
    except FileNotFoundError:
        raise Wrong(f"There is no file {args.seed_file}.", "Name the file that --seal wrote.") from None
    except (UnicodeDecodeError, IsADirectoryError):
        words = []
    if len(words) != 1 or not re.fullmatch(r"[0-9a-f]{64}", words[0]):
        raise Wrong(f"{args.seed_file} holds no seed.", "Name the file that --seal wrote, unchanged.")
    return str(words[0])


def _tell_terms(made: lottery.Draw, *, public: bool) -> None:
    count = len(made.entries)
    chance = percent(min(1.0, made.places / count)) if count else "0 %"
    print(
        f"{amount(count, 'entry', 'entries')}, {amount(made.places, 'place')}: each has the same chance, {chance}."
    )
    print(f"Rule: {lottery.RULE}.")
    if public:
        print("The seed is public. It must have been announced before anybody could know it.")
    else:
        print(f"The seed gives this seal: {made.commitment}")
        print("It must be the one that you published before the list was known.")


def _tell_outcome(made: lottery.Draw) -> None:
    print(f"\nDrawn, in this order: {some(list(made.chosen), 20) or 'nobody'}.")
    reserve = made.order[made.places :]
    if reserve:
        print(f"If a place comes free, it goes to {some(list(reserve), 5)}, in this order.")


def _tell_next(made: lottery.Draw, path: Path) -> None:
    print(f"\nNext: publish {path.name}. Anybody can check it:")
    print(f"  tremplin verify {path.name} --sealed {made.commitment}")


def _add_files(outputs: Outputs, made: lottery.Draw, found: list[Entry]) -> None:
    said = {entry.code: entry for entry in found}
    place = {code: number for number, code in enumerate(made.order, 1)}
    outputs.add(_ENDINGS[0], "the draw, to publish: codes, seed, outcome", lottery.dumps(made), public=True)
    rows = [
        (said[code].said, code, place[code], place[code] <= made.places, said[code].row)
        for code in made.order
    ]
    outputs.add(
        _ENDINGS[1],
        "the same as a table, with the rows of your list",
        as_csv(("code", "code in the draw", "order", "drawn", "row"), rows),
    )
    outputs.add(_ENDINGS[2], "a picture of it, to publish", _picture(made), public=True)


def _picture(made: lottery.Draw) -> str:
    count = len(made.entries)
    chance = percent(min(1.0, made.places / count)) if count else "0 %"
    tiles: list[tuple[str, str, picture.Tone]] = [
        (
            code,
            "drawn" if number <= made.places else f"reserve {number - made.places}",
            "yes" if number <= made.places else "",
        )
        for number, code in enumerate(made.order, 1)
    ]
    return picture.page(
        "A draw by lot",
        f"{amount(made.places, 'place')} among {amount(count, 'entry', 'entries')}, each with the same chance.",
        [
            picture.facts(
                [("Entries", f"{count:,}"), ("Places", f"{made.places:,}"), ("Chance of each", chance)]
            ),
            picture.tiles("The order of the draw", tiles),
            picture.heading("Check it yourself"),
            picture.paragraphs(
                [
                    f"Entries are taken by {lottery.RULE}. The seed is SHA-256(seal | secret). The seal, published "
                    "before the list was known, holds the SHA-256 of the secret. Nothing else enters."
                ]
            ),
            picture.code_line("Seal:", made.commitment),
            picture.code_line("Secret:", made.reveal.secret),
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
        f"\nNext: draw from it, and publish codes alone: tremplin draw {path.name} --places N --seed-file seed.txt"
    )
    return status
