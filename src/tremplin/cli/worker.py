"""`tremplin worker`: background jobs alone, here or on another machine with the same database."""

import argparse

from tremplin.cli.lazy import call

HELP = "Run background jobs alone (mails, reminders, grading)"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queues", default="", help="only these, comma separated (default: all)")
    parser.add_argument("--once", action="store_true", help="run what is due now, then stop")


def run(args: argparse.Namespace) -> int:
    return call("running", "worker", args)
