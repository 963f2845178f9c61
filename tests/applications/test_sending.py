"""Sending, sending again, stepping back."""

import pytest

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast
from tremplin.applications import queries, services
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.services.sending import checksum_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage


def test_a_sent_application_has_a_snapshot_with_its_answers_and_a_checksum_that_holds(
    cast: Cast, ready: Application
) -> None:
    snapshot = services.submit(
        application=ready, actor=cast.applicant, once="a", now=cast.at("call_opens", days=3)
    )
    stored = Snapshot.objects.select_related("application", "version").get(pk=snapshot.pk)
    assert stored.answers["motivation"] == "Because I want to build."
    assert stored.number == 1
    assert stored.version == cast.cohort.version
    assert checksum_of(stored) == stored.checksum
    stored.answers["motivation"] = "Because I want to win."
    assert checksum_of(stored) != stored.checksum
    with pytest.raises(TypeError):
        stored.save()


def test_pressing_twice_sends_once(cast: Cast, ready: Application) -> None:
    now = cast.at("call_opens", days=3)
    first = services.submit(application=ready, actor=cast.applicant, once="key", now=now)
    again = services.submit(application=ready, actor=cast.applicant, once="key", now=now)
    other_key = services.submit(application=ready, actor=cast.applicant, once="other", now=now)
    assert first.pk == again.pk == other_key.pk
    assert Snapshot.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="application-received").count() == 1
    assert AuditEvent.objects.filter(verb="applications.submitted").count() == 1


def test_the_receipt_names_the_reference_and_leads_back(cast: Cast, sent: Application) -> None:
    mail = OutboxMessage.objects.get(kind="application-received")
    assert mail.to == cast.applicant.email
    assert sent.ref.upper() in mail.body
    assert "/home-lab/small/2027/application/" in mail.body


def test_sending_again_makes_a_second_snapshot_and_the_last_one_counts(cast: Cast, sent: Application) -> None:
    now = cast.at("call_opens", days=5)
    changed = write(sent, now, motivation="Better words.")
    assert changed.unsent_changes
    assert queries.snapshots_that_count(cast.cohort).get().answers["motivation"] == "Because I want to build."
    resent = send(changed, now)
    assert not resent.unsent_changes
    assert resent.submitted_at == now
    assert [snapshot.number for snapshot in queries.history(resent)] == [2, 1]
    assert queries.snapshots_that_count(cast.cohort).get().answers["motivation"] == "Better words."


def test_changing_a_word_and_changing_it_back_is_no_unsent_change_once_sent_again(
    cast: Cast, sent: Application
) -> None:
    now = cast.at("call_opens", days=5)
    there = write(sent, now, motivation="Other.")
    back = write(there, now)
    assert send(back, now).unsent_changes is False
    assert Snapshot.objects.count() == 1


def test_nothing_is_sent_while_anything_is_missing_and_each_gap_is_named(
    cast: Cast, draft: Application
) -> None:
    with pytest.raises(Invalid) as caught:
        services.submit(application=draft, actor=cast.applicant, once="k", now=cast.at("call_opens", days=2))
    assert list(caught.value.errors) == ["country", "coded_before", "motivation", "project"]
    assert Snapshot.objects.count() == 0
    ready = write(fresh(draft), cast.at("call_opens", days=2))
    assert send(ready, cast.at("call_opens", days=2), once="k").state == ApplicationState.SUBMITTED


def test_an_answer_with_two_versions_must_be_settled_before_sending(cast: Cast, ready: Application) -> None:
    now = cast.at("call_opens", days=2)
    held = services.save_section(
        application=ready,
        section="essays",
        values={"motivation": "From an older window."},
        expected_version=0,
        actor=cast.applicant,
        now=now,
        tab="older",
    ).application
    with pytest.raises(Invalid) as caught:
        services.submit(application=held, actor=cast.applicant, once="", now=now)
    assert list(caught.value.errors) == ["motivation"]
    settled = services.settle(
        application=held, question="motivation", keep="mine", actor=cast.applicant, now=now
    )
    snapshot = services.submit(application=settled, actor=cast.applicant, once="", now=now)
    assert snapshot.answers["motivation"] == "From an older window."


def test_answers_to_questions_that_are_not_asked_stay_in_the_draft_and_out_of_the_snapshot(
    cast: Cast, draft: Application
) -> None:
    now = cast.at("call_opens", days=2)
    yes = write(draft, now, coded_before="yes")
    yes = services.save_section(
        application=yes,
        section="you",
        values={"code_where": "A game."},
        expected_version=yes.version,
        actor=cast.applicant,
        now=now,
    ).application
    no = write(yes, now, coded_before="no")
    snapshot = services.submit(application=no, actor=cast.applicant, once="", now=now)
    assert "code_where" not in snapshot.answers
    assert fresh(no).answers["code_where"] == "A game."


def test_the_deadline_has_a_silent_grace_and_then_an_end(cast: Cast, ready: Application) -> None:
    grace = cast.cohort.plan.cohort.grace_minutes
    with pytest.raises(services.Late) as caught:
        services.submit(
            application=ready,
            actor=cast.applicant,
            once="",
            now=cast.at("call_closes", minutes=grace, seconds=1),
        )
    assert "8 February 2027" in str(caught.value)
    inside = services.submit(
        application=ready, actor=cast.applicant, once="", now=cast.at("call_closes", minutes=grace)
    )
    assert inside.number == 1


def test_only_the_writer_sends_changes_or_withdraws(cast: Cast, ready: Application) -> None:
    now = cast.at("call_opens", days=3)
    for other in (cast.organiser, cast.stranger, cast.reviewer):
        with pytest.raises(NotAllowed):
            services.submit(application=ready, actor=other, once="", now=now)
        with pytest.raises(NotAllowed):
            services.withdraw(application=ready, actor=other, now=now)
    begin(cast, cast.scholar)
    with pytest.raises(NotAllowed):
        write_as = {"motivation": "Not mine."}
        services.save_section(
            application=ready,
            section="essays",
            values=write_as,
            expected_version=ready.version,
            actor=cast.scholar,
            now=now,
        )


def test_a_withdrawn_application_is_not_read_and_can_be_taken_up_until_the_deadline(
    cast: Cast, sent: Application
) -> None:
    now = cast.at("call_opens", days=6)
    gone = services.withdraw(application=sent, actor=cast.applicant, now=now)
    assert list(queries.submitted(cast.cohort)) == []
    assert list(queries.snapshots_that_count(cast.cohort)) == []
    assert OutboxMessage.objects.filter(kind="application-withdrawn").count() == 1
    with pytest.raises(Conflict):
        services.submit(application=gone, actor=cast.applicant, once="x", now=now)
    back = services.resume(application=gone, actor=cast.applicant, now=now)
    assert back.state == ApplicationState.DRAFT
    assert send(back, now).state == ApplicationState.SUBMITTED
    assert queries.snapshots_that_count(cast.cohort).count() == 1
    services.withdraw(application=back, actor=cast.applicant, now=now)
    with pytest.raises(services.Late):
        services.resume(application=back, actor=cast.applicant, now=cast.at("call_closes", days=2))


def test_nothing_can_be_withdrawn_once_decisions_are_out(cast: Cast, sent: Application) -> None:
    with pytest.raises(Conflict):
        services.withdraw(application=sent, actor=cast.applicant, now=cast.at("decisions_out"))


def test_the_audit_log_tells_the_deeds_and_none_of_the_words(cast: Cast, sent: Application) -> None:
    services.withdraw(application=sent, actor=cast.applicant, now=cast.at("call_opens", days=6))
    events = AuditEvent.objects.filter(subject_ref=sent.ref)
    assert [event.verb for event in events] == [
        "applications.started",
        "applications.submitted",
        "applications.withdrawn",
    ]
    assert not AuditEvent.objects.filter(
        verb="programmes.role-granted", subject_ref=cast.applicant.ref
    ).exists()
    told = " ".join(str(event.data) for event in events)
    assert "build" not in told
    assert "Ada" not in told
