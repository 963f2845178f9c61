from collections.abc import Sequence

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from tests.blinding.world import copy_of, hide, sent
from tests.cast import Cast
from tests.review.world import ANSWERS, apply, fill, give_out, read_of, send_again
from tests.visiting import Clock
from tremplin.applications.erasing import let_go
from tremplin.applications.models import Snapshot
from tremplin.blinding import making, queries, services, tasks
from tremplin.blinding.models import Correction, Maker, RedactedCopy
from tremplin.blinding.rules import Redaction
from tremplin.core.errors import Conflict, Stale
from tremplin.people.personal_data import keepings
from tremplin.review import queries as review
from tremplin.review.models import Review


def test_nothing_goes_to_a_reviewer_before_its_copy_is_finished(cast: Cast) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2), finished=False)
    give_out(cast)
    queue = review.queue_for(cast.cohort, cast.reviewer)
    assert (queue.total, queue.waiting) == (0, 2)
    assert review.next_for(cast.cohort, cast.reviewer) is None
    read = read_of(cast, cast.reviewer)
    with pytest.raises(Conflict):
        review.page_of(read)
    with pytest.raises(Conflict):
        fill(read, cast.at("call_closes", days=2))
    assert services.finish_all(cohort=cast.cohort, now=cast.at("call_closes", days=1)) == 2
    queue = review.queue_for(cast.cohort, cast.reviewer)
    assert (queue.total, queue.waiting) == (2, 0)
    assert [item.answer for item in review.page_of(read).readings if item.question.code == "project"] == [
        "A weather station."
    ]


def test_the_worker_finishes_each_copy_once(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_opens", days=2)
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2), finished=False)
    assert tasks.finish_copies.call() == 3
    assert tasks.finish_copies.call() == 0
    assert RedactedCopy.objects.filter(maker=Maker.RULES).count() == 3


def test_one_text_on_which_the_rules_fail_keeps_no_other_from_being_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = apply(cast.cohort, 3, now=cast.at("call_opens", days=2), finished=False)
    real = making.redaction_of

    def failing(snapshot: Snapshot, corrections: Sequence[Correction], pass_number: int) -> Redaction:
        if snapshot.application_id == rows[1].pk:
            raise ValueError("a text that no rule expected")
        return real(snapshot, corrections, pass_number)

    monkeypatch.setattr(making, "redaction_of", failing)
    with pytest.raises(ExceptionGroup):
        services.finish_all(cohort=cast.cohort, now=cast.at("call_opens", days=2))
    assert [row.application_id for row in queries.waiting(cast.cohort)] == [rows[1].pk]
    found = queries.standing(cast.cohort)
    assert (found.finished, found.waiting) == (2, 1)
    assert not found.stuck(cast.at("call_opens", days=2, minutes=10))
    assert found.stuck(cast.at("call_opens", days=2, minutes=16))


def test_a_newer_version_gets_a_copy_of_its_own_and_keeps_corrections_where_the_words_still_stand(
    cast: Cast,
) -> None:
    application = sent(cast)
    hide(application, cast.organiser, "Prix Poncelet", "weather stations", now=cast.at("call_opens", days=3))
    assert "[hidden 1]" in copy_of(application).texts["motivation"]
    newer = {**ANSWERS, "motivation": "I won the prix Poncelet twice. I paint."}
    send_again(application, newer, cast.at("call_opens", days=4))
    copy = copy_of(application)
    assert copy.texts["motivation"] == "I won the [hidden 1] twice. I paint."
    assert (copy.snapshot.number, copy.number) == (2, 1)


def test_a_review_is_about_the_copy_that_was_on_screen_and_no_other(cast: Cast) -> None:
    application = sent(cast)
    give_out(cast)
    read = read_of(cast, cast.reviewer, application)
    before = review.page_of(read)
    hide(application, cast.organiser, "Prix Poncelet", now=cast.at("call_closes", days=1))
    with pytest.raises(Stale):
        fill(read, cast.at("call_closes", days=2), shown=before.shown)
    done = fill(read, cast.at("call_closes", days=2))
    assert done.copy == copy_of(application)
    hide(application, cast.organiser, "in my village", now=cast.at("call_closes", days=3))
    read = read_of(cast, cast.reviewer, application)
    shown = {item.question.code: item.answer for item in review.page_of(read).readings}
    assert shown["motivation"].startswith("I won the [hidden 1] in my village.")
    other = review.page_of(read_of(cast, cast.second_reviewer, application)).readings
    assert "village" not in str(other)


def test_markers_speak_the_language_of_the_application(cast: Cast) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2), language="fr", finished=False, answers={
        **ANSWERS, "motivation": "Je m’appelle Writer, ada@example.org."
    })  # fmt: skip
    with translation.override("en"):
        services.finish_all(cohort=cast.cohort, now=cast.at("call_opens", days=2))
    assert RedactedCopy.objects.get().texts["motivation"] == "Je m’appelle [son nom], [adresse 1]."


def test_copies_and_corrections_go_with_the_words_and_the_review_stays(cast: Cast) -> None:
    application = sent(cast)
    hide(application, cast.organiser, "Prix Poncelet", now=cast.at("call_opens", days=3))
    give_out(cast)
    done = fill(read_of(cast, cast.reviewer, application), cast.at("call_closes", days=2))
    application.refresh_from_db()
    let_go(application, cast.at("decisions_out", days=900))
    assert not RedactedCopy.objects.exists()
    assert not Correction.objects.exists()
    assert Review.objects.get(pk=done.pk).copy is None


def test_a_person_finds_in_their_export_what_was_read_of_them(cast: Cast) -> None:
    application = sent(cast)
    hide(application, cast.applicant, "Prix Poncelet", now=cast.at("call_opens", days=3))
    [keeping] = [row for row in keepings() if row.app == "blinding"]
    told = keeping.export(cast.applicant)
    assert "[hidden 1]" in told["copies"][-1]["texts"]["motivation"]
    assert [(row["words"], row["by"]) for row in told["corrections"]] == [("Prix Poncelet", "you")]


def test_how_many_copies_there_are_changes_no_number_of_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    with django_assert_num_queries(3):
        queries.standing(cast.cohort)
