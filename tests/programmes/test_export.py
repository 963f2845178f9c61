"""A file comes back from the database byte for byte; what people moved is the only thing that differs."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from random import Random

import pytest

from tests.cast import OPENS, Cast, cohort_of, person
from tests.programmes.texts import SMALL, mended
from tremplin import programme_templates
from tremplin.core.errors import Invalid
from tremplin.programmes import export, file, services
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import planned_dates

NOW = OPENS - timedelta(days=10)


def move(cast: Cast, code: str, **by: int) -> None:
    to = cast.cohort.date(code) + timedelta(**by)
    services.move_date(
        cohort=cast.cohort, code=code, to=to, actor=cast.organiser, now=NOW, reason="The room is taken."
    )


def changed(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:3] not in {"---", "+++"} and line[0] in "+-"]


@pytest.mark.parametrize("name", programme_templates.names())
def test_a_template_comes_back_as_it_was(name: str, db: None) -> None:
    text = programme_templates.text(name)
    assert export.cohort_text(cohort_of("home-lab", person("Olive Organiser"), text=text)) == text


@pytest.mark.parametrize(
    "text", ["\ufeff" + SMALL, SMALL.replace("\n", "\r\n"), SMALL + "\n\n# the end, without a line end"]
)
def test_bytes_that_nobody_sees_come_back_too(text: str, db: None) -> None:
    cohort = cohort_of("home-lab", person("Olive Organiser"), text=text)
    cohort = Cohort.objects.get(pk=cohort.pk)
    assert export.cohort_text(cohort).encode() == text.encode()


def test_a_moved_date_is_the_only_thing_that_differs(cast: Cast) -> None:
    move(cast, "call_closes", days=3)
    move(cast, "midpoint", days=1, hours=2)
    assert changed(SMALL, export.cohort_text(cast.cohort)) == [
        '-call_closes = "4w"',
        '+call_closes = "31d"',
        '-midpoint = "17w"',
        '+midpoint = "120d 12:00"',
    ]


def test_comments_and_line_ends_beside_a_moved_date_stay(db: None) -> None:
    text = mended(('call_closes = "4w"', "call_closes   =  '4w'   # a Monday, mind")).replace("\n", "\r\n")
    organiser = person("Olive Organiser")
    cohort = cohort_of("home-lab", organiser, text=text)
    to = cohort.date("call_closes") + timedelta(days=1)
    services.move_date(cohort=cohort, code="call_closes", to=to, actor=organiser, now=NOW, reason="Holiday.")
    assert export.cohort_text(cohort) == text.replace("'4w'   #", '"29d"   #')


def test_applying_what_was_exported_changes_nothing(cast: Cast) -> None:
    for code in ("call_opens", "call_closes", "decisions_out", "training_starts", "follow_up_ends"):
        move(cast, code, days=1, minutes=7)
    text, dates = export.cohort_text(cast.cohort), dict(cast.cohort.dates)
    version = services.apply_file(institution=cast.cohort.institution, text=text, now=NOW)
    assert services.adopt(cohort=cast.cohort, version=version, actor=cast.organiser, now=NOW) == {}
    assert cast.cohort.dates == dates
    assert export.cohort_text(cast.cohort) == text


def test_a_cohort_made_from_what_was_exported_has_the_same_dates(cast: Cast) -> None:
    move(cast, "call_closes", days=2)
    move(cast, "demo_day", hours=5)
    twin = cohort_of("twin-lab", cast.stranger, text=export.cohort_text(cast.cohort))
    assert twin.dates == cast.cohort.dates


def test_the_first_day_is_exported_where_the_file_says_it(db: None) -> None:
    text = mended(("places_min = 1", "opens = 2027-01-11 # Monday\nplaces_min = 1"))
    cohort = cohort_of(
        "home-lab", person("Olive Organiser"), text=text, opens=datetime(2027, 2, 1, 8, tzinfo=UTC)
    )
    assert changed(text, export.cohort_text(cohort)) == [
        "-opens = 2027-01-11 # Monday",
        "+opens = 2027-02-01 # Monday",
    ]


def test_whatever_organisers_move_the_file_stays_sound_and_says_exactly_that(cast: Cast) -> None:
    chance = Random(7)
    for _ in range(60):
        code = chance.choice(sorted(cast.cohort.dates))
        with suppress(Invalid):  # a date that would pass another stays where it is
            move(cast, code, days=chance.randint(-6, 6), minutes=chance.randint(-900, 900))
    text = export.cohort_text(cast.cohort)
    assert len(changed(SMALL, text)) >= 10
    assert planned_dates(file.read(text), cast.cohort.first_day) == cast.cohort.dates
