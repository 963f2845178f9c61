"""A programme file is enough to run a cohort."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import OPENS
from tests.programmes.texts import SMALL, mended
from tremplin.core import audit
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.models import AuditEvent
from tremplin.people.models import Institution, User
from tremplin.programmes.file import BrokenFile
from tremplin.programmes.models import Cohort, Programme
from tremplin.programmes.roles import Role, roles_of
from tremplin.programmes.services import SetUp, open_cohort, set_up

pytestmark = pytest.mark.django_db
NOW = OPENS - timedelta(days=20)
ALL: dict[str, Any] = {
    "text": SMALL,
    "institution": "my-lab",
    "institution_name": "My Lab",
    "cohort": "2027",
    "opens": datetime(2027, 1, 11, 9),
    "organiser": "olive@example.org",
    "organiser_name": "Olive",
}


def made(**changes: Any) -> SetUp:
    return set_up(now=NOW, **{**ALL, **changes})


def test_one_step_makes_everything() -> None:
    done = made()
    assert done.created == ["institution", "programme", "version", "person", "cohort"]
    assert done.cohort is not None
    assert done.cohort.scope == "my-lab/small/2027"
    assert done.institution.name == "My Lab"
    olive = User.objects.get()
    assert roles_of(olive, done.cohort) == {Role.ORGANISER}
    assert not olive.has_usable_password()
    assert done.cohort.date("call_opens") == datetime(2027, 1, 11, 8, tzinfo=UTC)
    assert audit.first_break(done.cohort.scope) is None
    assert AuditEvent.objects.get(verb="programmes.cohort-opened").data == {
        "version": 1,
        "jurisdiction": "eu.1",
    }


def test_the_same_step_again_changes_nothing() -> None:
    made()
    again = made()
    assert (again.created, again.moved) == ([], {})
    assert (
        Institution.objects.count(),
        Programme.objects.count(),
        Cohort.objects.count(),
        User.objects.count(),
    ) == (1, 1, 1, 1)


def test_a_changed_file_takes_the_cohort_along() -> None:
    made()
    done = made(text=mended(('midpoint = "17w"', 'midpoint = "18w"')))
    assert done.created == ["version"]
    assert list(done.moved) == ["midpoint"]
    assert done.cohort is not None
    assert done.cohort.version.number == 2


def test_a_later_first_day_moves_all_dates() -> None:
    made()
    done = made(opens=datetime(2027, 1, 18, 9))
    assert done.cohort is not None
    assert len(done.moved) == 10
    assert done.cohort.first_day == datetime(2027, 1, 18, 8, tzinfo=UTC)


def test_the_file_may_say_the_first_day_itself() -> None:
    text = mended(("places_min = 1", "opens = 2027-02-01\nplaces_min = 1"))
    done = made(text=text, opens=None)
    assert done.cohort is not None
    assert done.cohort.first_day == datetime(2027, 2, 1, 8, tzinfo=UTC)
    march = made(text=text, opens=datetime(2027, 3, 1, 9), cohort="march").cohort
    assert march is not None
    assert march.first_day.month == 3


def test_a_cohort_that_exists_keeps_its_first_day_when_nobody_says_another() -> None:
    made()
    done = made(opens=None)
    assert done.moved == {}


def test_a_programme_alone_needs_no_cohort() -> None:
    done = made(cohort="", opens=None, organiser="")
    assert done.cohort is None
    assert Cohort.objects.count() == 0


def test_the_organiser_may_be_somebody_who_is_known() -> None:
    known = User.objects.create_user("olive@example.org", name="Olive Known", now=NOW)
    done = made()
    assert "person" not in done.created
    assert done.organiser == known


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"institution_name": " "}, "institution-name"),
        ({"institution": "account"}, "institution"),
        ({"institution": "My Lab"}, "institution"),
        ({"cohort": "20_27"}, "cohort"),
        ({"cohort": "x" * 60}, "cohort"),
        ({"opens": None}, "opens"),
        ({"organiser": ""}, "organiser"),
        ({"organiser": "nobody"}, "organiser"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_made(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(**changes)
    assert set(refused.value.errors) == {field}
    assert (Institution.objects.count(), Programme.objects.count(), User.objects.count()) == (0, 0, 0)


def test_a_broken_file_makes_nothing() -> None:
    with pytest.raises(BrokenFile):
        made(text=mended(("places_min", "places_mni")))
    assert Institution.objects.count() == 0


def test_what_is_frozen_is_not_changed_by_command_either() -> None:
    made()
    with pytest.raises(Conflict, match="application"):
        set_up(
            **{**ALL, "text": mended(('code = "country"', 'code = "land"'))}, now=OPENS + timedelta(days=1)
        )
    assert Programme.objects.get().versions.count() == 1


def test_two_cohorts_of_one_name_cannot_be() -> None:
    done = made()
    with pytest.raises(Conflict, match="already has a cohort"):
        open_cohort(version=done.version, slug="2027", opens=OPENS, organiser=User.objects.get(), now=NOW)
