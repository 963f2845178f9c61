"""The pages of a second pass: looked at, opened, read, and refused to whoever has no part in it."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast, gather
from tests.review.second import first_read, open_second, read_second, second_cast, second_reads
from tests.review.world import apply, fill
from tests.selection.world import decide
from tests.selection_report.world import written
from tests.visiting import Clock, hold, page, signed_in, text_of
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.services import release
from tremplin.review import services
from tremplin.review.models import Review, ReviewerProfile, SecondPass, SharingOut
from tremplin.selection import services as selection
from tremplin.selection_report import services as reports
from tremplin.selection_report.figures import content_of


@pytest.fixture
def cast(db: None) -> Cast:
    return second_cast("share = 0.5", "reads = 2", 'who = "nearest"')


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return hold(monkeypatch, cast.at("reading_ends", hours=1))


def told(cast: Cast, client: Client | None = None) -> str:
    return text_of(client or signed_in(cast.organiser), page(cast, "review:second-pass"))


def test_the_page_says_what_opening_it_would_do_and_opens_it(cast: Cast, clock: Clock) -> None:
    first_read(cast)
    client = signed_in(cast.organiser)
    said = told(cast)
    assert "Read again are the 50% nearest to the line. Each is read 2 more times." in said.replace(
        "\xa0", ""
    )
    assert "4 people of 8 are read in it. 8 reads would be given out." in said
    assert "What was in your way?" in said
    assert "My secret worry" not in said
    seen = said.split('name="fingerprint" value="')[1].split('"')[0]
    assert client.post(page(cast, "review:second-pass"), {"fingerprint": "old"}).status_code == 409
    assert not SecondPass.objects.exists()
    answer = client.post(page(cast, "review:second-pass"), {"fingerprint": seen}, follow=True)
    assert "8 reads were given out." in answer.content.decode()
    assert "People who are read in it" in told(cast)
    again = client.post(page(cast, "review:second-pass"), {"fingerprint": seen})
    assert again.status_code == 409, "a second tab"
    assert len(second_reads(cast)) == 8


def test_observers_look_and_open_nothing_and_others_see_nothing(cast: Cast, clock: Clock) -> None:
    first_read(cast)
    said = told(cast, signed_in(cast.observer))
    assert "fingerprint" not in said
    client = signed_in(cast.observer)
    assert client.post(page(cast, "review:second-pass"), {"fingerprint": "x"}).status_code == 403
    assert signed_in(cast.reviewer).get(page(cast, "review:second-pass")).status_code == 403
    assert signed_in(cast.stranger).get(page(cast, "review:second-pass")).status_code == 404


def test_it_says_what_it_waits_for_and_the_page_of_reading_leads_to_it(cast: Cast, clock: Clock) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    assert "their read comes first" in told(cast)
    clock.at = cast.at("call_opens", days=5)
    assert "begins once the call has closed" in told(cast)
    said = text_of(signed_in(cast.organiser), page(cast, "review:progress"))
    assert "See the second pass" in said


def test_where_nobody_could_judge_anything_it_says_so(cast: Cast, clock: Clock) -> None:
    first_read(cast)
    Review.objects.update(scores={"drive": "cannot_judge", "making": "cannot_judge"})
    assert "No reader could judge anything" in told(cast)


def test_it_says_who_would_meet_again_who_lacks_a_read_and_who_is_away(cast: Cast, clock: Clock) -> None:
    best = first_read(cast)[0]
    stays = best.assignments.order_by("pk")[0].reviewer_id
    readers = set(cast.cohort.assignments.values_list("reviewer", flat=True))
    ReviewerProfile.objects.bulk_create(
        ReviewerProfile(
            cohort=cast.cohort,
            reviewer_id=reader,
            languages=["en"],
            left_at=cast.at("call_closes"),
            created_at=cast.at("call_opens"),
        )
        for reader in readers - {stays}
    )
    said = told(cast)
    assert "Who would read the same application twice" in said
    assert "Who would not be read enough" in said
    assert "Away, or gone, so given nothing:" in said


def test_a_sharing_of_the_second_pass_says_so_and_what_taking_it_back_does(cast: Cast, clock: Clock) -> None:
    first_read(cast)
    open_second(cast)
    client = signed_in(cast.organiser)
    assert "second pass</small>" in text_of(client, page(cast, "review:given"))
    sharing = SharingOut.objects.get(pass_number=2)
    address = page(cast, "review:sharing", ref=sharing.ref)
    assert "The second pass is then closed again" in text_of(client, address)
    fill(second_reads(cast)[0], cast.at("reading_ends", hours=1), submit=False)
    assert "The second pass stays open" in text_of(client, address)
    sharing.cohort = cast.cohort
    seen = services.plan_undo(sharing=sharing, actor=cast.organiser)
    client.post(address, {"fingerprint": seen.fingerprint})
    said = told(cast)
    assert "people in it lack a reviewer" in said
    assert "What is missing" in said


def test_a_reviewers_list_marks_it_and_says_what_is_new(cast: Cast, clock: Clock) -> None:
    first_read(cast)
    before = text_of(signed_in(cast.reviewer), page(cast, "review:queue"))
    assert "second pass" not in before.lower()
    open_second(cast)
    row = second_reads(cast)[0]
    said = text_of(signed_in(row.reviewer), page(cast, "review:queue"), lang="en")
    assert "second pass</small>" in said
    assert "everybody has a new one" in said


def test_what_it_asks_of_the_database_does_not_grow_with_people(
    db: None, monkeypatch: pytest.MonkeyPatch, queries_of: Callable[[Client, str], int]
) -> None:
    cast = second_cast("share = 1", "reads = 2")
    hold(monkeypatch, cast.at("reading_ends", hours=1))
    first_read(cast, 4)
    client, address = signed_in(cast.organiser), page(cast, "review:second-pass")
    few = queries_of(client, address)
    open_second(cast)
    opened = queries_of(client, address)
    assert (few <= 30, opened <= 15) == (True, True), (few, opened)
    assert queries_of(client, page(cast, "review:progress")) <= 25


def test_a_programme_that_plans_none_has_no_such_page_and_no_word_of_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = gather()
    hold(monkeypatch, cast.at("reading_ends", hours=1))
    first_read(cast, 4)
    client = signed_in(cast.organiser)
    assert client.get(page(cast, "review:second-pass")).status_code == 404
    for name in ("review:progress", "review:given", "programmes:call", "privacy:audiences", "desk"):
        address = page(cast, name) if ":" in name else "/"
        assert "second pass" not in client.get(address).content.decode().lower(), name
    reader = signed_in(cast.reviewer)
    assert "second pass" not in text_of(reader, page(cast, "review:queue")).lower()


def test_reads_decisions_and_evidence_tell_the_passes_apart(cast: Cast, clock: Clock) -> None:
    rows = first_read(cast)
    open_second(cast)
    organiser = signed_in(cast.organiser)
    row = second_reads(cast)[0]
    reads = text_of(organiser, page(cast, "review:reads", ref=row.application.ref))
    assert reads.count("Second pass</span>") == 2
    assert "Passed it on" not in reads
    read_second(cast, recognised=True)
    clock.at = cast.at("reading_ends", days=2)
    proposal = selection.propose(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    for application, said in ((row.application, True), (rows[7], False)):
        decision = proposal.decisions.get(application=application)
        shown = text_of(organiser, page(cast, "selection:decision", ref=decision.ref))
        assert ("(2 of them in the second pass)" in shown) == said
    found = text_of(organiser, page(cast, "selection:evidence"))
    assert "8 of 8 reads are in, of 4 people." in found
    assert "second pass: 8 of 8 reads" in found
    assert "first pass: 0 of 16 reads" in found


def test_the_public_report_says_what_it_opened_and_how_many_were_read_in_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = second_cast("share = 1")
    hold(monkeypatch, cast.at("decisions_out", days=3))
    first_read(cast, 12)
    open_second(cast)
    read_second(cast)
    decide(cast)
    found = content_of(cast.cohort, words={}, now=cast.at("decisions_out", days=3))["second_pass"]
    assert found["reads"] == 12
    assert found["rule"] == {"who": "best", "share": 1.0, "per_place": None, "reads": 1}
    assert [label["en"] for label in found["opened"]] == [
        "Where do you live?",
        "What was in your way?",
        "Which school?",
    ]
    assert "Ada" not in str(found)
    for batch in outbox.open_batches(cast.cohort.scope):
        release(batch=batch, actor=cast.organiser.ref, now=cast.at("decisions_out", days=2))
    now = cast.at("decisions_out", days=3)
    reports.publish(cohort=cast.cohort, version=written(cast), actor=cast.organiser, now=now)
    said = text_of(Client(), page(cast, "selection_report:newest"))
    assert "Read again are the 100% with the highest merit." in said.replace("\xa0", "")
    assert "<li>What was in your way?</li>" in said
    assert "Reads in it</dt><dd>12</dd>" in said
