"""The thirteen weeks, the plans, and what whoever edits them is told when something is off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tremplin.curriculum import loader
from tremplin.curriculum.loader import lab, labs, read_all
from tremplin.curriculum.units import FOLDER, plan, plans, read_plans, read_units, unit, units
from tremplin.grader import ContentError

LAB_WEEKS = {item.code: item.week for item in labs()}


def test_labs_come_in_the_order_to_do_them() -> None:
    order = [item.code for item in labs()]
    assert order == [
        "broadcasting",
        "softmax",
        "autodiff",
        "batchnorm",
        "optimisers",
        "two-layer",
        "checkpoint",
        "convolution",
        "depth",
        "attention",
        "rope",
        "ngram",
        "sampling",
        "tokens",
        "attack",
        "dqn",
        "evaluation",
        "graph",
    ]
    for item in labs():
        assert all(order.index(code) < order.index(item.code) for code in item.prerequisites)


def test_a_lab_and_a_unit_are_found_by_code() -> None:
    assert lab("attention").week == 4
    assert unit("attention").labs == ("attention", "rope")
    assert plan("project-first").weeks[1].units == ("training-networks", "proposal")
    for find in (lab, unit, plan):
        with pytest.raises(KeyError):
            find("no-such-code")


def test_there_are_thirteen_weeks_and_two_ways_through_them() -> None:
    assert [item.week for item in units()] == list(range(1, 14))
    assert [item.code for item in plans()] == ["course-first", "project-first"]
    for item in plans():
        for week in item.weeks:
            assert 25 <= week.study_hours + week.project_hours <= 35, (item.code, week.week)


def test_project_first_starts_the_project_earlier() -> None:
    first, second = ([week.project_hours for week in item.weeks[:6]] for item in plans())
    assert sum(first) < 10 < sum(second)


def test_each_unit_has_something_to_read_and_french_readers_are_not_forgotten() -> None:
    assert all(item.resources for item in units())
    assert sum(resource.language == "fr" for item in units() for resource in item.resources) >= 3


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (FOLDER / name).read_text("utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '"two-layer", "checkpoint"]',
            '"three-layer", "checkpoint"]',
            "units[2].labs: there is no lab 'three-layer' of week 2",
        ),
        ('labs = ["attention", ', "labs = [", "no unit has the lab 'attention'"),
        ("week = 8", "week = 9", "one unit for each week"),
        ('code = "baseline"', 'code = "proposal"', "'proposal' is used twice"),
        ('kind = "video"', 'kind = "film"', "units[1].resources[1].kind: choose one of"),
        (
            'url = "https://karpathy.ai',
            'url = "karpathy.ai',
            "units[1].resources[1].url: give a whole address",
        ),
        ("hours = 25", "hours = 0", "units[1].hours: give a whole number from 1 to 60"),
        ('language = "fr"', 'language = "français"', "language: give a language of two letters"),
    ],
)
def test_a_mistake_in_the_units_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_units(edited(tmp_path, "units.toml", old, new), LAB_WEEKS)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('units = ["attention"]', "units = []", "every unit belongs to exactly one week; look at attention"),
        ('units = ["attention"]', 'units = ["attention", "attention"]', "look at attention"),
        ('units = ["attention"]', 'units = ["attention", "magic"]', "look at magic"),
        ("week = 13", "week = 12", "give each week from 1 to 13 once"),
        ('code = "project-first"', 'code = "course-first"', "'course-first' is used twice"),
        ("study_hours = 28", "study_hours = 99", "plans[1].weeks[1].study_hours: give a whole number"),
    ],
)
def test_a_mistake_in_the_plans_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_plans(edited(tmp_path, "plans.toml", old, new), {item.code for item in units()})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("code", "old", "new", "words"),
    [
        ("attention", 'prerequisites = ["softmax"]', 'prerequisites = ["soft"]', "there is no lab 'soft'"),
        (
            "softmax",
            "prerequisites = []",
            'prerequisites = ["attention"]',
            "'attention' comes in week 4, after",
        ),
        ("softmax", "prerequisites = []", 'prerequisites = ["autodiff"]', "they form a circle"),
    ],
)
def test_prerequisites_must_exist_and_come_first(
    tmp_path: Path, code: str, old: str, new: str, words: str
) -> None:
    copy = tmp_path / "labs"
    shutil.copytree(loader.FOLDER, copy)
    path = copy / code / "lab.toml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        read_all(copy)
    assert words in str(caught.value)
