import ast
import hashlib
import importlib
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

import tremplin.rehearsal.population
from tests.rehearsal.population.conftest import CLOSES, OPENS
from tremplin.rehearsal.population import Population, Setting

PACKAGE = "tremplin.rehearsal.population"
FINGERPRINT = """
import hashlib
from datetime import UTC, datetime
from tremplin.rehearsal.population import Population
opens, closes = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 4, 1, 12, tzinfo=UTC)
world = Population.generate(7, 60, 5, 4, opens=opens, closes=closes)
told = [repr(journey) for journey in world.journeys] + [repr(one) for one in (*world.reviewers, *world.mentors)]
kinds = ("background", "obstacle", "project_idea")
told += [world.answer(one, kind, 1000) for one in world.applicants for kind in kinds]
told += [repr(world.scholar(one)) for one in world.applicants]
print(hashlib.sha256("\\n".join(told).encode()).hexdigest())
"""


def fingerprint(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = subprocess.run(
        [sys.executable, "-c", FINGERPRINT], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_the_same_seed_gives_the_same_world_in_every_process() -> None:
    assert fingerprint("1") == fingerprint("2") != ""


def test_inventing_people_needs_no_framework() -> None:
    """As far as its own modules go: the room above it may be an application of Django."""
    names = [path.stem for path in Path(tremplin.rehearsal.population.__file__).parent.glob("*.py")]
    for name in names:
        module = importlib.import_module(
            f"tremplin.rehearsal.population.{name}" if name != "__init__" else PACKAGE
        )
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            roots = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            roots += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert {root.partition(".")[0] for root in roots} <= {*sys.stdlib_module_names, "numpy"}, name


def test_the_cast_is_complete(world: Population) -> None:
    assert len(world.applicants) == 550
    assert len(world.reviewers) == 17
    assert len(world.mentors) == 10
    assert (len(world.organisers), len(world.finance), len(world.observers)) == (2, 2, 1)
    assert len(world.officers) == 1
    assert len(world.everyone) == len(world.starters) + 17 + 10 + 6
    assert world.by_email[world.applicants[0].email] is world.applicants[0]


def test_a_large_call_is_invented_quickly_and_its_essays_only_when_asked_for() -> None:
    started = time.process_time()
    world = Population.generate(12, 550, 17, 10, opens=OPENS, closes=CLOSES)
    assert time.process_time() - started < 2
    assert len(world.applicants) == 550


def test_two_seeds_make_two_worlds() -> None:
    one, other = (Population.generate(seed, 20, 2, 2, opens=OPENS, closes=CLOSES) for seed in (1, 2))
    assert {person.email for person in one.applicants}.isdisjoint(
        {person.email for person in other.applicants}
    )


def test_an_answer_is_in_the_language_of_its_writer_unless_asked_otherwise(world: Population) -> None:
    french = next(person for person in world.applicants if person.language == "fr")
    assert " je " in f" {world.answer(french, 'motivation', 1000).lower()} " or "j’" in world.answer(
        french, "motivation", 1000
    )
    assert " I " in f" {world.answer(french, 'motivation', 1000, language='en')} "


def test_two_versions_of_one_answer_differ_and_each_stays_the_same(world: Population) -> None:
    person = world.applicants[3]
    first, second = (
        world.answer(person, "journal_post", 900, version=1),
        world.answer(person, "journal_post", 900, version=2),
    )
    assert first != second
    assert first == world.answer(person, "journal_post", 900, version=1)


def test_a_scholar_is_remembered_and_writes_about_their_week(world: Population) -> None:
    person = world.applicants[5]
    chosen = world.scholar(person)
    assert chosen is world.scholar(person)
    text = world.answer(person, "checkin_note", 800, version=4, setting=chosen.setting(4))
    assert len(text) > 60


def test_quality_has_a_value_for_every_criterion(world: Population) -> None:
    seen = world.quality(world.applicants[0], ["potential", "need", "plan"])
    assert set(seen) == {"potential", "need", "plan"}
    assert all(0 < value < 1 for value in seen.values())


def test_a_mentor_writes_a_biography_of_what_they_know(world: Population) -> None:
    for one in world.mentors:
        assert len(world.answer(one.person, "mentor_bio", 600)) > 120


def test_a_small_rehearsal_may_have_one_mentor_and_nobody_else() -> None:
    world = Population.generate(
        5,
        1,
        0,
        1,
        opens=OPENS,
        closes=OPENS + timedelta(days=2),
        organisers=1,
        finance=0,
        observers=0,
        officers=0,
        languages=("fr",),
    )
    assert len(world.applicants) == 1
    assert world.applicants[0].language == "fr"


def test_one_line_of_the_world_can_be_pinned() -> None:
    """If this fails, every rehearsal anyone has kept has become another one: say so in the release notes."""
    world = Population.generate(2026, 12, 2, 2, opens=OPENS, closes=CLOSES)
    digest = hashlib.sha256("|".join(person.name for person in world.starters).encode()).hexdigest()
    assert digest[:16] == PINNED, [person.name for person in world.starters]


PINNED = "6740a5f15ded4efb"


@pytest.mark.parametrize("kind", ["background", "journal_post", "review_comment"])
def test_writing_costs_about_a_millisecond(world: Population, kind: str) -> None:
    people = world.applicants[:150]
    setting = Setting(week=3, about=people[0])
    world.answer(people[0], kind, 1000, setting=setting)
    started = time.process_time()
    for person in people:
        world.answer(person, kind, 1000, setting=setting)
    assert (time.process_time() - started) / 150 < 0.02
