"""`tremplin serve`: the pages and the background jobs, in one command."""

import argparse

from tremplin.cli.lazy import call

HELP = "Serve the pages and run the background jobs"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workers", type=_count, default=1, help="web processes (default: 1; more than 1 pays on PostgreSQL)"
    )
    parser.add_argument(
        "--threads", type=_count, default=4, help="threads a web process (default: %(default)s)"
    )
    parser.add_argument("--no-jobs", action="store_true", help="leave background jobs to “tremplin worker”")


def run(args: argparse.Namespace) -> int:
    return call("running", "serve", args)


def _port(word: str) -> int:
    port = int(word)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _count(word: str) -> int:
    count = int(word)
    if not 1 <= count <= 64:
        raise argparse.ArgumentTypeError("a number from 1 to 64")
    return count
