"""Overview and desk, and pages with as many rows as you like."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import OPENS, Cast
from tests.programmes.conftest import At, page
from tests.programmes.texts import mended
from tests.programmes.world import batch_of
from tests.visiting import signed_in, text_of
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.programmes import desk, queries, services
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role

DAY = timedelta(days=1)
BEFORE = OPENS - DAY


def test_the_overview_shows_the_journey_and_where_to_change_it(cast: Cast, organiser: Client, at: At) -> None:
    at(OPENS + DAY)
    text = text_of(organiser, page(cast, "overview"))
    assert page(cast, "date", code="call_closes") in text
    assert page(cast, "date", code="call_opens") not in text
    assert "Milestone: Proposal" in text
    assert "European Union" in text
    assert "what is asked" in text
    observer = text_of(signed_in(cast.observer), page(cast, "overview"))
    assert page(cast, "date", code="call_closes") not in observer


def test_the_overview_says_when_a_newer_file_is_not_in_use(cast: Cast, organiser: Client) -> None:
    services.apply_file(
        institution=cast.cohort.institution, text=mended(("Read slowly.", "Read twice.")), now=OPENS
    )
    assert "version 2 is not in use here" in text_of(organiser, page(cast, "overview"))


def cards(cast: Cast, **changes: object) -> list[desk.Card]:
    given: dict[str, Any] = {
        "actor": cast.organiser,
        "roles": frozenset({Role.ORGANISER}),
        "now": OPENS,
        **changes,
    }
    return desk.cards(cohort=cast.cohort, **given)


def test_the_desk_shows_mails_that_wait_and_the_next_date(cast: Cast) -> None:
    (card,) = cards(cast)
    assert str(card.title) == "Next: The call closes"
    assert card.due == cast.cohort.date("call_closes")
    assert card.urgency == "calm"
    batch = batch_of(cast, 2)
    waiting, _date = cards(cast)
    assert (str(waiting.title), waiting.urgency) == ("Reminders", "now")
    assert waiting.href == page(cast, "batch", ref=batch.ref)
    assert str(waiting.line).startswith("2 mails wait.")
    batch_of(cast, 1, title="More")
    assert str(cards(cast)[0].title) == "Mails wait for you"


def test_the_desk_warns_of_mails_that_could_not_be_sent(cast: Cast) -> None:
    batch_of(cast, 1)
    OutboxMessage.objects.update(state=MessageState.FAILED)
    assert "Mails could not be sent" in [str(card.title) for card in cards(cast)]


def test_a_date_that_is_near_is_urgent(cast: Cast) -> None:
    assert cards(cast, now=cast.at("call_closes", days=-2))[-1].urgency == "soon"


def test_the_desk_of_others_and_of_a_past_cohort_is_empty(cast: Cast) -> None:
    assert cards(cast, roles=frozenset({Role.REVIEWER})) == []
    assert cards(cast, now=cast.at("follow_up_ends", days=1)) == []


def fill(cast: Cast, count: int) -> None:
    for number in range(count):
        batch = batch_of(cast, 1, title=f"Batch {cast.cohort.memberships.count()} {number}")
        services.invite(
            cohort=cast.cohort,
            email=f"r{number}.{count}@example.org",
            role=Role.REVIEWER,
            actor=cast.organiser,
            now=OPENS,
        )
        if number % 2:
            services.cancel_batch(cohort=cast.cohort, batch=batch, actor=cast.organiser, now=OPENS)
        log(cohort=cast.cohort, actor=cast.colleague, verb="review.assigned", subject=batch, now=OPENS)


@pytest.mark.parametrize("name", ["overview", "people", "outbox", "mails", "log", "file"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(cast, 2)
    organiser.get(page(cast, name))
    with django_assert_max_num_queries(15) as few:
        organiser.get(page(cast, name))
    fill(cast, 28)
    with django_assert_max_num_queries(15) as many:
        assert organiser.get(page(cast, name)).status_code == 200
    assert len(many) == len(few)


def test_a_batch_of_thirty_costs_no_more_queries_than_one_of_one(
    cast: Cast, organiser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one, thirty = batch_of(cast, 1), batch_of(cast, 30, title="Thirty")
    organiser.get(page(cast, "batch", ref=one.ref))
    with django_assert_max_num_queries(15) as few:
        organiser.get(page(cast, "batch", ref=one.ref))
    with django_assert_max_num_queries(15) as many:
        text = text_of(organiser, page(cast, "batch", ref=thirty.ref))
    assert len(many) == len(few)
    assert text.count("<details") == 20


@pytest.mark.parametrize("name", ["overview", "people", "outbox", "mails", "log", "file", "file-change"])
def test_pages_speak_french(cast: Cast, organiser: Client, name: str) -> None:
    fill(cast, 2)
    text = text_of(organiser, page(cast, name) + "?lang=fr")
    main = re.sub(r"<pre.*?</pre>", "", text[text.index("<main") : text.index("</main")], flags=re.DOTALL)
    for left_over in (" the ", " and ", " you ", " with ", "Show", "Nothing"):
        assert left_over not in main.replace("Reminders", ""), left_over


def test_those_concerned_by_a_date_are_those_of_its_roles(cast: Cast) -> None:
    assert set(queries.concerned_by(cast.cohort, "reading_ends")) == {cast.reviewer, cast.second_reviewer}
    assert not queries.concerned_by(cast.cohort, "call_opens")
