"""A file that plans a second pass keeps it while its form is edited on pages, and hears where the two no longer fit."""

import pytest

from tests.builder.conftest import Visitor, copy_of
from tests.builder.test_preview import ESSAYS, YOU
from tests.cast import Cast, gather
from tests.review.second import second_text
from tremplin.builder.models import WorkingCopy
from tremplin.programmes import file


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(text=second_text())


def test_editing_how_applications_are_read_leaves_it_as_it_is(cast: Cast, olive: Visitor) -> None:
    saved = olive.fill("item", {"reads": "3"}, kind="reading", code="reading")
    assert saved.status_code == 302
    found = file.read(copy_of(cast).text)
    assert found.review is not None
    assert found.review.reads == 3
    assert found.opened == {"country", "path", "school"}


def test_a_question_that_it_opens_is_not_given_to_everybody_or_deleted_in_silence(
    cast: Cast, olive: Visitor
) -> None:
    page = olive.fill("item", {"readers": "all"}, kind="question", code="path")
    assert page.status_code == 422
    assert "reviewers read “path” in the first pass" in page.content.decode()
    olive.post("delete", {}, kind="question", code="path")
    assert all("path" in file.read(row.text).opened for row in WorkingCopy.objects.filter(cohort=cast.cohort))


def test_the_preview_shows_apart_what_it_would_open(olive: Visitor) -> None:
    olive.fill("preview-section", YOU, section="you")
    olive.fill(
        "preview-section",
        {**ESSAYS, "path": "I left Lycée Senghor.", "school": "Lycée Senghor"},
        section="essays",
    )
    olive.fill("preview-check", {})
    page = olive.get("preview-sent").content.decode()
    reviewer = page.partition("What a reviewer would read")[2].partition("What would be kept")[0]
    first, _title, opened = reviewer.partition("What the second pass would open")
    assert "Senghor" not in first
    assert "Senegal" not in first
    assert "I left Lycée Senghor." in opened
    assert "Senegal" in opened
