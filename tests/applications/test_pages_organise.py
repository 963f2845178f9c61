"""What organisers see: the board, one application, figures, reminders, the export."""

from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast, person
from tests.visiting import Clock, page, signed_in
from tremplin.applications import desk, queries, services
from tremplin.applications.models import Application
from tremplin.core.errors import NotAllowed
from tremplin.programmes.roles import Role


def many(cast: Cast, count: int) -> list[Application]:
    """Applications of all states."""
    now, made = cast.at("call_opens", days=1), []
    for number in range(count):
        application = begin(cast, person(f"Person {number}"))
        if number % 2:
            application = send(write(application, now, full_name=f"Person {number}"), now)
        if number % 6 == 5:
            application = services.withdraw(application=application, actor=application.applicant, now=now)
        made.append(application)
    return made


@pytest.mark.parametrize("name", ["applications:board", "applications:figures"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many(cast, 1)
    organiser.get(page(cast, name))
    with django_assert_max_num_queries(15) as one:
        organiser.get(page(cast, name))
    many_more = [
        send(
            write(begin(cast, person(f"Late {n}")), cast.at("call_opens", days=1)),
            cast.at("call_opens", days=1),
        )
        for n in range(29)
    ]
    assert len(many_more) == 29
    with django_assert_max_num_queries(15) as thirty:
        organiser.get(page(cast, name))
    assert len(thirty) <= len(one)


def test_cards_for_the_desk_cost_one_query_and_push_when_the_end_is_near(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(cast, 6)
    roles = frozenset({Role.ORGANISER})
    assert cast.cohort.dates  # read once; every page of a cohort has them at hand
    with django_assert_num_queries(1):
        (calm,) = desk.cards(
            cohort=cast.cohort, actor=cast.organiser, roles=roles, now=cast.at("call_opens", days=2)
        )
    assert calm.urgency == "calm"
    assert dict(calm.figures) == {"Begun": "6", "Sent": "2", "Drafts": "3", "Withdrawn": "1"}
    write(begin(cast), cast.at("call_opens", days=2))
    (near,) = desk.cards(
        cohort=cast.cohort, actor=cast.organiser, roles=roles, now=cast.at("call_closes", days=-2)
    )
    assert near.urgency == "soon"
    assert near.href == page(cast, "applications:at-risk")
    assert (
        desk.cards(cohort=cast.cohort, actor=cast.organiser, roles=roles, now=cast.at("reading_ends")) == []
    )


def test_the_board_filters_by_state_and_finds_names_without_accents(cast: Cast, organiser: Client) -> None:
    many(cast, 6)
    zoe = begin(cast, person("Zoë Ñandú"))
    board = page(cast, "applications:board")
    assert "7 begun, 2 sent, 4 still drafts" in organiser.get(board).content.decode()
    found = organiser.get(board, {"text": "nandu zoe"}).content.decode()
    assert zoe.ref.upper() in found
    assert "Person 1" not in found
    assert zoe.ref.upper() in organiser.get(board, {"text": zoe.ref.upper()}).content.decode()
    drafts = organiser.get(board, {"state": "draft"}).content.decode()
    assert "Person 0" in drafts
    assert "Person 1" not in drafts
    assert "Person 0" in organiser.get(board, {"language": "en"}).content.decode()
    assert "No application matches" in organiser.get(board, {"language": "fr"}).content.decode()
    assert "No application matches" in organiser.get(board, {"text": "nobody"}).content.decode()
    assert organiser.get(board, {"state": "nonsense", "sort": "x", "page": "999"}).status_code == 200


@pytest.mark.parametrize("sort", ["new", "sent", "name", "progress"])
def test_the_pages_of_the_board_follow_one_another_in_the_order_that_was_asked_for(
    cast: Cast, organiser: Client, sort: str
) -> None:
    many(cast, 53)
    board = page(cast, "applications:board")
    first, second = (
        list(organiser.get(board, {"sort": sort, "page": number}).context["page"]) for number in (1, 2)
    )
    assert (len(first), len(second)) == (50, 3)
    wanted = queries.board(cast.cohort, cast.organiser, queries.BoardFilters(sort=sort))
    assert [row.pk for row in first + second] == list(wanted.values_list("pk", flat=True))


def test_an_empty_board_says_what_will_be_there(cast: Cast, organiser: Client) -> None:
    assert "No application yet" in organiser.get(page(cast, "applications:board")).content.decode()
    assert "Nothing to draw yet" in organiser.get(page(cast, "applications:figures")).content.decode()


def test_an_organiser_reads_what_was_sent_and_never_a_draft(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    written = write(draft, now, motivation="Only mine so far.")
    address = page(cast, "applications:application", ref=draft.ref)
    text = organiser.get(address).content.decode()
    assert "Only mine so far." not in text
    assert "its writer’s alone" in text
    sent = send(written, now)
    assert "Only mine so far." in organiser.get(address).content.decode()
    write(sent, now, motivation="Changed, not sent.")
    text = organiser.get(address).content.decode()
    assert "Only mine so far." in text
    assert "Changed, not sent." not in text
    services.withdraw(application=fresh(sent), actor=cast.applicant, now=now)
    assert "Only mine so far." not in organiser.get(address).content.decode()


def test_who_may_see_the_board_and_who_may_open_an_application(
    cast: Cast, clock: Clock, sent: Application
) -> None:
    board = page(cast, "applications:board")
    one = page(cast, "applications:application", ref=sent.ref)
    expected = {
        cast.organiser: (200, 200),
        cast.colleague: (200, 200),
        cast.observer: (200, 403),
        cast.reviewer: (403, 403),
        cast.mentor: (403, 403),
        cast.finance: (403, 403),
        cast.applicant: (403, 403),
        cast.stranger: (404, 404),
    }
    for user, statuses in expected.items():
        client = signed_in(user)
        assert (client.get(board).status_code, client.get(one).status_code) == statuses, user.name
    assert "applications/export" not in signed_in(cast.observer).get(board).content.decode()
    stranger = signed_in(cast.stranger)
    assert stranger.get(one.replace("home-lab", "rival-lab")).status_code == 404
    for actor in (cast.observer, cast.reviewer, cast.applicant, cast.stranger):
        with pytest.raises(NotAllowed):
            queries.board(cast.cohort, actor)


def test_figures_tell_the_way_from_begun_to_sent_by_day(cast: Cast, organiser: Client) -> None:
    many(cast, 6)
    text = organiser.get(page(cast, "applications:figures")).content.decode()
    assert "Sent and not withdrawn" in text
    arrivals = queries.arrivals(cast.cohort, ZoneInfo("Europe/Paris"))
    assert [(day.started, day.sent) for day in arrivals] == [(6, 3)]
    assert queries.counts(cast.cohort) == queries.Counts(6, 3, 2, 1, 0)


def test_readers_of_lower_trust_get_no_name_no_file_and_nothing_for_organisers_alone(
    cast: Cast, sent: Application
) -> None:
    snapshot = queries.snapshots_that_count(cast.cohort).get()
    read = queries.readable_for_review(snapshot)
    assert [reading.question.code for reading in read] == ["coded_before", "motivation", "project"]
    told = " ".join(reading.answer for reading in read)
    assert "Ada" not in told
    assert "Senegal" not in told
    assert queries.pseudonym(sent, "first") != queries.pseudonym(sent, "second")
    assert sent.ref.upper() not in queries.pseudonym(sent, "first")
