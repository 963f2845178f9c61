"""`tremplin manage`: Django's own management commands."""

import argparse
from importlib import import_module

HELP = "Run a management command of Django (for developers)"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="the command and its options"
    )


def run(args: argparse.Namespace) -> int:
    utility = import_module("django.core.management").ManagementUtility(["tremplin manage", *args.words])
    utility.execute()
    return 0
