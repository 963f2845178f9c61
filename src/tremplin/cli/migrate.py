"""`tremplin migrate`: bring the database and the static files to this version."""

import argparse

from tremplin.cli.lazy import call

HELP = "Create the database, or bring it to this version"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if something is to do")


def run(args: argparse.Namespace) -> int:
    return call("running", "migrate", args)
