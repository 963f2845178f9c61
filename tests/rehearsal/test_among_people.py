"""Where anybody real might be, nothing is rehearsed: an invented address could be theirs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cast import PLANS, Cast, person
from tremplin.cli.deeds import rehearsing
from tremplin.core.errors import Conflict
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes.models import Cohort, Membership
from tremplin.rehearsal.services import Wish, rehearse

WISH = Wish(
    text=(PLANS / "small.toml").read_text("utf-8"),
    institution="rehearsals",
    cohort="seed-1",
    opens=datetime(2027, 1, 11, 8, tzinfo=UTC),
    applicants=4,
    seed=1,
)


def counts() -> list[int]:
    return [model.objects.count() for model in (User, Cohort, Membership, AuditEvent)]


def refused() -> None:
    before = counts()
    with pytest.raises(Conflict, match="Real people are kept in this database"):
        rehearse(WISH, until=lambda cohort: cohort.date("call_closes"))
    assert counts() == before


def test_beside_a_real_cohort_nothing_is_played_and_nothing_changes(cast: Cast) -> None:
    refused()


@pytest.mark.django_db
def test_a_single_account_without_a_cohort_is_somebody_real_too() -> None:
    person("Ada Administrator")
    refused()


def test_the_command_plays_in_a_folder_of_rehearsals_alone(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "tremplin-data"):
        with pytest.raises(Conflict, match="no place for a rehearsal"):
            rehearsing._check_own(folder)
    taken = tmp_path / "rehearsals" / "small-seed-1"
    taken.mkdir(parents=True)
    (taken / "tremplin.db").touch()
    with pytest.raises(Conflict, match="no place for a rehearsal"):
        rehearsing._check_own(taken)
