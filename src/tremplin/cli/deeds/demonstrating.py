"""The deed of `tremplin demo`: make the demonstration once, then serve it."""

import argparse
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connections

from tremplin import programme_templates
from tremplin.cli.deeds import running
from tremplin.cli.progress import Bar
from tremplin.core import clock
from tremplin.core.errors import Conflict
from tremplin.core.text import say
from tremplin.grader.doctor import doctor as examine_grader
from tremplin.programmes import file
from tremplin.programmes.rules import planned_dates
from tremplin.rehearsal import demo, scenarios
from tremplin.rehearsal.editions import Edition
from tremplin.rehearsal.services import Progress
from tremplin.web import server
from tremplin.web.config import Config
from tremplin.web.demo import demo_accounts

TEMPLATE = "openai-scholars-2019"
MARK = "this-is-a-demonstration"


def demonstrate(args: argparse.Namespace) -> int:
    """Make what is missing, say where to go and as whom, and serve."""
    folder = Config().home
    if args.reset:
        _forget(folder)
    if not args.no_serve:
        server.check_port(args.host, args.port)
    _prepare(folder)
    if demo.begun():
        print("The last attempt to make the demonstration was broken off: beginning anew.")
        _forget(folder)
        _prepare(folder)
    if not demo.is_built():
        _build(args.applicants)
    _tell(args)
    if args.no_serve:
        return 0
    return running.serve(
        argparse.Namespace(host=args.host, port=args.port, workers=1, threads=4, no_jobs=False)
    )


def _prepare(folder: Path) -> None:
    """The folder, marked as a demonstration, with an up-to-date database."""
    if folder.exists() and not _marked(folder):
        raise Conflict(
            f"{folder} holds something else than a demonstration.",
            "Choose another folder by TREMPLIN_DEMO_DIR, or move it away.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    running.migrate(argparse.Namespace(check=False))


def _marked(folder: Path) -> bool:
    """Ours, or fresh: empty but for secrets."""
    return (folder / MARK).exists() or {entry.name for entry in folder.iterdir()} <= {
        "secret-key",
        "seal-keys",
    }


def _forget(folder: Path) -> None:
    """Empty a demonstration's folder; never any other."""
    if not folder.exists():
        return
    if not _marked(folder):
        raise Conflict(f"{folder} is not a demonstration, so nothing was removed.")
    connections.close_all()
    for entry in folder.iterdir():
        if entry.name == "secret-key":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _build(applicants: int) -> None:
    text = programme_templates.text(TEMPLATE)
    plan = file.read(text)
    now = clock.now()
    bars: list[Bar] = []

    def progress(edition: Edition) -> Progress:
        if bars:
            bars[-1].done()
        opens = scenarios.opening_for(plan, edition.moment, now)
        ends = min(now, scenarios.moment_of(edition.moment, planned_dates(plan, opens)))
        bars.append(Bar(f"{edition.slug}, {edition.moment}", opens, ends))
        return bars[-1]

    print("Rehearsing four editions of a programme on invented people. This happens once.")
    demo.build(text=text, applicants=applicants, now=now, progress=progress)
    bars[-1].done()


def _tell(args: argparse.Namespace) -> None:
    print(f"\nThe demonstration: http://{args.host}:{args.port}   password of all: {demo.PASSWORD}\n")
    for account in demo_accounts():
        print(f"  {account.email:<32} {account.tour}")
    print(f"\nMail is kept, not sent: http://{args.host}:{args.port}/mailbox/   Data: {settings.CONFIG.home}")
    for found in examine_grader():
        if not found.ok:
            print(
                f"Labs are taken in, but not graded here. {say(found.detail, 'en')} {say(found.remedy, 'en')}"
            )
    print(flush=True)
