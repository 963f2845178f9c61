"""The manual says what the schema says: every key, every mail."""

import re
from pathlib import Path

from tremplin import programme_templates
from tremplin.programmes.rules.changes import _FROZEN_FROM
from tremplin.programmes.schema import DATE_CODES
from tremplin.programmes.schema.reference import mails, parts, reference

MANUAL = (Path(__file__).parents[2] / "docs" / "programme-file.md").read_text("utf-8")
TEMPLATES = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")


def between(mark: str) -> str:
    return MANUAL.partition(f"<!-- {mark} -->\n\n")[2].partition(f"\n<!-- /{mark} -->")[0]


def test_every_key_is_described() -> None:
    for path, model in parts():
        assert model.__doc__, path
        for name, field in model.model_fields.items():
            assert field.description, f"{path} {name}"


def test_the_manual_holds_every_key_as_the_schema_has_it() -> None:
    assert between("keys") == reference(), "run “tremplin programme keys” and put its tables into the manual"


def test_the_manual_holds_every_mail() -> None:
    assert between("mails") == mails(), "run “tremplin programme keys” and put its tables into the manual"


def test_the_manual_explains_every_date_and_what_is_fixed_when() -> None:
    for code in DATE_CODES:
        assert f"| `{code}` |" in MANUAL
    for code, fixed in _FROZEN_FROM.items():
        row = next(line for line in MANUAL.splitlines() if line.startswith(f"| `{code}` | `"))
        assert re.findall(r"`([^`]+)`", row)[1:] == list(fixed)


def test_every_template_has_its_page_in_the_manual() -> None:
    for name in programme_templates.names():
        assert f"## `{name}`" in TEMPLATES
