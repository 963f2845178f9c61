"""A date moves with a reason, after its consequences were shown, and those concerned can be told."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import OPENS, Cast, cohort_of, speaks
from tests.programmes.conftest import At, page
from tests.programmes.texts import mended
from tests.visiting import Clock, signed_in
from tests.visiting import page as address_of
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.core.jobs.models import Job
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, BatchState, OutboxMessage
from tremplin.programmes import consequences, services, tasks
from tremplin.programmes.dates import day_meant
from tremplin.programmes.forms import DateForm
from tremplin.programmes.roles import Role

DAY = timedelta(days=1)


def move(cast: Cast, code: str, to: datetime, **changes: object) -> None:
    given: dict[str, Any] = {
        "actor": cast.organiser,
        "now": OPENS + DAY,
        "reason": "A holiday.",
        **changes,
    }
    services.move_date(cohort=cast.cohort, code=code, to=to, **given)


def test_a_moved_date_is_where_it_was_put_and_the_log_says_why(cast: Cast) -> None:
    before = cast.cohort.date("midpoint")
    move(cast, "midpoint", before + DAY)
    assert cast.cohort.date("midpoint") == before + DAY
    event = AuditEvent.objects.get(scope=cast.cohort.scope, verb="programmes.date-moved")
    assert event.data == {
        "code": "midpoint",
        "before": before.isoformat(),
        "after": (before + DAY).isoformat(),
        "reason": "A holiday.",
    }


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_date_moves_without_a_reason(cast: Cast, reason: str) -> None:
    with pytest.raises(Invalid, match="Say why"):
        move(cast, "midpoint", cast.at("midpoint", days=1), reason=reason)


def test_only_organisers_move_dates(cast: Cast) -> None:
    for actor in (cast.observer, cast.finance, cast.stranger):
        with pytest.raises(NotAllowed):
            move(cast, "midpoint", cast.at("midpoint", days=1), actor=actor)


def test_a_date_cannot_pass_another(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Reading ends"):
        move(cast, "call_closes", cast.at("reading_ends", days=1))
    assert cast.cohort.date("call_closes") < cast.cohort.date("reading_ends")


def test_a_date_cannot_move_into_the_past(cast: Cast) -> None:
    with pytest.raises(Invalid, match="still to come"):
        move(cast, "call_closes", OPENS + DAY)


def test_the_opening_stays_once_people_have_seen_it(cast: Cast) -> None:
    with pytest.raises(Invalid, match="has opened"):
        move(cast, "call_opens", OPENS + 2 * DAY)
    move(cast, "call_opens", OPENS + 2 * DAY, now=OPENS - DAY)
    assert cast.cohort.date("call_opens") == OPENS + 2 * DAY


def test_a_deadline_that_has_passed_may_be_given_again(cast: Cast) -> None:
    now = cast.at("call_closes", days=1)
    move(cast, "call_closes", now + DAY, now=now)
    assert cast.cohort.date("call_closes") == now + DAY


def test_an_unknown_date_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="no such date"):
        move(cast, "tea_time", OPENS + 2 * DAY)


def test_a_page_from_before_somebody_elses_move_moves_nothing(cast: Cast) -> None:
    seen = cast.cohort.date("midpoint")
    move(cast, "midpoint", seen + DAY)
    with pytest.raises(Stale) as stale:
        move(cast, "midpoint", seen + 3 * DAY, seen=seen)
    assert stale.value.current == seen + DAY
    cast.cohort.forget_dates()
    assert cast.cohort.date("midpoint") == seen + DAY


def test_pressing_the_button_twice_moves_once(cast: Cast) -> None:
    seen = cast.cohort.date("midpoint")
    for _twice in range(2):
        move(cast, "midpoint", seen + DAY, seen=seen, once="abc")
    assert AuditEvent.objects.filter(scope=cast.cohort.scope, verb="programmes.date-moved").count() == 1


def test_those_concerned_are_written_to_in_a_batch_that_waits(cast: Cast) -> None:
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    move(cast, "midpoint", cast.at("midpoint", days=1), tell=True)
    job = Job.objects.get(task__endswith="tell_of_move")
    for _again in range(2):  # a worker that died half way starts over
        tasks.tell_of_move.func(*job.args)
    batch = Batch.objects.get(kind="date-moved")
    assert batch.state == BatchState.OPEN
    assert {mail.to for mail in batch.messages.all()} == {cast.scholar.email, cast.mentor.email}
    mail = batch.messages.get(to=cast.scholar.email)
    assert "Mi-parcours" in mail.subject
    assert "A holiday." in mail.body
    assert "11 mai 2027" in mail.body


def test_each_reads_why_in_their_own_language_as_far_as_it_was_written(cast: Cast) -> None:
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    why = {"en": "A holiday.", "fr": "Un jour férié."}
    move(cast, "midpoint", cast.at("midpoint", days=1), tell=True, reason=why)
    tasks.tell_of_move.func(*Job.objects.get(task__endswith="tell_of_move").args)
    bodies = {mail.to: mail.body for mail in OutboxMessage.objects.filter(kind="date-moved")}
    assert "Un jour férié." in bodies[cast.scholar.email]
    assert "A holiday." in bodies[cast.mentor.email]
    assert AuditEvent.objects.get(verb="programmes.date-moved").data["reason"] == "A holiday."


def test_what_comes_after_the_batch_was_sent_goes_into_another(cast: Cast) -> None:
    move(cast, "midpoint", cast.at("midpoint", days=1), tell=True)
    job = Job.objects.get(task__endswith="tell_of_move")
    tasks.tell_of_move.func(*job.args)
    services.release(cohort=cast.cohort, batch=Batch.objects.get(), actor=cast.organiser, now=OPENS)
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    tasks.tell_of_move.func(*job.args)
    assert OutboxMessage.objects.filter(kind="date-moved").count() == 2
    assert Batch.objects.filter(kind="date-moved").count() == 2


def test_consequences_name_what_moves_along_and_how_much_time_is_left(cast: Cast) -> None:
    follows = consequences.of_moving(cast.cohort, "training_starts", cast.at("training_starts", days=7))
    assert [(str(row.kind), row.title) for row in follows.along] == [
        ("Check-in", "Week 2"),
        ("Check-in", "Week 8"),
        ("Payment", "start"),
        ("Payment", "second"),
        ("Milestone", "Proposal"),
    ]
    assert all(row.after - row.before == timedelta(days=7) for row in follows.along)
    assert [(gap.text, gap.shorter) for gap in follows.gaps] == [
        ("20 days between “Offers are answered” and “Training starts” (now 13).", False),
        ("42 days between “Training starts” and “Midpoint” (now 49).", True),
    ]
    assert follows.people == 3  # a mentor, two of finance


def test_a_date_that_concerns_nobody_says_so(cast: Cast) -> None:
    assert consequences.in_sentence(0) == "Nobody has a role that this date concerns."
    assert consequences.of_moving(
        cast.cohort, "call_opens", OPENS + timedelta(hours=1)
    ) == consequences.Consequences([], [], 0)


def test_a_date_at_the_end_of_the_journey_has_one_neighbour(cast: Cast) -> None:
    follows = consequences.of_moving(cast.cohort, "follow_up_ends", cast.at("follow_up_ends", days=3))
    assert len(follows.gaps) == 1


# ---- the pages ---------------------------------------------------------------------------------------------


def form(cast: Cast, code: str, **changes: str) -> dict[str, str]:
    at = cast.cohort.date(code)
    return {
        "day": (at + DAY).date().isoformat(),
        "hour": "10:00",
        "reason": "A holiday.",
        "seen": at.isoformat(),
        **changes,
    }


def test_the_form_starts_where_the_date_stands(cast: Cast, organiser: Client) -> None:
    text = organiser.get(page(cast, "date", code="midpoint")).content.decode()
    assert 'value="2027-05-10"' in text
    assert 'value="10:00"' in text
    text = organiser.get(page(cast, "date", code="call_closes")).content.decode()
    assert 'value="2027-02-08"' in text
    assert "end of the day anywhere on Earth" in text


def test_the_first_press_shows_what_follows_and_moves_nothing(cast: Cast, organiser: Client) -> None:
    response = organiser.post(page(cast, "date", code="midpoint"), form(cast, "midpoint"))
    text = unescape(response.content.decode())
    assert "Nothing has moved yet" in text
    assert "11 May 2027, 10:00" in text
    assert "50 days between “Training starts” and “Midpoint” (now 49)." in text
    cast.cohort.forget_dates()
    assert cast.cohort.date("midpoint") == datetime(2027, 5, 10, 8, tzinfo=UTC)


def test_the_second_press_moves_the_date(cast: Cast, organiser: Client) -> None:
    data = form(cast, "midpoint", confirm="yes", once="k1")
    response = organiser.post(page(cast, "date", code="midpoint"), data, follow=True)
    assert "“Midpoint” is now 11 May 2027, 10:00 (Paris)." in response.content.decode()
    cast.cohort.forget_dates()
    assert cast.cohort.date("midpoint") == datetime(2027, 5, 11, 8, tzinfo=UTC)


def test_a_deadline_without_an_hour_lasts_until_the_day_has_ended_everywhere(
    cast: Cast, organiser: Client
) -> None:
    data = form(cast, "call_closes", day="2027-02-11", hour="", confirm="yes")
    organiser.post(page(cast, "date", code="call_closes"), data)
    cast.cohort.forget_dates()
    assert cast.cohort.date("call_closes") == datetime(2027, 2, 12, 11, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "Choose a day."),
        ({"day": "soon"}, "Write a day such as"),
        ({"hour": ""}, "Write an hour such as"),
        ({"hour": "25:00"}, "Write an hour such as"),
        ({"reason": ""}, "Say why the date moves"),
        ({"reason": "x" * 501}, "500"),
        ({"day": "2027-01-02"}, "still to come"),
        ({"day": "2029-01-02"}, "would fall before"),
    ],
)
def test_a_date_that_cannot_be_is_told_at_its_field(
    cast: Cast, organiser: Client, changes: dict[str, str], words: str
) -> None:
    data = form(cast, "midpoint", confirm="yes", **changes)
    response = organiser.post(page(cast, "date", code="midpoint"), data)
    assert response.status_code == 422
    assert words in unescape(response.content.decode())


def test_a_stale_page_says_so_and_keeps_what_was_typed(cast: Cast, organiser: Client) -> None:
    data = form(cast, "midpoint", confirm="yes", reason="My long and careful reason.")
    move(cast, "midpoint", cast.at("midpoint", days=2))
    response = organiser.post(page(cast, "date", code="midpoint"), data)
    assert response.status_code == 409
    text = response.content.decode()
    assert "Somebody moved this date" in text
    assert "My long and careful reason." in text


def test_the_opening_cannot_be_moved_on_the_page_once_the_call_is_open(
    cast: Cast, organiser: Client, at: At
) -> None:
    at(OPENS + DAY)
    text = organiser.get(page(cast, "date", code="call_opens")).content.decode()
    assert "has opened" in text
    assert "See what follows" not in text


def test_a_date_that_the_programme_does_not_have_is_not_there(cast: Cast, organiser: Client) -> None:
    assert organiser.get(page(cast, "date", code="tea_time")).status_code == 404


def test_a_programme_whose_deadlines_end_with_its_own_day(cast: Cast, at: At) -> None:
    text = mended(('time_zone = "Europe/Paris"', 'time_zone = "Europe/Paris"\nanywhere_on_earth = false'))
    cohort = cohort_of("local-lab", cast.stranger, text=text)
    assert DateForm.start(cohort, "call_closes") == {"day": date(2027, 2, 8)}
    data = {"day": "2027-02-10", "hour": "", "reason": "x"}
    form = DateForm(data, cohort=cohort, code="call_closes")
    assert "end of the day." in str(form.fields["hour"].help_text)
    assert form.is_valid()
    assert form.moment() == datetime(2027, 2, 10, 22, 59, 59, tzinfo=UTC)


def test_a_deadline_with_an_hour_keeps_it_in_the_form(cast: Cast) -> None:
    move(cast, "call_closes", datetime(2027, 2, 10, 17, tzinfo=UTC))
    assert DateForm.start(cast.cohort, "call_closes") == {"day": date(2027, 2, 10), "hour": time(18)}


def told(cast: Cast, code: str, by: timedelta) -> Batch:
    """The batch that tells of a move of the date `code`."""
    move(cast, code, cast.cohort.date(code) + by, tell=True)
    tasks.tell_of_move.func(*Job.objects.get(task__endswith="tell_of_move").args)
    return Batch.objects.get(kind="date-moved")


def test_whoever_is_told_of_a_move_reads_the_old_date_and_the_new_one(cast: Cast) -> None:
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    batch = told(cast, "midpoint", DAY)
    french = batch.messages.get(to=cast.scholar.email).body
    assert re.search(
        r"Avant\N{NO-BREAK SPACE}: 10 mai 2027.*\nMaintenant\N{NO-BREAK SPACE}: 11 mai 2027", french
    )
    english = batch.messages.get(to=cast.mentor.email).body
    assert re.search(r"Before: 10 May 2027.*\nNow: 11 May 2027", english)


def test_a_batch_is_titled_in_the_language_of_whoever_reads_of_it(cast: Cast, clock: Clock) -> None:
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    batch = told(cast, "midpoint", DAY)
    seen = {"en": "now 11 May 2027", "fr": "Mi-parcours\N{NO-BREAK SPACE}: désormais le 11 mai 2027"}
    for reader, (language, words) in zip((cast.organiser, cast.colleague), seen.items(), strict=True):
        speaks(reader, language)
        client = signed_in(reader)
        pages = [
            address_of(cast, "programmes:outbox"),
            address_of(cast, "programmes:batch", ref=batch.ref),
            address_of(cast, "programmes:mail", ref=batch.messages.all()[0].ref),
            address_of(cast, "desk"),
        ]
        for address in pages:
            assert words in client.get(address).content.decode(), (reader, address)


def test_the_title_names_the_day_as_the_cohort_says_it_anywhere_on_earth(cast: Cast) -> None:
    services.grant(user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=OPENS)
    meant = day_meant(cast.cohort, cast.at("call_closes", days=1))
    assert meant != cast.at("call_closes", days=1).date()
    assert str(meant.day) in told(cast, "call_closes", DAY).title["en"]


def test_two_moves_to_one_day_share_a_batch_and_another_day_has_its_own(cast: Cast) -> None:
    services.grant(user=cast.scholar, cohort=cast.cohort, role=Role.SCHOLAR, actor=None, now=OPENS)
    told(cast, "midpoint", DAY)
    tasks.tell_of_move.func(*Job.objects.get(task__endswith="tell_of_move").args)
    assert Batch.objects.filter(kind="date-moved").count() == 1
    move(cast, "midpoint", cast.cohort.date("midpoint") + DAY, tell=True)
    newest = Job.objects.filter(task__endswith="tell_of_move").order_by("-pk")[0]
    tasks.tell_of_move.func(*newest.args)
    assert Batch.objects.filter(kind="date-moved").count() == 2
