from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, enrol
from tests.mentoring.world import crowd
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.roles import roles_of
from tremplin.selection import desk, queries, services
from tremplin.selection.models import Scholar, ScholarState


@pytest.fixture
def scholar(cast: Cast) -> Scholar:
    return enrol(cast)


def stored() -> Scholar:
    return Scholar.objects.get()


def test_a_pause_begins_is_told_and_keeps_no_reason(cast: Cast, scholar: Scholar) -> None:
    since, now = cast.at("training_starts", days=3), cast.at("training_starts", days=5)
    services.pause_scholar(scholar=scholar, actor=cast.organiser, since=since, now=now)
    assert (stored().state, stored().stopped_at) == (ScholarState.PAUSED, since)
    assert OutboxMessage.objects.get(kind="scholar-paused").to == cast.scholar.email
    assert AuditEvent.objects.get(verb="selection.scholar-paused").data == {}
    services.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    assert stored().stopped_at == since
    assert OutboxMessage.objects.count() == 1


def test_coming_back_keeps_the_length_of_the_pause(cast: Cast, scholar: Scholar) -> None:
    began, ended = cast.at("training_starts", days=3), cast.at("training_starts", days=13)
    services.pause_scholar(scholar=scholar, actor=cast.organiser, now=began)
    services.resume_scholar(scholar=scholar, actor=cast.organiser, now=ended)
    services.resume_scholar(scholar=scholar, actor=cast.organiser, now=ended + timedelta(hours=1))
    assert (stored().state, stored().stopped_at) == (ScholarState.ENROLLED, None)
    assert stored().pauses == [[began.isoformat(), ended.isoformat()]]
    assert OutboxMessage.objects.filter(kind="scholar-resumed").count() == 1
    services.pause_scholar(scholar=scholar, actor=cast.organiser, now=ended + timedelta(days=1))
    assert OutboxMessage.objects.filter(kind="scholar-paused").count() == 2


def test_a_pause_cannot_begin_tomorrow_nor_before_the_place_was_accepted(
    cast: Cast, scholar: Scholar
) -> None:
    now = cast.at("training_starts", days=5)
    for since in (now + timedelta(days=1), scholar.agreed_at - timedelta(days=1)):
        with pytest.raises(Invalid) as refusal:
            services.pause_scholar(scholar=scholar, actor=cast.organiser, since=since, now=now)
        assert set(refusal.value.errors) == {"since"}
    assert stored().state == ScholarState.ENROLLED


def test_completing_is_told_can_be_undone_and_does_not_come_before_training(
    cast: Cast, scholar: Scholar
) -> None:
    with pytest.raises(Conflict, match="not begun"):
        services.complete_scholar(
            scholar=scholar, actor=cast.organiser, now=cast.at("training_starts", days=-1)
        )
    ends = cast.at("training_ends")
    services.complete_scholar(scholar=scholar, actor=cast.organiser, now=ends)
    services.complete_scholar(scholar=scholar, actor=cast.organiser, now=ends)
    assert OutboxMessage.objects.filter(kind="scholar-completed").count() == 1
    services.resume_scholar(scholar=scholar, actor=cast.organiser, now=ends)
    assert (stored().state, stored().pauses) == (ScholarState.ENROLLED, [])


def test_who_pauses_completes_after_coming_back_and_who_left_does_neither(
    cast: Cast, scholar: Scholar
) -> None:
    now = cast.at("training_starts", days=5)
    services.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    with pytest.raises(Conflict):
        services.complete_scholar(scholar=scholar, actor=cast.organiser, now=now)
    services.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=now + timedelta(days=9))
    assert stored().stopped_at == now
    for deed in (services.pause_scholar, services.resume_scholar, services.complete_scholar):
        with pytest.raises(Conflict):
            deed(scholar=scholar, actor=cast.organiser, now=now + timedelta(days=10))


@pytest.mark.parametrize("who", ["organiser", "scholar"])
def test_who_has_completed_has_no_place_to_give_back(
    cast: Cast, scholar: Scholar, clock: Clock, who: str
) -> None:
    services.complete_scholar(scholar=scholar, actor=cast.organiser, now=clock.at)
    actor, path = getattr(cast, who), page(cast, "selection:withdraw", ref=scholar.ref)
    with pytest.raises(Conflict, match="completed"):
        services.withdraw_scholar(scholar=scholar, actor=actor, now=clock.at, reason="A slip")
    client = signed_in(actor)
    actor.language = "en"
    actor.save()
    opened = client.get(path).content.decode()
    assert "no place to give back" in opened
    assert 'name="reason"' not in opened
    assert client.post(path, {"reason": "A slip"}).status_code == 409
    assert stored().state == ScholarState.COMPLETED
    assert not AuditEvent.objects.filter(verb="selection.scholar-left").exists()
    services.resume_scholar(scholar=scholar, actor=cast.organiser, now=clock.at)
    services.withdraw_scholar(scholar=scholar, actor=actor, now=clock.at, reason="Really")
    assert stored().state == ScholarState.LEFT


@pytest.mark.parametrize("role", ["scholar", "mentor", "finance", "observer", "reviewer", "stranger"])
def test_only_organisers_pause_and_complete(cast: Cast, scholar: Scholar, role: str) -> None:
    for deed in (services.pause_scholar, services.resume_scholar, services.complete_scholar):
        with pytest.raises(NotAllowed):
            deed(scholar=scholar, actor=getattr(cast, role), now=cast.at("training_starts", days=5))


def test_the_database_itself_knows_that_who_takes_part_has_not_stopped(cast: Cast, scholar: Scholar) -> None:
    for broken in ({"stopped_at": scholar.agreed_at}, {"state": ScholarState.PAUSED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Scholar.objects.update(**broken)


def test_who_has_reached_the_end_is_counted_in_their_own_time(cast: Cast, scholar: Scholar) -> None:
    ends = cast.at("training_ends")
    assert queries.at_the_end(cast.cohort, now=ends) == [scholar]
    Scholar.objects.update(extension_weeks=2)
    assert queries.at_the_end(cast.cohort, now=ends) == []
    assert queries.at_the_end(cast.cohort, now=ends + timedelta(weeks=2)) == [scholar]
    cards = desk.cards(
        cohort=cast.cohort,
        actor=cast.organiser,
        roles=roles_of(cast.organiser, cast.cohort),
        now=ends + timedelta(weeks=2),
    )
    assert "Scholars at the end" in [str(card.title) for card in cards]


def test_the_desk_of_who_pauses_says_so(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts", days=5)
    services.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    cards = desk.cards(
        cohort=cast.cohort, actor=cast.scholar, roles=roles_of(cast.scholar, cast.cohort), now=now
    )
    assert [card.href for card in cards if card.href.startswith("mailto:")] == ["mailto:scholars@example.org"]


def test_a_pause_from_the_page_and_back(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, path = signed_in(cast.organiser), page(cast, "selection:scholar", ref=scholar.ref)
    text = client.get(path).content.decode()
    assert "First day of the pause" in text
    assert page(cast, "stipends:extension", ref=scholar.ref) in text
    day = cast.at("training_starts", days=3).date()
    assert client.post(path, {"step": "pause", "since": day.isoformat()}).status_code == 302
    assert stored().stopped_at is not None
    text = client.get(path).content.decode()
    assert "Paused since" in text
    assert "First day of the pause" not in text
    assert client.post(path, {"step": "resume"}).status_code == 302
    assert "Earlier pauses" in client.get(path).content.decode()
    assert client.post(path, {"step": "complete"}).status_code == 302
    assert "Not at the end after all" in client.get(path).content.decode()
    assert client.post(path, {"step": "pause", "since": day.isoformat()}).status_code == 409


@pytest.mark.parametrize("since", ["", "tomorrow", "2031-01-01", "2020-01-01"])
def test_a_day_that_cannot_be_is_said_at_the_field(
    cast: Cast, scholar: Scholar, clock: Clock, since: str
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "selection:scholar", ref=scholar.ref)
    answer = client.post(path, {"step": "pause", "since": since})
    assert answer.status_code == 422
    assert 'href="#id_since"' in answer.content.decode()
    assert stored().state == ScholarState.ENROLLED


def test_a_made_up_step_changes_nothing(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, path = signed_in(cast.organiser), page(cast, "selection:scholar", ref=scholar.ref)
    assert client.post(path, {"step": "fly"}).status_code == 302
    assert client.post(path).status_code == 302
    assert stored().state == ScholarState.ENROLLED


def test_the_list_costs_the_same_with_thirty_and_has_an_empty_state(cast: Cast, clock: Clock) -> None:
    client, path = signed_in(cast.observer), page(cast, "selection:scholars")
    assert "No scholar yet" in client.get(path).content.decode()
    crowd(cast, 1, prefix="one")
    few = _queries(client, path)
    crowd(cast, 30)
    assert _queries(client, path) == few <= 15
    assert "Crowd 029" in client.get(path).content.decode()


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        ("selection:scholars", "get", {"organiser", "observer"}),
        ("selection:scholar", "get", {"organiser"}),
        ("selection:scholar", "post", {"organiser"}),
    ],
)
def test_these_pages_open_to_their_roles_alone(
    cast: Cast, scholar: Scholar, clock: Clock, name: str, method: str, allowed: set[str]
) -> None:
    words = {"ref": scholar.ref} if name == "selection:scholar" else {}
    for role in ("organiser", "observer", "finance", "mentor", "scholar", "reviewer", "stranger"):
        answer = getattr(signed_in(getattr(cast, role)), method)(page(cast, name, **words))
        expected = {404} if role == "stranger" else {200, 302} if role in allowed else {403}
        assert answer.status_code in expected, role
    if words:
        assert signed_in(cast.stranger).get(rival_page(cast, name, **words)).status_code == 404
