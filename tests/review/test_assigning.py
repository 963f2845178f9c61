"""Giving out reads: looked at first, nobody unread, nothing taken from anybody."""

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of, reviewers, send_again
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import queries, services
from tremplin.review.models import Assignment, Review


def test_everybody_gets_the_planned_reads_by_different_reviewers_evenly(cast: Cast) -> None:
    apply(cast.cohort, 9, now=cast.at("call_opens", days=2))
    reviewers(cast, 1)
    preview = give_out(cast)
    assert (preview.new, preview.missing, preview.even_share) == (18, 0, 6)
    assert [row.then for row in preview.loads] == [6, 6, 6]
    assert Assignment.objects.count() == 18


def test_looking_changes_nothing_and_confirming_does_what_was_seen(cast: Cast) -> None:
    apply(cast.cohort, 5, now=cast.at("call_opens", days=2))
    now = cast.at("call_closes", days=1)
    seen = services.plan_assignment(cohort=cast.cohort, actor=cast.organiser, now=now)
    assert Assignment.objects.count() == 0
    done = services.assign(cohort=cast.cohort, actor=cast.organiser, now=now, expected=seen.fingerprint)
    assert done == seen
    assert Assignment.objects.count() == seen.new == 10


def test_a_plan_that_is_no_longer_the_one_that_was_seen_is_not_carried_out(cast: Cast) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    now = cast.at("call_closes", days=1)
    seen = services.plan_assignment(cohort=cast.cohort, actor=cast.organiser, now=now)
    apply(cast.cohort, 1, now=now, prefix="late")
    with pytest.raises(Stale):
        services.assign(cohort=cast.cohort, actor=cast.organiser, now=now, expected=seen.fingerprint)
    assert Assignment.objects.count() == 0


def test_a_second_time_nothing_is_added_and_what_exists_stays(cast: Cast) -> None:
    apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    before = set(Assignment.objects.values_list("pk", "reviewer_id"))
    reviewers(cast, 2)
    assert give_out(cast).new == 0
    assert set(Assignment.objects.values_list("pk", "reviewer_id")) == before


def test_only_organisers_give_out_reads(cast: Cast) -> None:
    for person in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.assign(cohort=cast.cohort, actor=person, now=cast.at("call_closes"))
        with pytest.raises(NotAllowed):
            services.plan_assignment(cohort=cast.cohort, actor=person, now=cast.at("call_closes"))


def test_reviewers_with_new_reads_are_told_once_and_the_log_names_no_applicant(cast: Cast) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    give_out(cast)
    give_out(cast)
    assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == sorted(
        [cast.reviewer.email, cast.second_reviewer.email]
    )
    event = AuditEvent.objects.filter(verb="review.assigned").first()
    assert event is not None
    assert event.data == {"new": 6, "missing": 0, "taken_back": 0, "reopened": 0}


def test_languages_decide_who_reads_and_the_preview_says_who_would_stay_unread(cast: Cast) -> None:
    now = cast.at("call_opens", days=2)
    services.set_profile(
        cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.reviewer, now=now, languages=["en"]
    )
    french = apply(cast.cohort, 1, now=now, language="fr", prefix="auteur")[0]
    preview = give_out(cast)
    assert [(row.application_ref, row.missing, row.reason) for row in preview.short] == [
        (french.ref, 1, "language")
    ]
    assert list(Assignment.objects.values_list("reviewer", flat=True)) == [cast.second_reviewer.pk]


def test_somebody_who_applied_reads_nobody(cast: Cast) -> None:
    rows = apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    grant(
        user=rows[0].applicant, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=cast.at("call_opens")
    )
    give_out(cast)
    assert not Assignment.objects.filter(reviewer=rows[0].applicant).exists()


def test_reads_of_a_withdrawn_application_are_taken_back(cast: Cast) -> None:
    gone, _kept = apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    gone.state, gone.withdrawn_at = "withdrawn", cast.at("call_closes", days=2)
    gone.save()
    give_out(cast)
    assert set(Assignment.objects.filter(application=gone).values_list("state", flat=True)) == {"released"}
    assert queries.queue_for(cast.cohort, cast.reviewer).total == 1


def test_a_review_of_a_replaced_version_goes_back_to_its_reviewer_with_all_they_wrote(cast: Cast) -> None:
    application = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))[0]
    give_out(cast, cast.at("call_opens", days=3))
    fill(read_of(cast, cast.reviewer), cast.at("call_opens", days=4))
    send_again(application, {"motivation": "Now I know why."}, cast.at("call_opens", days=5))
    assert queries.progress(cast.cohort).outdated == 1
    assert queries.scored_reads(cast.cohort) == []
    give_out(cast, cast.at("call_opens", days=6))
    review = Review.objects.get()
    assert (review.submitted_at, review.comment) == (None, "Write more about the station.")
    page = queries.page_of(read_of(cast, cast.reviewer))
    assert page.newer
    assert page.readings[0].answer == "Now I know why."


def test_a_reviewer_with_less_time_hands_on_what_was_not_begun(cast: Cast) -> None:
    apply(cast.cohort, 6, now=cast.at("call_opens", days=2))
    third = reviewers(cast, 1)[0]
    give_out(cast)
    now = cast.at("call_closes", days=2)
    started = read_of(cast, cast.reviewer)
    fill(started, now, submit=False)
    services.set_profile(
        cohort=cast.cohort,
        reviewer=cast.reviewer,
        actor=cast.reviewer,
        now=now,
        languages=["en", "fr"],
        capacity=1,
    )
    assert [row.ref for row in queries.queue_for(cast.cohort, cast.reviewer).rows] == [started.ref]
    assert (
        queries.queue_for(cast.cohort, third).total
        + queries.queue_for(cast.cohort, cast.second_reviewer).total
        == 11
    )
    assert queries.progress(cast.cohort).without_reader == 0


def test_a_profile_needs_a_language_and_belongs_to_a_reviewer(cast: Cast) -> None:
    now = cast.at("call_opens")
    with pytest.raises(Invalid):
        services.set_profile(
            cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.reviewer, now=now, languages=["xx"]
        )
    with pytest.raises(NotAllowed):
        services.set_profile(
            cohort=cast.cohort, reviewer=cast.mentor, actor=cast.organiser, now=now, languages=["en"]
        )
    with pytest.raises(NotAllowed):
        services.set_profile(
            cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.second_reviewer, now=now, languages=["en"]
        )
