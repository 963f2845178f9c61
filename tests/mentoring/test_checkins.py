from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.mentoring.world import GOOD, crowd, pair, send
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import queries, services
from tremplin.mentoring.models import CheckInAnswer, Concern, Pairing, Side
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.selection import services as selection


@pytest.fixture
def pairing(cast: Cast) -> Pairing:
    return pair(cast)


@pytest.fixture
def now(cast: Cast) -> datetime:
    """Two days before the first check-in is due."""
    return cast.at("training_starts", days=12)


def save(pairing: Pairing, user: User, now: datetime, version: int = 0, **answers: str) -> CheckInAnswer:
    return services.save_answers(
        pairing=pairing, code="week-2", answers=answers, expected_version=version, actor=user, now=now
    )


def kinds(pairing: Pairing) -> list[str]:
    rows = Concern.objects.filter(pairing=pairing, closed_at__isnull=True)
    return sorted(rows.values_list("kind", flat=True))


def test_a_draft_is_kept_in_any_state_and_leaves_no_trace_in_the_log(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    before = AuditEvent.objects.count()
    row = save(pairing, cast.scholar, now, going="nonsense", unknown="dropped")
    assert row.answers == {"going": "nonsense"}
    assert save(pairing, cast.scholar, now, 1, going="3").version == 2
    with pytest.raises(Stale) as stale:
        save(pairing, cast.scholar, now, 1, going="1")
    current = stale.value.current
    assert isinstance(current, CheckInAnswer)
    assert current.answers == {"going": "3"}
    assert AuditEvent.objects.count() == before


def test_too_long_an_answer_is_sent_back_whole(cast: Cast, pairing: Pairing, now: datetime) -> None:
    with pytest.raises(Invalid, match="Take out 2 characters"):
        save(pairing, cast.scholar, now, note="a" * 5002)
    assert not CheckInAnswer.objects.exists()


def test_sending_names_what_is_missing_and_keeps_what_was_written(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    with pytest.raises(Invalid) as refusal:
        send(pairing, cast.scholar, now, met="", going="7", note="Hello")
    assert set(refusal.value.errors) == {"met", "going"}
    row = CheckInAnswer.objects.get()
    assert (row.answers["note"], row.sent_at, row.version) == ("Hello", None, 1)


def test_a_sent_check_in_is_final_and_sending_it_twice_changes_nothing(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    send(pairing, cast.scholar, now)
    send(pairing, cast.scholar, now + timedelta(hours=1))
    assert CheckInAnswer.objects.get().sent_at == now
    with pytest.raises(Conflict, match="can no longer be changed"):
        send(pairing, cast.scholar, now, going="1")
    with pytest.raises(Conflict, match="can no longer be changed"):
        save(pairing, cast.scholar, now, 1, going="1")


def test_a_check_in_cannot_be_sent_before_it_opens(cast: Cast, pairing: Pairing) -> None:
    with pytest.raises(Conflict, match="not open yet"):
        send(pairing, cast.scholar, cast.at("training_starts", days=9))


def test_a_check_in_that_this_pairing_is_not_asked_for_does_not_exist(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    with pytest.raises(Conflict, match="no such check-in"):
        send(pairing, cast.scholar, now, code="week-99")


@pytest.mark.parametrize("role", ["organiser", "observer", "finance", "reviewer", "stranger"])
def test_nobody_answers_for_a_side(cast: Cast, pairing: Pairing, now: datetime, role: str) -> None:
    with pytest.raises(NotAllowed):
        save(pairing, getattr(cast, role), now, going="3")
    with pytest.raises(NotAllowed):
        send(pairing, getattr(cast, role), now)


def test_each_side_sees_the_other_only_after_sending_and_never_what_is_private(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    def seen_by_mentor() -> dict[str, str]:
        return queries.other_side_answers(pairing, cast.cohort, "week-2", Side.MENTOR)

    send(pairing, cast.scholar, now, note="I am struggling.")
    assert seen_by_mentor() == {}
    save(pairing, cast.mentor, now, going="5")
    assert seen_by_mentor() == {}
    services.send_answers(
        pairing=pairing, code="week-2", answers=GOOD, expected_version=1, actor=cast.mentor, now=now
    )
    assert seen_by_mentor() == {"met": "yes", "going": "4"}


def test_sides_that_disagree_raise_one_hand_that_names_the_questions(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    send(pairing, cast.scholar, now, met="no", going="1")
    assert kinds(pairing) == []
    send(pairing, cast.mentor, now, met="yes", going="5")
    assert kinds(pairing) == ["disagreement"]
    assert Concern.objects.get().detail == {"questions": ["met", "going"]}


def test_words_for_organisers_alone_raise_a_hand_and_a_mail_that_repeats_nothing(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    send(pairing, cast.scholar, now, note="My mentor shouts at me.")
    assert kinds(pairing) == ["note-scholar"]
    mails = OutboxMessage.objects.filter(kind="note-in-confidence")
    assert {mail.to for mail in mails} == {cast.organiser.email, cast.colleague.email}
    assert not any("shouts" in mail.body + mail.subject for mail in mails)
    assert not AuditEvent.objects.filter(data__icontains="shouts").exists()


def test_an_organiser_who_is_one_side_learns_nothing_said_in_confidence(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    grant(user=cast.mentor, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=now)
    send(pairing, cast.scholar, now, note="My mentor shouts at me.")
    assert not OutboxMessage.objects.filter(kind="note-in-confidence", to=cast.mentor.email).exists()
    with pytest.raises(NotAllowed, match="another organiser"):
        services.log_reading(pairing=pairing, code="week-2", actor=cast.mentor, now=now)
    with pytest.raises(NotAllowed, match="another organiser"):
        services.close_concern(concern=Concern.objects.get(), actor=cast.mentor, note="Fine", now=now)


def test_organisers_read_both_sides_whole_and_each_look_is_logged(
    cast: Cast, pairing: Pairing, now: datetime
) -> None:
    send(pairing, cast.scholar, now, going="1", note="Alone")
    save(pairing, cast.mentor, now, going="5")
    rows = {row.question.code: row for row in queries.both_sides(pairing, cast.cohort, "week-2")}
    assert (rows["note"].scholar, rows["note"].mentor) == ("Alone", None)
    assert not rows["going"].disagree
    services.log_reading(pairing=pairing, code="week-2", actor=cast.organiser, now=now)
    event = AuditEvent.objects.get(verb="mentoring.answers-read")
    assert (event.actor, event.data) == (cast.organiser.ref, {"checkin": "week-2"})
    for role in ("observer", "finance", "mentor", "scholar", "stranger"):
        with pytest.raises(NotAllowed):
            services.log_reading(pairing=pairing, code="week-2", actor=getattr(cast, role), now=now)


def test_the_round_writes_to_both_when_a_check_in_opens_and_once_more_when_it_is_late(
    cast: Cast, pairing: Pairing
) -> None:
    cohort = cast.cohort
    assert services.remind(cohort=cohort, now=cast.at("training_starts", days=9)) == 0
    assert services.remind(cohort=cohort, now=cast.at("training_starts", days=10)) == 2
    assert services.remind(cohort=cohort, now=cast.at("training_starts", days=13)) == 0
    assert kinds(pairing) == []
    late = cast.at("training_starts", days=18)
    assert services.remind(cohort=cohort, now=late) == 2
    assert kinds(pairing) == ["silent-mentor", "silent-scholar"]
    assert services.remind(cohort=cohort, now=late) == 0
    assert OutboxMessage.objects.filter(kind__startswith="checkin-").count() == 4


def test_who_has_answered_is_not_reminded(cast: Cast, pairing: Pairing, now: datetime) -> None:
    send(pairing, cast.scholar, now)
    assert services.remind(cohort=cast.cohort, now=cast.at("training_starts", days=18)) == 1
    assert kinds(pairing) == ["silent-mentor"]


def test_an_answer_that_comes_after_all_ends_the_silence(cast: Cast, pairing: Pairing) -> None:
    late = cast.at("training_starts", days=18)
    services.remind(cohort=cast.cohort, now=late)
    send(pairing, cast.mentor, late + timedelta(hours=2))
    assert kinds(pairing) == ["silent-scholar"]


def test_a_mentor_who_comes_late_is_not_asked_about_the_weeks_before(cast: Cast, pairing: Pairing) -> None:
    now = cast.at("training_starts", days=30)
    services.end_pairing(pairing=pairing, actor=cast.organiser, reason="x", now=now)
    fresh = pair(cast, pairing.scholar, at=now)
    services.remind(cohort=cast.cohort, now=now + timedelta(days=1))
    assert not OutboxMessage.objects.filter(kind__startswith="checkin-", body__contains=fresh.ref).exists()
    lines = queries.check_ins(fresh, cast.cohort, Side.MENTOR, now=now)
    assert [line.slot.checkin.code for line in lines] == ["week-8"]


def test_who_pauses_is_left_in_peace_and_so_is_their_mentor(cast: Cast, pairing: Pairing) -> None:
    paused = cast.at("training_starts", days=8)
    selection.pause_scholar(scholar=pairing.scholar, actor=cast.organiser, now=paused)
    assert services.remind(cohort=cast.cohort, now=cast.at("training_starts", days=40)) == 0
    back = cast.at("training_starts", days=22)
    held = selection.resume_scholar(scholar=pairing.scholar, actor=cast.organiser, now=back)
    assert held.stopped_at is None
    assert services.remind(cohort=cast.cohort, now=back) == 0
    assert services.remind(cohort=cast.cohort, now=back + timedelta(days=3)) == 2


def test_a_quiet_round_costs_the_same_however_many_pairings(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 12, mentored=True)
    late = cast.at("training_starts", days=18)
    assert services.remind(cohort=cast.cohort, now=late) == 24
    assert cast.cohort.dates
    with django_assert_num_queries(6):
        services.remind(cohort=cast.cohort, now=late)


def test_a_hand_is_lowered_once_with_a_word(cast: Cast, pairing: Pairing) -> None:
    late = cast.at("training_starts", days=18)
    services.remind(cohort=cast.cohort, now=late)
    concern = Concern.objects.get(kind="silent-mentor")
    with pytest.raises(Invalid):
        services.close_concern(concern=concern, actor=cast.organiser, note=" ", now=late)
    with pytest.raises(Invalid, match="1000"):
        services.close_concern(concern=concern, actor=cast.organiser, note="a" * 1001, now=late)
    for role in ("observer", "mentor", "scholar", "stranger"):
        with pytest.raises(NotAllowed):
            services.close_concern(concern=concern, actor=getattr(cast, role), note="x", now=late)
    closed = services.close_concern(concern=concern, actor=cast.organiser, note="Called her.", now=late)
    assert closed.closing_note == "Called her."
    with pytest.raises(Conflict, match="closed this already"):
        services.close_concern(concern=concern, actor=cast.colleague, note="Me too.", now=late)
    services.remind(cohort=cast.cohort, now=late + timedelta(days=1))
    assert kinds(pairing) == ["silent-scholar"]


def test_only_a_check_in_that_a_present_mentor_asks_for_shuts_a_gate(cast: Cast, pairing: Pairing) -> None:
    (alone,) = crowd(cast, 1)
    now = cast.at("training_starts", days=14)
    shut = queries.shut_gates([pairing.scholar, alone], cast.cohort, now=now)
    assert shut == {(pairing.scholar_id, "week-2"), (pairing.scholar_id, "week-8")}
    send(pairing, cast.scholar, now)
    assert (pairing.scholar_id, "week-2") not in queries.shut_gates([pairing.scholar], cast.cohort, now=now)
    services.end_pairing(pairing=pairing, actor=cast.organiser, reason="x", now=now)
    assert queries.shut_gates([pairing.scholar], cast.cohort, now=now) == set()
