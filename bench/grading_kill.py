"""kill -9 of grading workers, their zygotes and their boxes while scholars hand in: one verdict each, no more, no less.

Scholars hand in through the real service as long as shots fall; two workers grade. A shot takes a worker with all it
started, the zygote below one, or the box that runs a submission. At the end every submission must have been graded,
right ones found right and wrong ones wrong, and each by one job that was done once.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.installation import Installation, family, kill_group, stop

HELP = "kill -9 of grading workers, zygotes and boxes: every submission gets exactly one verdict"
TARGETS = ("worker", "zygote", "box")
WORKERS, SCHOLARS = 2, 20
WRONG = "def softmax(z):\n    return z\n"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        figures = fire(Path(folder), kills=20 if args.quick else args.kills, seed=args.seed)
    for name, value in figures.items():
        print(f"{name:<24}{value}")
    return figures


def fire(folder: Path, *, kills: int, seed: int = 1, pace: float = 0.7) -> dict[str, Any]:
    """Shoot so often, let what is left be graded, and compare the books."""
    site = Installation(folder, settings="tremplin.web.settings")
    done = site.run("migrate")
    if done.returncode:
        raise RuntimeError(done.stderr)
    chance, killed = random.Random(seed), Counter[str]()
    over = folder / "over"
    feeder = subprocess.Popen(
        [sys.executable, "-m", "bench.grading_kill", str(over)],
        env=site.environment, cwd=folder, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    workers = [_worker(site) for _ in range(WORKERS)]
    try:
        _until(
            lambda: site.count("SELECT count(*) FROM training_labsubmission WHERE state = 'graded'") > 0, 120
        )
        while sum(killed.values()) < kills:
            time.sleep(pace * chance.uniform(0.2, 1.4))
            killed[_shoot(site, workers, chance)] += 1
        over.touch()
        handed_in = int((feeder.communicate(timeout=60)[0] or "0").splitlines()[-1])
        waiting = "SELECT count(*) FROM training_labsubmission WHERE state IN ('queued', 'running')"
        _until(lambda: not site.count(waiting), 300)
    finally:
        over.touch()
        for process in (*workers, feeder):
            stop(process)
    figures = {"kills": sum(killed.values()), **{f"killed {name}": killed[name] for name in TARGETS}}
    figures |= {"handed_in": handed_in, **_books(site)}
    site.close()
    return figures


def _worker(site: Installation) -> "subprocess.Popen[bytes]":
    return site.start("worker", "--queues", "grading")


def _shoot(site: Installation, workers: "list[subprocess.Popen[bytes]]", chance: random.Random) -> str:
    """Kill one thing; a worker is started again, as the keeper of a server would."""
    number, target = chance.randrange(len(workers)), chance.choice(TARGETS)
    ends = time.monotonic() + 8
    below: list[int] = []
    while target != "worker" and not below and time.monotonic() < ends:  # one that was just started
        below = [pid for pid in family(workers[number].pid) if pid != workers[number].pid]
        time.sleep(0.05)
    if not below:
        target = "worker"
        kill_group(workers[number])
        workers[number] = _worker(site)
        return target
    # Bubblewrap, its first process, the zygote, and then its copies, in the order in which they were born.
    victims = [pid for pid in below if ("zygote" in _command(pid)) == (target == "zygote")] or below
    with suppress(ProcessLookupError):
        os.kill(max(victims) if target == "box" else min(victims), signal.SIGKILL)
    return target


def _command(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return "zygote" if words[0].endswith(b"bwrap") else ""
    return ""


def _until(holds: Any, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise RuntimeError("the gradings do not come to an end")
        time.sleep(0.3)


def _books(site: Installation) -> dict[str, int]:
    """What is left to compare: the last four must be 0."""
    rows = site.rows("SELECT id, state, score, code FROM training_labsubmission")
    jobs = Counter(
        json.loads(args)[0] if isinstance(args, str) else args[0]
        for (args,) in site.rows(
            "SELECT args FROM jobs_job WHERE state = 'done' AND task LIKE '%grade_submission'"
        )
    )
    taken = site.count("SELECT count(*) FROM jobs_job WHERE attempts > 1 AND task LIKE '%grade_submission'")
    return {
        "stored": len(rows),
        "jobs_taken_over": taken,
        "why": sorted({(fault, note) for fault, note in site.rows(
            "SELECT fault, note FROM training_labsubmission WHERE state = 'failed'")}),
        "without_a_verdict": sum(state != "graded" for _, state, _, _ in rows),
        "wrong_verdicts": sum((score == 1.0) == (code == WRONG) for _, state, score, code in rows if state == "graded"),
        "graded_twice": sum(count - 1 for count in jobs.values()),
        "graded_by_nobody": len({pk for pk, *_ in rows} - set(jobs)),
    }  # fmt: skip


# --- in the installation: those who hand in ---------------------------------------------------------------


def feed(over: Path) -> int:
    """Scholars hand in, each when the last has its verdict, until `over` is there; how many it were."""
    from django.db import OperationalError

    from tremplin.core.errors import TooMany
    from tremplin.curriculum import loader
    from tremplin.training import services

    right, count, scholars = loader.lab("softmax").solution, 0, _scholars()
    while not over.exists():
        for scholar in scholars:
            code = WRONG if count % 3 == 0 else right
            now = datetime.now(UTC)
            with suppress(TooMany, OperationalError):
                services.submit_lab(scholar=scholar, lab="softmax", code=code, actor=scholar.user, now=now)
                count += 1
            time.sleep(0.05)
    return count


def _scholars() -> list[Any]:
    from tremplin import programme_templates
    from tremplin.applications.models import Application
    from tremplin.people.models import Institution, User
    from tremplin.programmes import services
    from tremplin.programmes.roles import Role
    from tremplin.selection.models import Scholar

    now = datetime.now(UTC)
    opens = now - timedelta(days=200)
    institution = Institution.objects.create(slug="bench", name="Bench", created_at=opens)
    organiser = User.objects.create_user("organiser@example.org", name="Olive", language="en", now=opens)
    version = services.apply_file(
        institution=institution, text=programme_templates.text("openai-scholars-2019"), now=opens
    )
    cohort = services.open_cohort(
        version=version, slug="2030", opens=opens, organiser=organiser, now=opens, title="", rehearsal=False
    )
    found = []
    for number in range(SCHOLARS):
        user = User.objects.create_user(
            f"s{number}@example.org", name=f"Sami {number}", language="en", now=opens
        )
        application = Application.objects.create(
            cohort=cohort, applicant=user, state="submitted", submitted_at=opens, sent=1, saved_at=opens,
            created_at=opens,
        )  # fmt: skip
        for role in (Role.APPLICANT, Role.SCHOLAR):
            services.grant(user=user, cohort=cohort, role=role, actor=None, now=opens)
        found.append(
            Scholar.objects.create(
                cohort=cohort, user=user, application=application, agreed_at=opens, created_at=opens
            )
        )
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(feed(Path(sys.argv[1])))
