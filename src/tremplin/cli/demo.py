"""`tremplin demo`: a running programme to click through, made of invented people."""

import argparse
import os
from pathlib import Path

from tremplin.cli.lazy import call
from tremplin.cli.numbers import PORT, whole

HELP = "Make a demonstration and serve it"
FOLDER = "tremplin-demo"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reset", action="store_true", help="forget the demonstration and make it anew")
    parser.add_argument(
        "--applicants",
        type=whole(1, 20_000),
        default=240,
        help="in the largest edition (default: %(default)s)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=PORT, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--no-serve", action="store_true", help="make it, and stop there")


def run(args: argparse.Namespace) -> int:
    # A demonstration never touches the data, the database or the mail of a real installation.
    os.environ["TREMPLIN_DATA_DIR"] = str(Path(os.environ.get("TREMPLIN_DEMO_DIR") or FOLDER).resolve())
    os.environ["TREMPLIN_DEMO"], os.environ["TREMPLIN_MAIL"] = "1", "file"
    os.environ["TREMPLIN_DATABASE_URL"] = os.environ.get("TREMPLIN_DEMO_DATABASE_URL", "")
    os.environ["TREMPLIN_BASE_URL"] = f"http://{args.host}:{args.port}"
    return call("demonstrating", "demonstrate", args)
