"""Deeds on many applications: looked at first, done once to what is unchanged, taken back within a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.applications.conftest import begin, fresh, send, write
from tests.applications.crowd import crowd
from tests.cast import Cast, person
from tremplin.applications import personal_data, queries, services
from tremplin.applications.models import (
    Application,
    ApplicationState,
    Deed,
    DeedState,
    Exclusion,
    Label,
    Labelled,
)
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import BatchState, MessageState, OutboxMessage
from tremplin.programmes import services as programmes

REASON = {
    "en": "You sent the same application twice.",
    "fr": "Vous avez envoyé deux fois la même candidature.",
}


def day(cast: Cast, **offset: int) -> object:
    return cast.at("call_opens", **(offset or {"days": 2}))


def planned(cast: Cast, kind: str, rows: list[Application] | None = None, **filters: str) -> Deed:
    choice = queries.Choice(queries.BoardFilters(**filters), tuple(row.ref for row in rows or []))
    return services.plan(
        cohort=cast.cohort, actor=cast.organiser, kind=kind, choice=choice, now=cast.at("call_opens", days=2)
    )


def done(cast: Cast, deed: Deed, **said: Any) -> Deed:
    now = cast.at("call_opens", days=2)
    if said:
        deed = services.describe(deed=deed, actor=cast.organiser, now=now, **said)
    return services.carry_out(deed=deed, actor=cast.organiser, now=now)


def excluded(cast: Cast, rows: list[Application]) -> Deed:
    return done(cast, planned(cast, "exclude", rows), cause="duplicate", reason=REASON)


def outcome(deed: Deed) -> Mapping[str, int]:
    return queries.outcomes([deed])[deed.pk]


def undone(cast: Cast, deed: Deed) -> Deed:
    return services.undo(deed=deed, actor=cast.organiser, now=cast.at("call_opens", days=2, hours=3))


def test_a_label_goes_to_all_that_the_filter_finds_and_is_found_by(cast: Cast) -> None:
    crowd(cast, 3)
    draft = begin(cast)
    deed = done(cast, planned(cast, "label", state="submitted"), word="  Eligibility   checked ")
    assert outcome(deed) == {"done": 3}
    label = queries.labels(cast.cohort).get()
    assert (label.name, label.many) == ("Eligibility checked", 3)
    found = queries.board(cast.cohort, cast.organiser, queries.BoardFilters(label=label.ref))
    assert found.count() == 3
    assert draft not in found


def test_what_has_the_label_already_is_passed_by_and_stays_labelled_when_the_deed_is_taken_back(
    cast: Cast,
) -> None:
    first, second = crowd(cast, 2)
    done(cast, planned(cast, "label", [first]), word="Checked")
    deed = services.describe(
        deed=planned(cast, "label"), actor=cast.organiser, now=cast.at("call_opens", days=2), word="CHECKED"
    )
    assert outcome(deed) == {"already": 1, "do": 1}
    deed = undone(cast, done(cast, deed))
    assert outcome(deed) == {"already": 1, "undone": 1}
    assert list(Labelled.objects.values_list("application", flat=True)) == [first.pk]
    assert second.pk


def test_a_label_that_nothing_carries_any_more_is_gone(cast: Cast) -> None:
    crowd(cast, 2)
    done(cast, planned(cast, "label"), word="Odd")
    deed = done(cast, planned(cast, "unlabel"), word="odd")
    assert outcome(deed) == {"done": 2}
    assert not Label.objects.exists()
    undone(cast, deed)
    assert Labelled.objects.filter(label__folded="odd").count() == 2


def test_excluded_applications_are_not_read_are_counted_and_come_back_as_they_were(cast: Cast) -> None:
    sent = send(write(begin(cast), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    draft = begin(cast, person("Dora Draft"))
    deed = excluded(cast, [sent, draft])
    assert outcome(deed) == {"done": 2}
    assert list(queries.submitted(cast.cohort)) == []
    assert list(queries.snapshots_that_count(cast.cohort)) == []
    assert queries.counts(cast.cohort) == queries.Counts(started=2, excluded=2)
    deed = undone(cast, deed)
    assert (fresh(sent).state, fresh(draft).state) == (ApplicationState.SUBMITTED, ApplicationState.DRAFT)
    assert queries.snapshots_that_count(cast.cohort).count() == 1
    assert not Exclusion.objects.exists()


def test_their_writers_are_told_by_a_mail_that_waits_in_their_language(cast: Cast) -> None:
    deed = excluded(cast, crowd(cast, 2))
    mails = {mail.language: mail for mail in OutboxMessage.objects.filter(kind="application-excluded")}
    assert deed.batch is not None
    assert deed.batch.state == BatchState.OPEN
    assert {mail.state for mail in mails.values()} == {MessageState.WAITING}
    assert REASON["en"] in mails["en"].body
    assert REASON["fr"] in mails["fr"].body


def test_a_mail_that_has_not_left_stays_when_the_exclusion_is_taken_back_and_nobody_hears_of_it(
    cast: Cast,
) -> None:
    deed = excluded(cast, crowd(cast, 2))
    assert deed.batch is not None
    programmes.release(
        cohort=cast.cohort, batch=deed.batch, actor=cast.organiser, now=cast.at("call_opens", days=2)
    )
    undone(cast, deed)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.CANCELLED}
    deed.batch.refresh_from_db()
    assert deed.batch.state == BatchState.CANCELLED


def test_who_has_read_that_they_were_excluded_is_told_that_they_count_again(cast: Cast) -> None:
    told, untold = crowd(cast, 2)
    deed = excluded(cast, [told, untold])
    OutboxMessage.objects.filter(to=told.applicant.email).update(state=MessageState.SENT)
    deed = undone(cast, deed)
    mail = OutboxMessage.objects.get(kind="application-restored")
    assert mail.to == told.applicant.email
    assert mail.state == MessageState.WAITING
    again = excluded(cast, [told])
    assert OutboxMessage.objects.get(pk=mail.pk).state == MessageState.CANCELLED
    assert again.batch is None  # the last thing they heard is true again


def test_excluded_applications_are_taken_back_in_at_any_time_and_that_can_be_undone_too(cast: Cast) -> None:
    (sent,) = crowd(cast, 1)
    excluded(cast, [sent])
    deed = planned(cast, "restore", state="excluded")
    assert outcome(deed) == {"do": 1}
    deed = done(cast, deed)
    assert fresh(sent).state == ApplicationState.SUBMITTED
    undone(cast, deed)
    assert fresh(sent).state == ApplicationState.EXCLUDED
    assert Exclusion.objects.get().before == ApplicationState.SUBMITTED
    assert Exclusion.objects.get().reason == REASON


def test_what_has_changed_since_it_was_looked_at_is_passed_by(cast: Cast) -> None:
    kept, left = crowd(cast, 2)
    deed = services.describe(
        deed=planned(cast, "exclude"),
        actor=cast.organiser,
        now=cast.at("call_opens", days=2),
        cause="spam",
        reason=REASON,
    )
    Application.objects.filter(pk=left.pk).update(
        state=ApplicationState.WITHDRAWN, withdrawn_at=cast.at("call_opens", days=2)
    )
    deed = done(cast, deed)
    assert outcome(deed) == {"changed": 1, "done": 1}
    assert fresh(left).state == ApplicationState.WITHDRAWN
    assert fresh(kept).state == ApplicationState.EXCLUDED


def test_what_has_changed_since_it_was_done_stays_when_the_deed_is_taken_back(cast: Cast) -> None:
    sent = send(write(begin(cast), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    deed = excluded(cast, [sent])
    services.withdraw(application=fresh(sent), actor=cast.applicant, now=cast.at("call_opens", days=2))
    deed = undone(cast, deed)
    assert outcome(deed) == {"moved-on": 1}
    assert fresh(sent).state == ApplicationState.WITHDRAWN
    back = services.resume(application=fresh(sent), actor=cast.applicant, now=cast.at("call_opens", days=3))
    assert back.state == ApplicationState.EXCLUDED


def test_a_second_press_does_nothing(cast: Cast) -> None:
    crowd(cast, 2)
    deed = done(cast, planned(cast, "label"), word="Twice")
    again = services.carry_out(deed=deed, actor=cast.colleague, now=cast.at("call_opens", days=2, minutes=1))
    assert (again.done_at, again.actor) == (deed.done_at, cast.organiser.ref)
    assert AuditEvent.objects.filter(verb="applications.labelled").count() == 1
    undone(cast, deed)
    undone(cast, deed)
    assert AuditEvent.objects.filter(verb="applications.deed-undone").count() == 1
    assert (
        services.describe(
            deed=deed, actor=cast.organiser, now=cast.at("call_opens", days=2), word="Other"
        ).word
        == "Twice"
    )


def test_after_a_day_one_press_no_longer_takes_it_back(cast: Cast) -> None:
    crowd(cast, 1)
    deed = done(cast, planned(cast, "label"), word="Late")
    with pytest.raises(Conflict):
        services.undo(deed=deed, actor=cast.organiser, now=cast.at("call_opens", days=3, minutes=1))


def test_the_log_says_both_without_a_name_and_without_the_reason(cast: Cast) -> None:
    rows = crowd(cast, 2)
    deed = undone(cast, excluded(cast, rows))
    first, second = AuditEvent.objects.filter(subject_ref=deed.ref).order_by("position")
    assert (first.verb, second.verb) == ("applications.excluded", "applications.deed-undone")
    assert first.data["done"] == 2
    assert first.data["applications"] == second.data["applications"]
    for event in (first, second):
        assert "twice" not in str(event.data)
        assert "Crowd" not in str(event.data)


def test_what_was_typed_to_find_somebody_is_not_kept(cast: Cast) -> None:
    crowd(cast, 1)
    assert planned(cast, "label", text="crowd", language="en").filters == {"text": "…", "language": "en"}


def test_nothing_is_done_before_it_is_said_and_nothing_without_a_choice(cast: Cast) -> None:
    crowd(cast, 1)
    deed = planned(cast, "label")
    with pytest.raises(Conflict):
        services.carry_out(deed=deed, actor=cast.organiser, now=cast.at("call_opens", days=2))
    with pytest.raises(Conflict):
        planned(cast, "label", text="nobody")
    with pytest.raises(Conflict):
        planned(cast, "burn")


@pytest.mark.parametrize("word", ["", "   ", "x" * 61])
def test_a_label_is_a_few_words(cast: Cast, word: str) -> None:
    crowd(cast, 1)
    with pytest.raises(Invalid):
        services.describe(
            deed=planned(cast, "label"), actor=cast.organiser, now=cast.at("call_opens", days=2), word=word
        )


@pytest.mark.parametrize(
    ("cause", "reason"),
    [("", REASON), ("spam", {"en": "Only English."}), ("spam", {**REASON, "fr": "x" * 601})],
)
def test_an_exclusion_has_a_cause_and_a_reason_in_every_language(
    cast: Cast, cause: str, reason: dict[str, str]
) -> None:
    crowd(cast, 1)
    with pytest.raises(Invalid):
        services.describe(
            deed=planned(cast, "exclude"),
            actor=cast.organiser,
            now=cast.at("call_opens", days=2),
            cause=cause,
            reason=reason,
        )


def test_nobody_is_excluded_once_the_decisions_are_out(cast: Cast) -> None:
    crowd(cast, 1)
    deed = services.describe(
        deed=planned(cast, "exclude"),
        actor=cast.organiser,
        now=cast.at("call_opens", days=2),
        cause="spam",
        reason=REASON,
    )
    with pytest.raises(Conflict):
        services.carry_out(deed=deed, actor=cast.organiser, now=cast.at("decisions_out", minutes=1))


def test_organisers_alone_do_such_things(cast: Cast) -> None:
    crowd(cast, 1)
    deed = planned(cast, "label")
    now = cast.at("call_opens", days=2)
    for actor in (cast.observer, cast.reviewer, cast.applicant, cast.stranger):
        with pytest.raises(NotAllowed):
            services.plan(cohort=cast.cohort, actor=actor, kind="label", choice=queries.Choice(), now=now)
        with pytest.raises(NotAllowed):
            services.describe(deed=deed, actor=actor, now=now, word="x")
        with pytest.raises(NotAllowed):
            services.carry_out(deed=deed, actor=actor, now=now)
        with pytest.raises(NotAllowed):
            services.undo(deed=deed, actor=actor, now=now)
        with pytest.raises(NotAllowed):
            queries.deeds(cast.cohort, actor)


def test_an_excluded_draft_cannot_be_sent_and_its_writer_reads_why_nobody_reads_it(cast: Cast) -> None:
    draft = write(begin(cast), cast.at("call_opens", days=1))
    excluded(cast, [draft])
    with pytest.raises(Conflict):
        send(fresh(draft), cast.at("call_opens", days=3))
    assert fresh(draft).state == ApplicationState.EXCLUDED


def test_a_person_finds_labels_and_reasons_in_what_they_download(cast: Cast) -> None:
    sent = send(write(begin(cast), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    done(cast, planned(cast, "label", [sent]), word="Checked")
    excluded(cast, [sent])
    (found,) = personal_data._export(cast.applicant)
    assert found["labels"] == ["Checked"]
    assert found["excluded"]["reason"] == REASON


def test_plans_that_nobody_carried_out_are_swept_away(cast: Cast) -> None:
    crowd(cast, 1)
    forgotten = planned(cast, "label")
    kept = services.plan(
        cohort=cast.cohort,
        actor=cast.organiser,
        kind="label",
        choice=queries.Choice(),
        now=cast.at("call_opens", days=4),
    )
    assert list(Deed.objects.values_list("ref", flat=True)) == [kept.ref]
    assert forgotten.state == DeedState.PLANNED
    assert timedelta(0) < outbox.UNDO_WINDOW


def test_thousands_are_excluded_and_taken_back_in_several_rounds(cast: Cast) -> None:
    crowd(cast, 1_200)
    deed = done(cast, planned(cast, "exclude", state="submitted"), cause="spam", reason=REASON)
    assert outcome(deed) == {"done": 1_200}
    assert queries.counts(cast.cohort).submitted == 0
    undone(cast, deed)
    assert queries.counts(cast.cohort).submitted == 1_200
