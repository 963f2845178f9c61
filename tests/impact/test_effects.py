"""What is said of the programme's own effect: as much as its draws could show, and how little that is."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.training.world import report, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.impact.effects import effect, needed, smallest
from tremplin.impact.models import ImpactReport
from tremplin.impact.telling import effect_sentences
from tremplin.methods import lottery
from tremplin.methods.causal import smallest_share
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Draw

pytestmark = pytest.mark.django_db


def drawn(cast: Cast, people: int, places: int, cohort: Cohort | None = None, *, opened: bool = True) -> Draw:
    """The draw of an edition, as its decisions leave it."""
    made = lottery.draw([f"code{number:04d}" for number in range(people)], secret="s" * 40, places=places)
    at = cast.at("decisions_out")
    return Draw.objects.create(
        cohort=cohort or cast.cohort,
        commitment=made.commitment,
        secret="s" * 40,
        file=lottery.dumps(made),
        drawn_at=at,
        opened_at=at if opened else None,
        created_at=at,
    )


def edition(cast: Cast, days: int, **changed: Any) -> Cohort:
    found = Cohort.objects.get(pk=cast.cohort.pk)
    found.pk, found.ref, found.slug = None, f"{days + 1000:010d}", f"edition-{days}"
    found.first_day += timedelta(days=days)
    for name, value in changed.items():
        setattr(found, name, value)
    found.save()
    return found


def told(cast: Cast) -> str:
    return " ".join(effect_sentences(effect(cast.cohort)))


def test_of_a_draw_of_twelve_for_three_it_is_said_that_it_can_show_nothing(cast: Cast) -> None:
    drawn(cast, 12, 3)
    found = effect(cast.cohort)
    assert found is not None
    assert (found["drawn"], found["places"], found["chance"]) == (12, 3, 0.25)
    assert found["smallest"] is None
    text = told(cast)
    assert "A draw of this size could show no effect, however large." in text
    assert f"It takes {found['needed']} editions of this size together" in text
    assert "those of scholars alone" in text


def test_a_larger_draw_says_from_which_size_on_it_would_show_an_effect(cast: Cast) -> None:
    drawn(cast, 90, 30)
    found = effect(cast.cohort)
    assert found is not None
    assert found["smallest"] == pytest.approx(0.30, abs=0.02)
    assert "an effect of 30 points or more and none that is smaller, if 30% of those" in told(cast)


def test_how_many_editions_it_takes_is_the_least_number_that_is_enough() -> None:
    for offered, control in ((3, 9), (8, 20), (30, 60)):
        many = needed(offered, control)
        assert many is not None
        enough, too_few = (
            smallest(many * offered, many * control),
            smallest((many - 1) * offered, (many - 1) * control),
        )
        assert enough is not None
        assert enough <= 0.2
        assert too_few is None or too_few > 0.2
    assert needed(1, 0) is None
    exact = smallest_share(30, 60, 0.3).up
    assert exact is not None
    assert smallest(30, 60) == round(exact, 2)


def test_the_draws_of_earlier_editions_count_with_it_and_those_of_later_ones_do_not(cast: Cast) -> None:
    drawn(cast, 90, 30)
    drawn(cast, 90, 30, edition(cast, -400))
    drawn(cast, 90, 30, edition(cast, -800), opened=False)
    drawn(cast, 90, 30, edition(cast, 400))
    drawn(cast, 90, 30, edition(cast, -500, invented=not cast.cohort.invented))
    found = effect(cast.cohort)
    assert found is not None
    assert found["editions"] == 2
    assert found["together"] == smallest(60, 120)
    assert found["together"] < found["smallest"]
    assert "all 2 editions together" in told(cast)


@pytest.mark.parametrize(("people", "places"), [(5, 5), (5, 0)])
def test_where_chance_decided_about_nobody_nothing_can_be_compared(
    cast: Cast, people: int, places: int
) -> None:
    drawn(cast, people, places)
    assert "chance decided about nobody" in told(cast)


def test_a_draw_that_is_not_open_yet_is_told_nothing_of(cast: Cast) -> None:
    drawn(cast, 12, 3, opened=False)
    assert effect(cast.cohort) is None
    assert "There is no open draw of this edition" in told(cast)


def test_a_published_report_says_it_in_both_languages_and_for_machines(cast: Cast, clock: Clock) -> None:
    drawn(cast, 12, 3)
    scholar_of(cast)
    report(cast)
    address = page(cast, "impact:report", number=1)
    assert "What the programme itself changed" in Client().get(address).text
    assert "Ce que le programme lui-même a changé" in Client().get(f"{address}?lang=fr").text
    read = json.loads(Client().get(page(cast, "impact:report-json", number=1)).content)
    assert read["effect"]["drawn"] == 12
    assert "however large" in signed_in(cast.organiser).get(page(cast, "impact:today")).text


def test_a_report_of_before_this_was_told_stays_as_it_was(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    row = report(cast)
    content = {name: part for name, part in row.content.items() if name != "effect"}
    ImpactReport.objects.filter(pk=row.pk).update(content=content)
    assert "What the programme itself changed" not in Client().get(page(cast, "impact:report", number=1)).text
