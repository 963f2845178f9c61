"""The keeper of templates itself: it gathers what every process rendered, and judges whole runs alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tests import templates_seen
from tests.templates_seen import TemplatesSeen, is_whole, never_rendered
from tremplin import core

HOME = Path(core.__file__).parent / "templates" / "core"


def config(**changed: Any) -> Any:
    """Settings of a run of the whole suite, but for what is `changed`."""
    option = {"markexpr": "not soak and not browser", "keyword": "", "collectonly": False, **changed}
    source = option.pop("source", pytest.Config.ArgsSource.TESTPATHS)
    return SimpleNamespace(option=SimpleNamespace(**option), args_source=source)


@pytest.mark.parametrize(
    ("changed", "whole"),
    [
        ({}, True),
        ({"markexpr": ""}, True),
        ({"source": pytest.Config.ArgsSource.ARGS}, False),
        ({"markexpr": "browser"}, False),
        ({"keyword": "desk"}, False),
        ({"collectonly": True}, False),
        ({"deselect": ["tests/web"]}, False),
        ({"ignore": ["tests/web"]}, False),
        ({"lf": True}, False),
    ],
)
def test_a_part_of_the_suite_says_nothing_about_templates(changed: dict[str, Any], whole: bool) -> None:
    assert is_whole(config(**changed)) is whole


def test_a_template_counts_with_all_that_it_includes_and_extends() -> None:
    keeper = TemplatesSeen(config())
    render_to_string("core/error.html", {"status": 404, "title": "Nothing here"})
    for name in ("error.html", "base.html", "parts/language_switch.html"):
        assert str(HOME / name) in keeper.seen
    assert str(HOME / "error.html") not in never_rendered(keeper.seen)
    assert str(HOME / "design.html") in never_rendered(keeper.seen)


def test_names_are_handed_over_as_plain_text_whatever_kind_of_text_they_were() -> None:
    keeper = TemplatesSeen(config())
    keeper.note(SimpleNamespace(origin=SimpleNamespace(name=mark_safe("part.html"))))
    assert {type(name) for name in keeper.seen} == {str}


def test_what_workers_saw_is_gathered_and_a_worker_that_crashed_saw_nothing() -> None:
    keeper = TemplatesSeen(config())
    keeper.pytest_testnodedown(SimpleNamespace(workeroutput={templates_seen.NOTES: ["a.html"]}))
    keeper.pytest_testnodedown(SimpleNamespace(workeroutput={templates_seen.NOTES: ["b.html"]}))
    keeper.pytest_testnodedown(SimpleNamespace())
    assert keeper.seen >= {"a.html", "b.html"}


def session_of(status: int) -> Any:
    """What pytest hands over at the end: of it, only the exit status is looked at and changed."""
    return SimpleNamespace(exitstatus=status)


def test_a_worker_hands_over_what_it_saw_and_judges_nothing() -> None:
    worker = config()
    worker.workeroutput = {}
    keeper, session = TemplatesSeen(worker), session_of(0)
    keeper.seen = {"b.html", "a.html"}
    keeper.pytest_sessionfinish(session, 0)
    assert worker.workeroutput == {templates_seen.NOTES: ["a.html", "b.html"]}
    assert session.exitstatus == 0


@pytest.mark.parametrize(
    ("changed", "status", "end"),
    [({}, 0, pytest.ExitCode.TESTS_FAILED), ({}, 1, 1), ({"keyword": "desk"}, 0, 0)],
)
def test_a_whole_green_run_that_missed_a_template_fails(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], status: int, end: int
) -> None:
    monkeypatch.setattr(templates_seen, "never_rendered", lambda _seen: ["core/lonely.html"])
    keeper, session = TemplatesSeen(config(**changed)), session_of(status)
    keeper.pytest_sessionfinish(session, status)
    assert session.exitstatus == end
    assert bool(keeper.missed) is (end == pytest.ExitCode.TESTS_FAILED and status == 0)
