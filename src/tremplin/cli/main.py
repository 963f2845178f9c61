"""`tremplin`: one command for the whole installation.

A command is a module of this package with `HELP` (one line, a plain string), `arguments(parser)` and
`run(args) -> int` (the exit status). It is imported without Django, which it makes ready itself when it has
something to do (`lazy.call`): help and wrong usage need none, and some work on a broken installation.
"""

import argparse
import ast
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tremplin import __version__
from tremplin.cli import faults

# In the order in which a newcomer meets them.
COMMANDS = (
    "demo",
    "migrate",
    "serve",
    "worker",
    "user",
    "programme",
    "rehearse",
    "backup",
    "restore",
    "doctor",
    "manage",
    # On a spreadsheet, without an installation.
    "capacity",
    "assign",
    "calibrate",
    "select",
    "draw",
    "verify",
    "match",
    "audit",
    "suppress",
    # On a scholar's own machine.
    "labs",
)
HERE = Path(__file__).parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 a fault that the person can mend, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tremplin.web.settings")
    os.umask(0o077)  # whatever a command writes holds people's data: its owner's alone
    _speak_utf8()
    if not words or words[0] not in COMMANDS:
        return _answer_without_command(words)
    try:
        module = import_module(f"tremplin.cli.{words[0]}")
        parser = argparse.ArgumentParser(prog=f"tremplin {words[0]}", description=module.HELP)
        module.arguments(parser)
        return int(module.run(parser.parse_args(words[1:])))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has left. What Python would still flush at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("TREMPLIN_DEBUG", "").strip().lower() in {"1", "true", "yes", "on"}:
            raise
        return faults.tell(error)


def _speak_utf8() -> None:
    """Whatever the locale says: a sign that a terminal draws wrongly is better than a command that ends there."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in {"utf-8", "utf8"}:
            stream.reconfigure(encoding="utf-8")


def _answer_without_command(words: Sequence[str]) -> int:
    """Help, the version, or what is wrong with an unknown command; reads no settings and imports nothing."""
    parser = argparse.ArgumentParser(
        prog="tremplin",
        description="Run a scholars programme end to end.",
        epilog="“tremplin COMMAND --help” explains a command. Settings are environment variables TREMPLIN_… "
        "or lines of a file tremplin.env; “tremplin doctor” checks them.",
    )
    parser.add_argument("--version", action="version", version=f"Tremplin {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name in COMMANDS:
        commands.add_parser(name, help=help_of(name), add_help=False)
    parser.parse_args(words)
    parser.print_help()
    return 0


def help_of(name: str) -> str:
    """The line `HELP` of a command, read without importing the command, which keeps `--help` quick."""
    lines = ast.parse((HERE / f"{name}.py").read_text("utf-8")).body
    (text,) = [
        line.value
        for line in lines
        if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "HELP"
    ]
    return str(ast.literal_eval(text))


if __name__ == "__main__":
    sys.exit(main())
