"""A template that no test renders fails the suite, when the whole suite was run and all else is green.

Each process of the run notes which templates it renders, includes and parents among them; the one that leads
gathers the notes. A part of the suite (a path, a -k, another -m) says nothing about templates and is left be.
"""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test.signals import template_rendered

NOTES = "templates_seen"
WHOLE_SUITE = ("", "not soak and not browser", "not browser and not soak")
"""What -m may say in a run of the whole suite: browsers render in processes of their own, unseen by us."""


class TemplatesSeen:
    """A plugin of pytest, in every process of a run; see `tests/conftest.py`."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.seen: set[str] = set()
        self.missed: list[str] = []
        template_rendered.connect(self.note)

    def note(self, template: Any, **_more: Any) -> None:
        # A name may be a string of a kind that no process can hand to another.
        self.seen.add("".join(template.origin.name))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended and hands over its notes; one that crashed has none."""
        self.seen.update(getattr(node, "workeroutput", {}).get(NOTES, ()))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        template_rendered.disconnect(self.note)
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput[NOTES] = sorted(self.seen)
        elif exitstatus == pytest.ExitCode.OK and is_whole(self.config):
            self.missed = never_rendered(self.seen)
            if self.missed:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.missed:
            terminalreporter.section("templates that no test renders", red=True)
            for name in self.missed:
                terminalreporter.line(name)
            terminalreporter.line("Write a test that renders each, or delete what nobody needs.")


def is_whole(config: pytest.Config) -> bool:
    """Whether this run was asked for every test that renders in our processes."""
    option = config.option
    return (
        config.args_source is not pytest.Config.ArgsSource.ARGS
        and option.markexpr in WHOLE_SUITE
        and not option.keyword
        and not option.collectonly
        and not any(getattr(option, name, None) for name in ("deselect", "ignore", "ignore_glob", "lf"))
    )


def never_rendered(seen: set[str]) -> list[str]:
    """The templates of our own apps that are not among `seen`."""
    ours = [
        Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("tremplin.")
    ]
    files = [file for folder in ours for file in folder.rglob("*") if file.suffix in {".html", ".txt"}]
    return sorted(str(file) for file in files if str(file) not in seen)
