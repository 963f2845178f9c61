"""`tremplin user`: who may sign in, with which roles, and help for those who cannot get in."""

import argparse

from tremplin.cli import rehearsed
from tremplin.cli.lazy import call

HELP = "Add people, list them, give and take roles"


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(title="what to do", metavar="DEED", dest="deed", required=True)

    add = words.add_parser("add", help="add a person, or change what is given about one who is there")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", default="", help="as they want to be called")
    add.add_argument("--language", default="", help="of their pages and mails: en or fr")
    add.add_argument("--password-stdin", action="store_true", help="read a password from the standard input")
    add.add_argument("--administrator", action="store_true", help="may see and mend the installation itself")

    role = words.add_parser("role", help="give a person a role in a cohort, or take it away")
    role.add_argument("email", metavar="EMAIL")
    role.add_argument("cohort", metavar="INSTITUTION/PROGRAMME/COHORT")
    role.add_argument(
        "role", metavar="ROLE", help="organiser, reviewer, mentor, finance, observer or officer"
    )
    role.add_argument("--remove", action="store_true", help="take the role away")

    everyone = words.add_parser("list", help="list people and their roles")
    everyone.add_argument("words", nargs="*", metavar="WORD", help="only people whose name or address has it")

    everyone.add_argument(
        "--rehearsal", metavar="NAME", default="", help="the invented people of a rehearsal instead"
    )

    rescue = words.add_parser("rescue", help="let somebody in who lost the phone with their second step")
    rescue.add_argument("email", metavar="EMAIL")


def run(args: argparse.Namespace) -> int:
    if args.deed == "list" and args.rehearsal:
        rehearsed.move_into(rehearsed.one(args.rehearsal).name)
    return call("people", "everyone" if args.deed == "list" else args.deed, args)
