"""Whoever gets no place learns how long they were read, and what they can do next."""

import pytest
from django.utils import translation

from tests.cast import Cast, cohort_of
from tests.selection.world import decide, read_cohort, scene_with_offer
from tests.visiting import hold, signed_in
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.services import apply_file, open_cohort
from tremplin.review.models import Review
from tremplin.selection import queries, rules
from tremplin.selection.models import Decision


@pytest.fixture(autouse=True)
def out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, cast.at("decisions_out", days=1))


def outcome(cast: Cast, user: User) -> str:
    return signed_in(user).get(cohort_url(cast.cohort, "selection:outcome")).content.decode()


def declined(cast: Cast) -> User:
    read_cohort(cast, 12)
    Review.objects.update(seconds=390)
    decide(cast)
    return Decision.objects.filter(outcome="decline").order_by("-rank")[0].application.applicant


def test_a_declined_applicant_reads_how_many_read_it_and_for_how_long(cast: Cast) -> None:
    text = outcome(cast, declined(cast))
    assert "2 people read your application. It was read for 13 minutes in all." in text


def test_no_time_is_told_where_none_was_measured(cast: Cast) -> None:
    assert "minute" not in rules.feedback_words(cast.cohort.plan, {"reads": 2, "minutes": 0, "levels": {}})
    with translation.override("fr"):
        said = rules.feedback_words(cast.cohort.plan, {"reads": 2, "minutes": 1, "levels": {}})
    assert "Sa lecture a pris 1 minute en tout." in said


def test_another_open_call_of_the_house_is_named_and_none_of_another_house(cast: Cast) -> None:
    somebody = declined(cast)
    assert "Apply to the next edition" in outcome(cast, somebody)
    version = apply_file(
        institution=cast.cohort.institution,
        text=cast.cohort.version.text,
        now=cast.at("call_opens"),
        actor=cast.organiser,
    )
    following = open_cohort(
        version=version,
        slug="2028",
        opens=cast.at("decisions_out"),
        organiser=cast.organiser,
        now=cast.at("decisions_out"),
    )
    other = cohort_of("other-house", cast.stranger, opens=cast.at("decisions_out"))
    text = outcome(cast, somebody)
    assert cohort_url(following, "programmes:call") in text
    assert cohort_url(other, "programmes:call") not in text
    assert queries.other_calls(cast.cohort, cast.at("decisions_out", days=1)) == [following]


def test_whoever_holds_a_place_is_not_sent_elsewhere(cast: Cast) -> None:
    scene_with_offer(cast)
    assert "What you can do next" not in outcome(cast, cast.applicant)
