"""What the manuals promise is there, and what is there stands in the manuals."""

import re
from pathlib import Path

import pytest

from tremplin.cli.main import COMMANDS, help_of
from tremplin.programmes.roles import Role
from tremplin.web.config import Config

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ADMINISTRATORS = (DOCS / "administrators.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("name", sorted(Config.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`TREMPLIN_{name.upper()}`" in ADMINISTRATORS


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {f"TREMPLIN_{name.upper()}" for name in Config.model_fields} | {"TREMPLIN_DEMO_DIR"}
    assert set(re.findall(r"TREMPLIN_[A-Z_]+", ADMINISTRATORS)) <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_is_documented(name: str) -> None:
    assert help_of(name)
    assert f"`tremplin {name}`" in ADMINISTRATORS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?:^|`|\$ )tremplin ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE))
        assert named <= targets, page


def test_every_role_is_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text("utf-8").lower()
    for role in Role.values:
        assert role in glossary or role == "applicant"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
    assert "exec make test" in (ROOT / ".ci" / "run").read_text("utf-8")
