"""`tremplin labs`: the scholar's own desk. Labs on their own machine, and the way to their programme."""

import argparse
from importlib import import_module

HELP = "Work on labs on your own machine, and hand them in"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"{HELP}. Needs no installation of a programme and no network, except to hand in. Speaks the language of "
        "your system, or that of --lang."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--lang", choices=("en", "fr"), help="language of what is said (default: your system’s)"
    )
    words = parser.add_subparsers(title="what to do", metavar="DEED", dest="deed", required=True)

    everything = words.add_parser("list", parents=[common], help="list the labs, week by week")
    everything.add_argument("--week", type=int, metavar="N", help="of one week only")
    everything.add_argument("--json", action="store_true", help="for programs")

    start = words.add_parser(
        "start", parents=[common], help="put a lab’s file, notes and drawings into a folder of its name"
    )
    start.add_argument("lab", metavar="LAB")
    start.add_argument("--notebook", action="store_true", help="a notebook instead of a .py file")
    start.add_argument("--folder", metavar="FOLDER", default="", help="where (default: the lab’s name)")

    check = words.add_parser("check", parents=[common], help="run the checks on what you have written")
    _which(check)
    check.add_argument("--json", action="store_true", help="for programs")
    check.add_argument("--seed", type=int, help="repeat a check exactly")

    watch = words.add_parser("watch", parents=[common], help="check again whenever you save")
    _which(watch)

    connect = words.add_parser("connect", parents=[common], help="say where your programme is, once")
    connect.add_argument("site", metavar="ADDRESS", help="of the programme’s site: https://…")
    connect.add_argument("--cohort", metavar="INSTITUTION/PROGRAMME/COHORT", default="")
    connect.add_argument("--token-stdin", action="store_true", help="read the token from the standard input")

    submit = words.add_parser(
        "submit", parents=[common], help="hand in; without a network it is kept and goes later"
    )
    _which(submit)
    submit.add_argument("--no-wait", action="store_true", help="do not wait for the result")
    submit.add_argument("--json", action="store_true", help="for programs")

    status = words.add_parser("status", parents=[common], help="what is done, what waits, the last results")
    status.add_argument("--offline", action="store_true", help="without asking the programme")
    status.add_argument("--json", action="store_true", help="for programs")


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="", metavar="FILE", help="a file or a lab’s folder (default: this folder)"
    )
    parser.add_argument("--lab", metavar="LAB", default="", help="which lab it is, where that is not clear")


def run(args: argparse.Namespace) -> int:
    modules = {
        "list": "starting", "start": "starting", "check": "checking", "watch": "checking",
        "connect": "connecting", "submit": "submitting", "status": "standing",
    }  # fmt: skip
    module = import_module(f"tremplin.cli.scholar.{modules[args.deed]}")
    deed = {"list": "show"}.get(args.deed, args.deed)
    return int(getattr(module, deed)(args))
