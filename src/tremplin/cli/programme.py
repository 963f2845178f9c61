"""`tremplin programme`: programme files, from a template to a running cohort and back."""

import argparse
from pathlib import Path

from tremplin.cli.lazy import call

HELP = "Begin, check, apply and export programme files"


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(title="what to do", metavar="DEED", dest="deed", required=True)

    words.add_parser("templates", help="list the programme files to begin with")

    new = words.add_parser("new", help="write a programme file from a template")
    new.add_argument("template", metavar="TEMPLATE", help="one of “tremplin programme templates”")
    _output(new)

    check = words.add_parser("check", help="say everything that is wrong with a programme file")
    check.add_argument("files", metavar="FILE", nargs="+", type=Path)

    _apply(words.add_parser("apply", help="make a programme, and a cohort of it, from a file"))

    export = words.add_parser("export", help="write the programme file of a programme or of a cohort")
    export.add_argument("address", metavar="INSTITUTION/PROGRAMME[/COHORT]")
    _output(export)

    words.add_parser("list", help="list programmes and cohorts")

    words.add_parser("keys", help="print every key that a programme file may hold, and every mail")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", metavar="FILE", type=Path, help="write to this file, not to the screen")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")


def _apply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--institution", metavar="SLUG", required=True, help="its word in addresses")
    parser.add_argument(
        "--institution-name", metavar="NAME", default="", help="for an institution that is new"
    )
    parser.add_argument("--cohort", metavar="SLUG", default="", help="its word in addresses, such as 2027")
    parser.add_argument("--title", default="", help="what people call the cohort, if not by its word")
    parser.add_argument("--opens", metavar="DATE", help="first day: 2027-01-11, or 2027-01-11T09:00")
    parser.add_argument("--move-dates", action="store_true", help="let --opens move a cohort that is there")
    parser.add_argument("--organiser", metavar="EMAIL", default="", help="first organiser of a new cohort")
    parser.add_argument("--organiser-name", metavar="NAME", default="", help="if nobody has this address yet")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(args: argparse.Namespace) -> int:
    deed = {"list": "everything", "apply": "apply_file"}.get(args.deed, args.deed)
    return call("programmes", deed, args)
