"""An excluded application is nobody's to read: in no queue, in no count; and back in all of them after the undo."""

from django.test import Client

from tests.applications.test_deeds import done, excluded, planned, undone
from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of
from tests.visiting import signed_in
from tremplin.programmes.http import cohort_url
from tremplin.review import queries


def test_an_excluded_application_leaves_every_queue_and_count_and_comes_back(cast: Cast) -> None:
    first, second = apply(cast.cohort, 2, now=cast.at("call_opens", days=1))
    give_out(cast)
    fill(read_of(cast, cast.reviewer, first), cast.at("call_closes", days=2))

    def seen() -> tuple[set[int], int, int]:
        rows = queries.mine(cast.cohort, cast.reviewer)
        return (
            {row.application_id for row in rows},
            queries.progress(cast.cohort).applications,
            len(queries.scored_reads(cast.cohort)),
        )

    assert seen() == ({first.pk, second.pk}, 2, 1)
    deed = excluded(cast, [first])
    assert seen() == ({second.pk}, 1, 0)
    undone(cast, deed)
    assert seen() == ({first.pk, second.pk}, 2, 1)


def test_excluded_applications_are_given_to_nobody(cast: Cast) -> None:
    first, second = apply(cast.cohort, 2, now=cast.at("call_opens", days=1))
    excluded(cast, [first])
    give_out(cast)
    assert [row.application_id for row in queries.mine(cast.cohort, cast.reviewer)] == [second.pk]


def test_no_page_of_a_reviewer_shows_a_label(cast: Cast) -> None:
    (application,) = apply(cast.cohort, 1, now=cast.at("call_opens", days=1))
    done(cast, planned(cast, "label", [application]), word="Zebrafish")
    give_out(cast)
    reviewer: Client = signed_in(cast.reviewer)
    ref = read_of(cast, cast.reviewer, application).ref
    for address in (
        cohort_url(cast.cohort, "review:queue"),
        cohort_url(cast.cohort, "review:read", ref=ref),
    ):
        answer = reviewer.get(address)
        assert answer.status_code == 200
        assert "Zebrafish" not in answer.content.decode()
