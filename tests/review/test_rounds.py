"""What the clock does for the reading."""

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of
from tremplin.core.outbox.models import OutboxMessage
from tremplin.review.rounds import remind_reviewers


def test_reviewers_with_open_reads_are_reminded_once_before_the_end(cast: Cast) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    fill(read_of(cast, cast.second_reviewer), cast.at("call_closes", days=2))
    mails = OutboxMessage.objects.filter(kind="review-reminder")
    assert remind_reviewers(cohort=cast.cohort, now=cast.at("reading_ends", days=-4)) == 0
    for hours in (-70, -40):
        assert remind_reviewers(cohort=cast.cohort, now=cast.at("reading_ends", hours=hours)) == 1
    assert list(mails.values_list("to", flat=True)) == [cast.reviewer.email]
    assert "/review/" in mails.get().body
    assert remind_reviewers(cohort=cast.cohort, now=cast.at("reading_ends", hours=1)) == 0
