"""`tremplin restore`: an installation from a backup."""

import argparse
from pathlib import Path

from tremplin.cli.lazy import call

HELP = "Bring back an installation from a backup"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="FILE", help="a file that “tremplin backup” wrote")
    parser.add_argument(
        "--replace", action="store_true", help="put it in the place of what is here; that is kept aside"
    )
    parser.add_argument(
        "--erasures",
        type=Path,
        action="append",
        default=[],
        metavar="LIST",
        help="an erasures.jsonl kept elsewhere: what it lists and the backup holds is erased again",
    )
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="the newest file keys-….tremplin (by default looked for beside the backup)",
    )
    parser.add_argument(
        "--older-keys",
        action="store_true",
        help="take keys that are older than the backup, and lose what was written in between",
    )
    parser.add_argument(
        "--without-keys",
        action="store_true",
        help="restore without them: numbers, dates and states, and nothing that anybody wrote",
    )


def run(args: argparse.Namespace) -> int:
    return call("restore", "run", args)
