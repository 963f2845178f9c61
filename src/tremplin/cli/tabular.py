"""Options that all commands on spreadsheets share, and the way from one of them to its work. Light: help reads it."""

import argparse
from importlib import import_module

PRIVACY = "Names of people are never needed: give codes."
NEEDS = "Works on CSV, XLSX, XLS and ODS, without an installation or a database."


def arguments(parser: argparse.ArgumentParser, keys: str) -> None:
    """All of them; `keys` names what --columns can point at."""
    parser.description = f"{parser.description}. {NEEDS} {PRIVACY}"
    reading(parser, keys)
    out = parser.add_argument_group("what is written")
    out.add_argument("--output", metavar="FOLDER", default="", help="where (default: beside the first file)")
    out.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    out.add_argument("--force", action="store_true", help="replace files that are there")


def reading(parser: argparse.ArgumentParser, keys: str) -> None:
    """How tables are read."""
    table = parser.add_argument_group("the table")
    table.add_argument(
        "--columns",
        metavar="KEY=HEADING,…",
        action="append",
        default=[],
        help=f"which column is which, by heading or letter, where the guess is wrong. Keys: {keys}",
    )
    table.add_argument("--yes", action="store_true", help="the columns are taken rightly: do not ask")
    table.add_argument(
        "--no-headings", action="store_true", help="the first row is data; columns are A, B, C …"
    )
    table.add_argument("--separator", default="", help="what separates cells in CSV (default: found out)")
    table.add_argument(
        "--decimal",
        metavar="MARK",
        choices=(".", ","),
        default="",
        help="what stands before decimals where figures leave it open: . or , (6.152 may be 6152)",
    )
    table.add_argument("--encoding", default="", help="of CSV: utf-8, utf-16, cp1252 (default: found out)")
    parser.set_defaults(output="", dry_run=False, force=False)


def call(module: str, args: argparse.Namespace) -> int:
    """Run `tremplin.cli.sheets.<module>.run(args)`, without Django."""
    return int(import_module(f"tremplin.cli.sheets.{module}").run(args))
