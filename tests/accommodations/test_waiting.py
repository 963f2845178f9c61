"""A request that nobody answers: who hears of it, when, and how little; and that an answer stays possible."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.core import mail as django_mail

from tests.accommodations import world
from tests.accommodations.world import ASKED, words
from tests.cast import Cast, person, speaks
from tests.visiting import Clock, hidden, page, signed_in
from tremplin.accommodations import rules
from tremplin.accommodations.models import PartState, Request, RequestState
from tremplin.accommodations.services.answering import Decision, answer
from tremplin.accommodations.services.reminding import KIND, remind
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes import services
from tremplin.programmes.roles import Role
from tremplin.programmes.rounds import go_round


def reminders(cast: Cast) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(scope=cast.cohort.scope, kind=KIND).order_by("pk"))


def rounds(
    cast: Cast, begin: datetime, end: datetime, every: timedelta = timedelta(hours=6)
) -> list[datetime]:
    """Let the clock go round from `begin` to `end`; when mails were made."""
    made = []
    while begin < end:
        if remind(cohort=cast.cohort, now=begin):
            made.append(begin)
        begin += every
    return made


def test_the_officer_is_reminded_before_the_deadline_and_before_the_decisions_and_never_two_days_running(
    cast: Cast,
) -> None:
    world.asked(cast)
    closes, decided = cast.at("call_closes"), cast.at("decisions_out")
    made = rounds(cast, world.now_of(cast), decided)
    before_close = [at for at in made if closes - timedelta(days=3) <= at < closes]
    before_decisions = [at for at in made if decided - timedelta(days=7) <= at < decided]
    assert before_close
    assert len(before_decisions) >= 2
    assert all(after - before >= timedelta(hours=36) for before, after in pairwise(made))
    assert all(mail.to == cast.officer.email for mail in reminders(cast))


def test_a_reminder_counts_and_tells_nothing_else(cast: Cast) -> None:
    request = world.asked(cast)
    now = cast.at("call_closes", days=-3)
    speaks(cast.officer, "fr")
    assert remind(cohort=cast.cohort, now=now) == 1
    assert remind(cohort=cast.cohort, now=now + timedelta(hours=1)) == 0
    [mail] = reminders(cast)
    assert "1 personne attend votre réponse depuis le" in mail.body
    assert "La prochaine date\N{NO-BREAK SPACE}:" in mail.body
    text = mail.subject + mail.body
    for secret in (ASKED, request.ref, cast.applicant.name, cast.applicant.email, request.application.ref):
        assert secret not in text


def test_the_rounds_of_the_clock_remind(cast: Cast) -> None:
    world.asked(cast)
    go_round(cohort=cast.cohort, now=cast.at("call_closes", days=-3))
    assert len(reminders(cast)) == 1


def test_what_was_answered_or_has_just_come_reminds_nobody(cast: Cast) -> None:
    world.granted(cast)
    assert remind(cohort=cast.cohort, now=cast.at("call_closes", days=-3)) == 0


def test_what_came_after_the_moment_of_a_reminder_waits_for_the_next_one(cast: Cast) -> None:
    asked = cast.at("call_closes", days=-2)
    world.draft(cast)
    world.asked(cast, now=asked)
    assert remind(cohort=cast.cohort, now=asked + timedelta(hours=2)) == 0
    assert remind(cohort=cast.cohort, now=cast.at("call_closes", days=-1)) == 1


def test_a_recording_that_nobody_has_written_down_reminds_too_until_the_decisions(cast: Cast) -> None:
    world.spoken(cast)
    assert remind(cohort=cast.cohort, now=cast.at("decisions_out", days=-7)) == 1
    assert "1 recording has been waiting for its transcript" in reminders(cast)[0].body
    assert remind(cohort=cast.cohort, now=cast.at("decisions_out", days=2)) == 0


def test_after_the_decisions_a_mail_a_week_says_that_words_are_still_owed_and_then_they_stop(
    cast: Cast,
) -> None:
    world.asked(cast)
    decided = cast.at("decisions_out")
    made = rounds(cast, decided, decided + timedelta(days=90))
    assert len(made) == 4
    assert "owed an answer in words" in reminders(cast)[0].body
    assert "What comes next" not in reminders(cast)[0].body


def test_each_reminder_has_a_name_of_its_own_and_a_week_passes_between_the_others(cast: Cast) -> None:
    dates = cast.cohort.dates
    oldest = cast.at("call_opens", hours=1)
    assert rules.reminder(dates, oldest, oldest + timedelta(days=6)) is None
    first = rules.reminder(dates, oldest, oldest + timedelta(days=7))
    assert first == rules.reminder(dates, oldest, oldest + timedelta(days=8))
    assert first is not None
    assert first.startswith("week:")


def test_no_mail_of_it_stands_in_the_organisers_list(cast: Cast, clock: Clock) -> None:
    world.asked(cast)
    remind(cohort=cast.cohort, now=cast.at("call_closes", days=-3))
    [mail] = reminders(cast)
    organiser = signed_in(cast.organiser)
    assert KIND not in words(organiser.get(page(cast, "programmes:mails")))
    assert organiser.get(page(cast, "programmes:mail", ref=mail.ref)).status_code == 404
    assert not django_mail.outbox


def test_the_card_stays_on_the_officer_s_desk_as_long_as_somebody_waits(cast: Cast, clock: Clock) -> None:
    world.asked(cast)
    client = signed_in(cast.officer)
    for now in (cast.at("call_closes", days=4), cast.at("decisions_out", days=-1)):
        clock.at = now
        assert "1 person asked something in confidence" in words(client.get(page(cast, "desk")))
    clock.at = cast.at("decisions_out", days=60)
    desk = words(client.get(page(cast, "desk")))
    assert "1 person asked something in confidence" in desk
    assert "still owed an answer in words" in desk


def test_organisers_learn_a_number_once_it_takes_too_long_and_nothing_else(cast: Cast, clock: Clock) -> None:
    request = world.asked(cast)
    organiser = signed_in(cast.organiser)
    clock.at = world.now_of(cast) + rules.PATIENCE - timedelta(minutes=1)
    assert "in confidence" not in words(organiser.get(page(cast, "desk")))
    clock.at += timedelta(minutes=1)
    desk = words(organiser.get(page(cast, "desk")))
    assert "1 request in confidence has waited too long" in desk
    assert "Odile Officer" in desk
    for secret in (
        request.ref,
        request.application.ref,
        cast.applicant.name,
        page(cast, "accommodations:list"),
    ):
        assert secret not in desk
    assert organiser.get(page(cast, "accommodations:list")).status_code == 403
    for other in (cast.reviewer, cast.observer, cast.finance):
        assert "too long" not in words(signed_in(other).get(page(cast, "desk")))


def test_near_a_date_a_day_is_too_long(cast: Cast) -> None:
    dates = cast.cohort.dates
    near = cast.at("call_closes", days=-2)
    assert rules.too_long_since(dates, near) == near - timedelta(days=1)
    far = cast.at("call_closes", days=-4)
    assert rules.too_long_since(dates, far) == far - rules.PATIENCE
    over = cast.at("decisions_out", days=1)
    assert rules.too_long_since(dates, over) == over


def test_if_nobody_has_the_task_organisers_hear_of_it_after_the_call_too(cast: Cast, clock: Clock) -> None:
    world.asked(cast)
    services.revoke(
        user=cast.officer, cohort=cast.cohort, role=Role.OFFICER, actor=cast.organiser, now=clock.at
    )
    clock.at = cast.at("call_closes", days=9)
    desk = words(signed_in(cast.organiser).get(page(cast, "desk")))
    assert "Nobody is there for accommodations" in desk
    assert "Nobody can read them until somebody is named" in desk


def test_an_organiser_s_desk_asks_the_database_as_often_for_one_as_for_thirty(
    cast: Cast, clock: Clock, queries_of: object
) -> None:
    assert callable(queries_of)
    world.asked(cast)
    clock.at = cast.at("call_closes", days=-1)
    organiser = signed_in(cast.organiser)
    one = queries_of(organiser, page(cast, "desk"))
    model = Request.objects.get()
    for number in range(29):
        user = person(f"Ursula Unanswered {number}")
        application = model.application
        application.pk, application.ref, application.applicant = None, f"x{number:09}", user
        application._state.adding = True
        application.save()
        Request.objects.create(
            cohort=cast.cohort,
            application=application,
            waiting_since=model.waiting_since,
            created_at=model.created_at,
        )
    assert queries_of(organiser, page(cast, "desk")) == one


@pytest.mark.parametrize("language", ["en", "fr"])
def test_after_the_decisions_the_officer_still_answers_in_words_and_the_person_reads_them(
    cast: Cast, clock: Clock, language: str
) -> None:
    world.asked(cast)
    clock.at = cast.at("decisions_out", days=3)
    officer = signed_in(cast.officer)
    request = Request.objects.get()
    address = page(cast, "accommodations:answer", ref=request.ref)
    text = words(officer.get(f"{address}?lang={language}"))
    assert {"en": "You can still answer in words", "fr": "Vous pouvez encore répondre en mots"}[
        language
    ] in text
    assert 'name="time"' not in text
    assert 'name="words"' in text
    empty = officer.post(address, hidden(text))
    assert empty.status_code == 422
    answered = officer.post(address, {**hidden(text), "words": "I am sorry: nobody was here."}, follow=True)
    assert answered.status_code == 200
    request.refresh_from_db()
    assert request.state == RequestState.ANSWERED
    assert {part.state for part in request.parts.all()} == {PartState.OPEN}
    assert OutboxMessage.objects.filter(kind="answer-waiting", to=cast.applicant.email).count() == 1
    mine = words(signed_in(cast.applicant).get(f"{page(cast, 'accommodations:mine')}?lang={language}"))
    assert "I am sorry: nobody was here." in mine
    late = {"en": "was not decided before", "fr": "n’a pas été décidé avant"}[language]
    assert late in mine
    assert "asked something in confidence" not in words(officer.get(page(cast, "desk")))


def test_after_the_decisions_nothing_can_be_granted_and_no_answer_is_empty(cast: Cast) -> None:
    request = world.reopened(cast, world.asked(cast))
    now = cast.at("decisions_out", hours=1)

    def late(text: str, *decisions: Decision) -> Request:
        return answer(
            request=request,
            words=text,
            decisions=decisions,
            seen=request.version,
            actor=cast.officer,
            once="",
            now=now,
        )

    granted = Decision(world.Kind.FORMAT, granted=True)
    with pytest.raises(Conflict, match="nothing can be granted"):
        late("Yes, of course", granted)
    with pytest.raises(Invalid):
        late("   ")
    assert Request.objects.get().state == RequestState.WAITING


def test_the_person_reads_that_an_answer_can_still_come(cast: Cast, clock: Clock) -> None:
    world.asked(cast)
    clock.at = cast.at("decisions_out", days=1)
    mine = words(signed_in(cast.applicant).get(page(cast, "accommodations:mine")))
    assert "can still answer you in words" in mine
    assert "Add it" not in mine
