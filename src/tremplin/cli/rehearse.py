"""`tremplin rehearse`: play a whole programme on invented people, and see where the plan breaks."""

import argparse
import os
from pathlib import Path

from tremplin.cli import rehearsed
from tremplin.cli.lazy import call
from tremplin.cli.numbers import PORT, whole

HELP = "Play a whole programme on invented people, before it opens"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"{HELP}. Each rehearsal lives in a folder and a database of its own, below “{rehearsed.FOLDER}” in the data "
        "folder: it meets no real person, and sends no mail."
    )
    parser.add_argument(
        "programme",
        nargs="*",
        metavar="PROGRAMME",
        help="a programme file, or the name of a template; with --serve and --clean a rehearsal",
    )
    play = parser.add_argument_group("playing")
    play.add_argument(
        "--applicants", type=whole(1, 20_000), default=200, help="how many apply (default: %(default)s)"
    )
    play.add_argument(
        "--reviewers", type=whole(1, 20_000), default=0, help="how many read (default: one for 40 reads)"
    )
    play.add_argument("--seed", type=int, default=1, help="the same seed gives the same people (default: 1)")
    play.add_argument(
        "--opens",
        metavar="DATE",
        default="",
        help="first day, 2027-01-11 (default: a Monday from which the moment is reached by today)",
    )
    play.add_argument("--until", metavar="MOMENT", default="one-year-later", help="stop at a named moment")
    play.add_argument(
        "--speed", type=float, default=0.0, help="days a second, to watch it (default: at once)"
    )
    play.add_argument(
        "--organiser", metavar="EMAIL", default="", help="who else may open the cohort and its report"
    )
    play.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to this file")
    after = parser.add_argument_group("afterwards")
    deed = after.add_mutually_exclusive_group()
    deed.add_argument("--list", action="store_true", help="list the rehearsals that are kept")
    deed.add_argument("--serve", action="store_true", help="serve one, to look at its pages")
    deed.add_argument(
        "--clean",
        action="store_true",
        help="remove rehearsals, all or the named, with people, files and keys",
    )
    after.add_argument(
        "--dry-run", action="store_true", help="with --clean: say what would go, remove nothing"
    )
    after.add_argument("--yes", action="store_true", help="with --clean: do not ask")
    after.add_argument("--port", type=PORT, default=8010, help="with --serve (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    if args.list:
        return rehearsed.tell()
    if args.clean:
        return rehearsed.clean(args.programme, dry=args.dry_run, sure=args.yes)
    if args.serve:
        return _serve(args)
    _one(args, "Name one programme file or template to rehearse: tremplin rehearse ours.toml")
    rehearsed.move_into(rehearsed.free_name(args.programme[0], args.seed))
    return call("rehearsing", "rehearse", args)


def _serve(args: argparse.Namespace) -> int:
    _one(args, "Name one rehearsal to serve; “tremplin rehearse --list” names those that are kept.")
    args.host = "127.0.0.1"
    rehearsed.move_into(rehearsed.one(args.programme[0]).name)
    os.environ["TREMPLIN_DEMO"] = "1"
    os.environ["TREMPLIN_BASE_URL"] = f"http://{args.host}:{args.port}"
    return call("rehearsing", "serve", args)


def _one(args: argparse.Namespace, words: str) -> None:
    """End with wrong usage unless exactly one name was given."""
    if len(args.programme) != 1:
        usage = "tremplin rehearse PROGRAMME [options]"
        argparse.ArgumentParser(prog="tremplin rehearse", usage=usage).error(words)
