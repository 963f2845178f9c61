"""A cohort whose programme keeps some survey answers with applications, and people who answered."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from django.db import transaction

from tests.applications.conftest import begin, send, write
from tests.cast import OPENS, PLANS, Cast, gather
from tremplin.applications.models import Application
from tremplin.core import personal_keys
from tremplin.equality import linked, unsealing
from tremplin.equality.models import Unsealing
from tremplin.people.models import User
from tremplin.programmes import funnel
from tremplin.programmes.models import Cohort

TIED = 'linked = ["gender", "religion"]'
REASON = "The board asks us how even the chances were."


def text_with(law: str, tied: str = TIED) -> str:
    plan = (PLANS / "small.toml").read_text("utf-8")
    return plan.replace('profile = "eu"', f'profile = "{law}"\n{tied}')


def british() -> Cast:
    """Everybody, in a cohort under the law of the United Kingdom that keeps gender and religion, sealed."""
    return gather(text=text_with("uk"))


def applied(cast: Cast, user: User | None = None) -> Application:
    now = cast.at("call_opens", days=2)
    return send(write(begin(cast, user), now), now)


def answered(cast: Cast, user: User | None = None, **given: str) -> None:
    linked.keep(
        cohort=cast.cohort,
        actor=user or cast.applicant,
        given={code: [answer] for code, answer in (given or {"gender": "woman"}).items()},
        now=cast.at("call_opens", days=3, hours=5),
    )


def final(monkeypatch: pytest.MonkeyPatch, *, settled: bool = True) -> None:
    """Decisions are made; with `settled` nothing of them moves any more."""
    monkeypatch.setattr(funnel, "decided", lambda _cohort: True)
    monkeypatch.setattr(funnel, "settled", lambda _cohort: settled)


def key_files() -> list[Path]:
    """The keys of people that lie on the disk."""
    return [path for path in personal_keys.folder().rglob("*") if path.is_file()]


def people(count: int, start: int = 0) -> list[User]:
    numbers = range(start, start + count)
    rows = [User(email=f"p{number}@example.org", password="!", created_at=OPENS) for number in numbers]
    return User.objects.bulk_create(rows)


def crowd(
    monkeypatch: pytest.MonkeyPatch, cohort: Cohort, groups: Mapping[tuple[str, str], Sequence[int]]
) -> dict[tuple[str, str], list[User]]:
    """So many people of each group ("gender", "woman") at each step: [applied, shortlisted, offered, accepted]."""
    reached: list[set[str]] = [set(), set(), set(), set()]
    found: dict[tuple[str, str], list[User]] = {}
    for (question, answer), counts in groups.items():
        users = people(counts[0], start=sum(map(len, found.values())) + 1000)
        with transaction.atomic():
            for user in users if answer else ():
                linked._write(cohort, user, {question: [answer]}, OPENS)
        for step, count in enumerate(counts):
            reached[step] |= {user.ref for user in users[:count]}
        found[question, answer] = users
    codes = ("applied", "shortlisted", "offered", "accepted")
    steps = [
        funnel.Step(code, position, code.title(), lambda _cohort, at=position: reached[at])
        for position, code in enumerate(codes)
    ]
    monkeypatch.setattr(funnel, "steps", lambda: steps)
    return found


def proposed(cast: Cast, **changed: str) -> Unsealing:
    return unsealing.propose(
        cohort=cast.cohort,
        actor=cast.organiser,
        purpose=changed.get("purpose", "fairness"),
        reason=changed.get("reason", REASON),
        now=cast.at("training_starts", days=1),
    )


def opened(cast: Cast) -> Unsealing:
    row = proposed(cast)
    return unsealing.confirm(unsealing=row, actor=cast.observer, now=cast.at("training_starts", days=2))
