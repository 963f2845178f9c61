"""The register of consents: every purpose is whole, speaks both languages, and keeps its text under its version."""

import pytest
from django.utils import translation

from tremplin.people.consents import Registered, known
from tremplin.people.services.consents import digest

TEXTS = {
    ("commendations.note", 1): "cb5323fd48b8",
    ("equality.linked", 1): "7a5d426cf63a",
    ("equality.linked", 2): "ffdabced3077",
    ("impact.follow-up", 1): "e1aa443939ba",
    ("programmes.keep-application", 1): "b768b8db0800",
    ("showcase.mentor", 1): "10f5e635319f",
    ("showcase.page", 1): "0014ca85eeed",
    ("training.public-journal", 1): "4cdd496e2faa",
}
"""The beginning of each text's fingerprint. A text that says something else is a new version, on a line of its own."""

each = pytest.mark.parametrize("registered", known().values(), ids=known().keys())


@each
def test_a_changed_text_is_a_new_version(registered: Registered) -> None:
    purpose = registered.purpose
    with translation.override("en"):
        assert digest(str(purpose.text))[:12] == TEXTS[purpose.code, purpose.version]


def test_nothing_is_pinned_that_nobody_asks() -> None:
    assert {code for code, _version in TEXTS} == set(known())


@each
def test_a_purpose_says_everything_in_both_languages(registered: Registered) -> None:
    purpose = registered.purpose
    for name in ("label", "text", "seen_by", "taking_back"):
        with translation.override("en"):
            english = str(getattr(purpose, name))
        with translation.override("fr"):
            french = str(getattr(purpose, name))
        assert english, name
        assert french != english, name


@each
def test_a_purpose_about_something_that_is_gone_is_described_by_nothing(
    db: None, registered: Registered
) -> None:
    assert dict(registered.describe(["no-such-1"])) == {}
