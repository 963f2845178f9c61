"""`serve`, `worker` and `migrate`."""

import argparse

from django.conf import settings
from django.core.management import call_command

from tremplin.cli.deeds import readiness
from tremplin.core import clock
from tremplin.core.jobs import process, schedules
from tremplin.core.jobs.runner import Runner
from tremplin.web import assets, server


def serve(args: argparse.Namespace) -> int:
    """Check everything that could stop us in a minute, then serve until told to stop."""
    readiness.check_folder()
    server.check_port(args.host, args.port)
    readiness.check_database()
    assets.gather()
    with readiness.in_use():
        options = server.Options(args.host, args.port, args.workers, args.threads)
        server.serve(options, beside=None if args.no_jobs else work)
    print("Tremplin has stopped.")
    return 0


def work() -> None:
    """The jobs process beside the pages."""
    process.work()


def worker(args: argparse.Namespace) -> int:
    """Run jobs until told to stop, or those that are due."""
    queues = readiness.known_queues(args.queues)
    readiness.check_folder()
    readiness.check_database()
    with readiness.in_use():
        if args.once:
            schedules.enqueue_due(now=clock.now())
            done = Runner(queues).drain()
            print(f"{done} job{'' if done == 1 else 's'} done.")
            return 0
        print(f"Tremplin runs jobs of: {', '.join(queues)} (Ctrl-C stops it)", flush=True)
        return 0 if process.work(queues) else 1


def migrate(args: argparse.Namespace) -> int:
    """Apply migrations, make the cache table, gather static files."""
    readiness.check_folder()
    readiness.check_access()
    todo = readiness.pending()
    if args.check:
        print(f"{len(todo)} steps to do." if todo else "Up to date.")
        return 1 if todo else 0
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    gathered = assets.gather()
    print(f"Database ready ({len(todo)} steps applied)." if todo else "Database ready (nothing to do).")
    if gathered:
        print(f"Static files gathered in {settings.STATIC_ROOT}.")
    return 0
