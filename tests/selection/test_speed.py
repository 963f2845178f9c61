"""A whole call, as rehearsal plays it: hundreds of applications through reading and decisions in seconds."""

import time

import pytest

from tests.cast import Cast
from tests.review.world import apply, give_out, queries_people, reviewers
from tests.selection.world import decide
from tremplin.review import queries, services
from tremplin.selection.models import Decision, Offer


@pytest.mark.django_db
def test_550_applications_are_read_twice_and_decided_in_seconds(cast: Cast) -> None:
    apply(cast.cohort, 550, now=cast.at("call_opens", days=2))
    reviewers(cast, 15)
    give_out(cast)
    now, spent, done = cast.at("call_closes", days=2), 0.0, 0
    for reviewer in queries_people(cast):
        for number, assignment in enumerate(queries.mine(cast.cohort, reviewer)):
            assignment.cohort = cast.cohort
            page = queries.page_of(assignment)
            started = time.thread_time()
            services.submit_review(
                assignment=assignment,
                actor=reviewer,
                now=now,
                shown=page.shown,
                expected_version=page.version,
                scores={"drive": 1 + (assignment.application_id + number) % 5, "making": 3},
                seconds=400,
            )
            spent += time.thread_time() - started
            done += 1
    assert done == 1100
    # Ten milliseconds on the machine that this was written on take four; the bar leaves room for slow ones.
    assert spent / done < 0.02, f"{1000 * spent / done:.1f} ms for each read"
    started = time.thread_time()
    decide(cast)
    assert time.thread_time() - started < 8
    assert (Decision.objects.count(), Offer.objects.count()) == (550, 2)
