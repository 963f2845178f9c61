"""A backup that is older than the end of its data: what should have gone meanwhile goes when it is restored."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.installation import Installation

OLD = """
from datetime import UTC, datetime
from tests.cast import cohort_of, person
from tests.review.world import apply
organiser = person("Olive Organiser")
opens = datetime(2020, 1, 13, 9, tzinfo=UTC)
cohort = cohort_of("old-lab", organiser, opens=opens)
apply(cohort, 3, now=opens, prefix="oldwords", answers={"motivation": "Oldwords"})
new = cohort_of("new-lab", organiser, opens=datetime(2090, 1, 13, 9, tzinfo=UTC))
apply(new, 2, now=opens, prefix="newwords", answers={"motivation": "Newwords"})
"""
NAMED = "SELECT count(*) FROM applications_application WHERE name LIKE '{}%'"
SNAPSHOTS = "SELECT count(*) FROM applications_snapshot WHERE answers LIKE '%{}%'"


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations of the real site: one at work, one empty."""
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    sites = [Installation(folder, settings="tremplin.web.settings") for folder in folders]
    yield sites[0], sites[1]
    for made in sites:
        made.close()


def test_what_was_over_meanwhile_goes_again_and_nothing_else(
    whole: tuple[Installation, Installation],
) -> None:
    site, empty = whole
    assert site.run("migrate").returncode == 0
    done = site.run("manage", "shell", "-v", "0", "-c", OLD)
    assert done.returncode == 0, done.stderr
    kept = site.folder / "old.tremplin.tar.gz"
    assert site.run("backup", str(kept)).returncode == 0
    assert site.count(NAMED.format("Oldwords")) == 3
    done = empty.run("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "3 records were over by now" in done.stdout
    assert empty.count(NAMED.format("Oldwords")) == 0
    assert empty.count("SELECT count(*) FROM applications_application") == 5
    assert empty.count(NAMED.format("Newwords")) == 2
    if not empty.server_url:
        assert empty.count(SNAPSHOTS.format("Oldwords")) == 0
        assert empty.count(SNAPSHOTS.format("Newwords")) == 2
