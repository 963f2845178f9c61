"""`tremplin backup`: everything in one file."""

import argparse
from pathlib import Path

from tremplin.cli.lazy import call

HELP = "Write database and files into one file, and the keys to it beside, while people work"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a file to write (….tremplin.tar.gz), or a folder to write one into",
    )
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="FOLDER",
        help="where the file of keys is written over (by default beside the backup)",
    )


def run(args: argparse.Namespace) -> int:
    return call("backup", "run", args)
