"""A list of thousands: what waits is shown a few at a time, and mails are prepared together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.selection.world import ask_by_hand, propose, read_cohort, sign
from tests.visiting import hold, page, signed_in, text_of
from tremplin.core.outbox.models import OutboxMessage
from tremplin.selection import services
from tremplin.selection.models import Decision, Proposal
from tremplin.selection.views import common


def test_of_many_changes_that_wait_the_oldest_are_listed_and_the_others_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "SHOWN", 3)
    hold(monkeypatch, cast.at("reading_ends", days=2))
    read_cohort(cast, 8)
    propose(cast)
    rows = list(Decision.objects.order_by("-priority")[:5])
    for number, row in enumerate(rows):
        other = "decline" if row.outcome == "waitlist" else "waitlist"
        ask_by_hand(cast, row, other, Proposal.objects.get().version)
        said = text_of(signed_in(cast.colleague), page(cast, "selection:room"))
        asked = number + 1
        assert f"{asked} change{'s' if number else ''} by hand wait" in said
        assert ("come up here" in said, "comes up here" in said) == (asked == 5, asked == 4)
    block = said.split("by hand wait")[1].split("</div>")[0]
    assert [row.application.ref.upper() in block for row in rows] == [True, True, True, False, False]


def test_confirming_asks_no_more_of_the_database_for_more_people(cast: Cast) -> None:
    read_cohort(cast, 40)
    version = sign(cast, propose(cast)).version
    with CaptureQueriesContext(connection) as asked:
        services.confirm(
            cohort=cast.cohort, actor=cast.colleague, version=version, now=cast.at("decisions_out")
        )
    assert OutboxMessage.objects.filter(kind__startswith="decision-").count() == 40
    assert len(asked) < 60


def test_everybody_s_letter_is_in_their_language(cast: Cast) -> None:
    rows = read_cohort(cast, 8)
    rows[-1].applicant.language = "fr"
    rows[-1].applicant.save(update_fields=["language"])
    version = sign(cast, propose(cast)).version
    services.confirm(cohort=cast.cohort, actor=cast.colleague, version=version, now=cast.at("decisions_out"))
    letters = {letter.to_ref: letter for letter in OutboxMessage.objects.filter(kind__startswith="decision-")}
    french = letters[rows[-1].applicant.ref]
    assert french.language == "fr"
    assert "personnes ont lu votre candidature" in french.body
    others = [
        letter for ref, letter in letters.items() if ref != french.to_ref and "offer" not in letter.kind
    ]
    assert others
    assert all("people read your application" in letter.body for letter in others)
