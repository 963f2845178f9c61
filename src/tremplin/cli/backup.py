"""`tremplin backup`: everything in one file."""

import argparse
from pathlib import Path

from tremplin.cli.lazy import call

HELP = "Write database, files and keys into one file, while people go on working"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a file to write (….tremplin.tar.gz), or a folder to write one into",
    )


def run(args: argparse.Namespace) -> int:
    return call("backup", "run", args)
