"""`tremplin draw`: the list read, the promise kept, the draw made, its file and its picture written."""

import argparse
import secrets
from fractions import Fraction

from tremplin.cli.progress import Working
from tremplin.cli.sheets import limiting, paneling, picture, sealing
from tremplin.cli.sheets.entries import COLUMNS, Entry, entries, only, refuse_names
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.limiting import Limits, span
from tremplin.cli.sheets.odds import listing, own_chances, places_of
from tremplin.cli.sheets.paneling import Paneled, paneled
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import amount, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv
from tremplin.methods.lottery import RULE, Draw, dumps
from tremplin.methods.lottery import run as draw

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # none that is taken for another
_NEW_LENGTH = 6
_ENDINGS = ("draw.json", "draw.csv", "draw.html")
_PANELS = "panels.csv"


def run(args: argparse.Namespace) -> int:
    if args.seal:
        return sealing.make(args.seal, args.public, dry=args.dry_run)
    if args.group:
        args.columns = [*args.columns, f"group={args.group}"]
    if args.limits and args.group:
        raise Wrong("--limits and --group exclude one another.", "Write the groups as limits.", status=2)
    job = Job(args, [args.file, *filter(None, [args.limits])], {"": COLUMNS, "limits": limiting.COLUMNS})
    if args.new_codes:
        return _new_codes(job)
    early = job.dry and args.secret is None and not args.public
    promise, reveal = sealing.rehearsed() if early else sealing.revealed(args)
    job.outputs.require_free([*_ENDINGS, *([_PANELS] if args.limits else [])])
    sheet = only(job.sheet(args.file), args.only)
    bounds = limiting.table_of(job, args.limits) if args.limits else None
    table = job.of_sheet(
        sheet, wanted=(*COLUMNS, *(limiting.columns_of(bounds, sheet) if bounds is not None else ()))
    )
    job.confirm()
    refuse_names(table, sure=args.not_names)
    found = entries(table)
    limits = limiting.read(bounds, table, places_of(found, args)) if bounds is not None else None
    job.ready()
    panels = _panels(table, found, limits, args) if limits else None
    try:
        made = draw(
            panels.listing(args) if panels else listing(table, found, args), promise=promise, reveal=reveal
        )
    except ValueError as error:
        raise Wrong(
            f"{table.file} cannot be drawn from: {error}.", "Correct that, then try again."
        ) from error
    print()
    _tell_terms(made, early=early)
    if panels:
        _tell_panels(panels)
    if not job.dry:
        _tell_outcome(made)
    _add_files(job.outputs, made, found, panels)
    status = job.finish()
    if early:
        print(
            "\nNext: seal a secret (tremplin draw --seal secret.json), publish its seal, then draw with --secret."
        )
        return status
    print(f"\nNext: publish {job.outputs.path(_ENDINGS[0]).name}. Anybody can check it:")
    print(f"  tremplin verify {job.outputs.path(_ENDINGS[0]).name} --sealed {made.commitment}")
    return status


def _panels(table: Table, found: list[Entry], limits: Limits, args: argparse.Namespace) -> Paneled:
    """A lottery over panels that keep the limits: by an aim, or with the chances of the list where it has some."""
    own = None if args.aim or not table.has("chance") else own_chances(table, found, args)
    if args.aim and table.has("chance"):
        print(f"Column {table.label('chance')} is not used: --aim works chances out from the limits.")
    with Working(f"Finding panels of {amount(len(found), 'entry', 'entries')}"):
        return paneled(found, limits, places_of(found, args), args.aim or "leximin", own)


def _chances(made: Draw) -> str:
    """“the same chance, 15 %”, or from which to which."""
    odds = sorted(set(made.probabilities.values()))
    if len(odds) == 1:
        return f"each has the same chance, {_said(odds[0])}"
    return f"chances go from {_said(odds[0])} to {_said(odds[-1])}" if odds else "nobody to draw"


def _said(chance: Fraction) -> str:
    return percent(float(chance))


def _tell_terms(made: Draw, *, early: bool) -> None:
    count = len(made.entries)
    print(f"{amount(count, 'entry', 'entries')}, {amount(made.places, 'place')}: {_chances(made)}.")
    if early:
        print("Nothing is drawn yet: for that, give --secret or --public.")
        return
    if made.reveal.secret:
        print(f"The secret gives this seal: {made.commitment}")
        print("It must be the one that you published before the list was known.")
    for source, value in zip(made.promise.sources, made.reveal.values, strict=True):
        print(
            f"Public number: {source.name} = {value}. It must have been announced before anybody could know it."
        )


def _tell_panels(panels: Paneled) -> None:
    """For the organisers: which limit holds whose chance down says what people are, and stays out of the picture."""
    print("\n".join([*panels.limits.told(), *paneling.told(panels)]))
    held = paneling.held_back(panels)
    if held:
        print("What holds chances where they are, the smallest first:")
        print("\n".join(f"  {line}" for line in held))


def _tell_outcome(made: Draw) -> None:
    print(f"\nDrawn, in this order: {some(list(made.chosen), 20) or 'nobody'}.")
    if made.reserve and len(made.listing.groups) > 1 and made.listing.panels:
        print("If a place comes free, it goes to the next of the same group: the table says who that is.")
    elif made.reserve:
        print(f"If a place comes free, it goes to {some(list(made.reserve), 5)}, in this order.")
    if made.control:
        print(f"To compare with later: {some(list(made.control), 5)}.")


def _outcomes(made: Draw) -> dict[str, str]:
    """How each entry fared, in one word, in the order of the draw."""
    told = dict.fromkeys(made.chosen, "drawn")
    able = [code for code in made.reserve if made.probabilities[code]]
    told.update((code, f"reserve {number}") for number, code in enumerate(able, 1))
    told.update((code, f"{told[code]}, control" if code in told else "control") for code in made.control)
    rest = [code for code in made.entries if code not in told]
    return told | {code: "not drawn" if made.probabilities[code] else "no chance" for code in rest}


def _add_files(outputs: Outputs, made: Draw, found: list[Entry], panels: Paneled | None) -> None:
    said = {entry.code: entry for entry in found}
    told = _outcomes(made)
    outputs.add(_ENDINGS[0], "the draw, to publish: codes, secret, outcome", dumps(made), public=True)
    groups = {code: number for number, group in enumerate(made.listing.groups, 1) for code in group}
    grouped = len(made.listing.groups) > 1
    rows = [
        (said[code].said, code, round(float(made.probabilities[code]), 6), number, word, said[code].row)
        + ((groups[code],) if grouped else ())
        for number, (code, word) in enumerate(told.items(), 1)
    ]
    heads = ("code", "code in the draw", "chance", "order", "outcome", "row", *(["group"] if grouped else []))
    outputs.add(_ENDINGS[1], "the same as a table, with the rows of your list", as_csv(heads, rows))
    if panels:
        outputs.add(
            _PANELS, "every panel with its chance, and how many of each limit", as_csv(*paneling.rows(panels))
        )
    outputs.add(_ENDINGS[2], "a picture of it, to publish", _picture(made, told, panels), public=True)


def _picture(made: Draw, told: dict[str, str], panels: Paneled | None) -> str:
    odds = sorted(set(made.probabilities.values()))
    alike = len(odds) <= 1
    tiles: list[tuple[str, str, picture.Tone]] = [
        (
            code,
            word if alike or not made.probabilities[code] else f"{word} ({_said(made.probabilities[code])})",
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
            *(_limits_shown(panels) if panels else []),
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


def _limits_shown(panels: Paneled) -> list[str]:
    rules = [
        [rule.category, rule.value, span(rule.least, rule.most), rule.basis] for rule in panels.limits.rules
    ]
    return [
        picture.table("Limits that every panel keeps", ("Category", "Value", "Places", "Basis"), rules),
        picture.paragraphs(paneling.told(panels)),
    ]


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
