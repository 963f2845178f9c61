"""`tremplin serve`: the pages and the background jobs, in one command."""

import argparse
import os

from tremplin.cli.lazy import call
from tremplin.cli.numbers import PORT, whole

HELP = "Serve the pages and run the background jobs"
MOST_WORKERS = 4
"""Of those that nobody asked for: what more cores could do, SQLite or the memory of a small machine would not bear."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=PORT, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workers",
        type=whole(1, 64),
        default=min(MOST_WORKERS, len(os.sched_getaffinity(0))),
        help=f"web processes (default: one a core, at most {MOST_WORKERS}; here %(default)s)",
    )
    parser.add_argument(
        "--threads", type=whole(1, 64), default=4, help="threads a web process (default: %(default)s)"
    )
    parser.add_argument("--no-jobs", action="store_true", help="leave background jobs to “tremplin worker”")


def run(args: argparse.Namespace) -> int:
    return call("running", "serve", args)
