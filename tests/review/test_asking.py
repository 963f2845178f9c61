"""“Please look again” and content notes: asked in a sentence, answered without a name, passed on unasked."""

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.review.world import apply, asked, fill, give_out, read_of, reviewers, speaks_of_loss
from tests.visiting import cards_of, page, signed_in, text_of
from tremplin.applications.hooks import let_go
from tremplin.applications.models import Application
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import desk, queries, services
from tremplin.review.models import Ask, Assignment, ContentNote, Review


@pytest.fixture
def now(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = cast.at("call_closes", days=2)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def two(cast: Cast) -> list[Application]:
    """Two applications, given to both reviewers."""
    found = apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    return found


def test_a_read_that_waits_is_not_offered_until_the_answer_is_there(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    ask = asked(cast, waits=True)
    queue = queries.queue_for(cast.cohort, cast.reviewer)
    assert (queue.left, queue.aside) == (2, 1)
    offered = queries.next_for(cast.cohort, cast.reviewer)
    assert offered is not None
    assert offered.pk != ask.assignment_id
    fill(read_of(cast, cast.reviewer, offered.application), now)
    assert queries.next_for(cast.cohort, cast.reviewer) is None
    assert "1 application waits for an answer" in text_of(
        signed_in(cast.reviewer), page(cast, "review:queue")
    )
    services.answer(ask=ask, actor=cast.organiser, now=now, words="Read on.")
    again = queries.next_for(cast.cohort, cast.reviewer)
    assert again is not None
    assert again.pk == ask.assignment_id
    assert queries.queue_for(cast.cohort, cast.reviewer).aside == 0


def test_the_reviewer_gets_the_answer_without_a_name_in_it(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    ask = asked(cast)
    application = ask.assignment.application
    words = f"Ada Lovelace ({application.ref.upper()}, {application.applicant.email}) was a slip. We hid it."
    services.answer(ask=ask, actor=cast.organiser, now=now, words=words)
    ask.refresh_from_db()
    for secret in ("Ada", "Lovelace", application.ref.upper(), application.applicant.email):
        assert secret not in ask.answer
    text = text_of(signed_in(cast.reviewer), page(cast, "review:read", ref=ask.assignment.ref))
    assert "was a slip. We hid it." in text
    assert "Lovelace" not in text


def test_asking_the_same_twice_asks_once_and_too_much_is_refused(cast: Cast, two: list[Application]) -> None:
    assert asked(cast).pk == asked(cast).pk
    for number in range(4):
        asked(cast, words=f"Line {number}")
    with pytest.raises(Conflict):
        asked(cast, words="One more")
    assert AuditEvent.objects.filter(verb="review.asked").count() == 5
    assert "village" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "charm"}, "kind"),
        ({"kind": "other", "words": " "}, "words"),
        ({"words": "x" * 5001}, "words"),
    ],
)
def test_what_nobody_could_answer_is_refused_at_its_field(
    cast: Cast, two: list[Application], changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as fault:
        asked(cast, **changed)
    assert list(fault.value.errors) == [field]
    assert Ask.objects.count() == 0


def test_only_the_reviewer_asks_and_only_an_organiser_without_a_stake_answers(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    assignment = read_of(cast, cast.reviewer)
    for person in (cast.second_reviewer, cast.organiser, cast.stranger):
        with pytest.raises(NotAllowed):
            services.ask_to_look_again(assignment=assignment, actor=person, now=now, kind="shows")
    ask = asked(cast)
    writer = ask.assignment.application.applicant
    for person in (writer, cast.reviewer):
        grant(user=person, cohort=cast.cohort, role=Role.ORGANISER, actor=None, now=now)
        assert signed_in(person).get(page(cast, "review:answer", ref=ask.ref)).status_code in {403, 404}
    assert list(queries.asked(cast.cohort, cast.reviewer)) == []
    with pytest.raises(NotAllowed):
        queries.asked(cast.cohort, writer)
    for person in (writer, cast.reviewer, cast.second_reviewer, cast.observer):
        with pytest.raises(NotAllowed):
            services.answer(ask=ask, actor=person, now=now, words="Fine.")
    with pytest.raises(NotAllowed):
        queries.asked(cast.cohort, cast.observer)


def test_the_second_of_two_answers_is_refused_and_shown_again(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    ask = asked(cast)
    with pytest.raises(Invalid):
        services.answer(ask=ask, actor=cast.organiser, now=now, words="  ")
    services.answer(ask=ask, actor=cast.colleague, now=now, words="The first.")
    answer = signed_in(cast.organiser).post(
        page(cast, "review:answer", ref=ask.ref), {"words": "The second."}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The first." in text
    assert "The second." in text
    assert Ask.objects.get().answer == "The first."


def test_organisers_find_worries_about_safety_first_on_list_page_and_desk(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    assert cards_of(desk, cast, cast.organiser, now)[0].title != "A reviewer asks you to look again"
    asked(cast)
    card = cards_of(desk, cast, cast.organiser, now)[0]
    assert (card.title, card.urgency) == ("A reviewer asks you to look again", "soon")
    worry = asked(cast, kind="safety", words="")
    card = cards_of(desk, cast, cast.organiser, now)[0]
    assert (card.line, card.urgency) == ("Somebody worries about a person’s safety.", "now")
    assert queries.asked(cast.cohort, cast.organiser).first() == worry
    client = signed_in(cast.organiser)
    assert "urgent" in text_of(client, page(cast, "review:asked"))
    reads = text_of(client, page(cast, "review:reads", ref=worry.assignment.application.ref))
    assert page(cast, "review:answer", ref=worry.ref) in reads
    assert client.post(page(cast, "review:answer", ref=worry.ref), {"words": "We called."}).status_code == 302
    assert "Nobody has asked yet" not in text_of(client, page(cast, "review:asked"), only="answered")


def test_asking_on_the_page_leads_on_to_the_next_where_one_waits(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    client, first = signed_in(cast.reviewer), read_of(cast, cast.reviewer)
    address = page(cast, "review:look-again", ref=first.ref)
    empty = client.post(address, {})
    assert empty.status_code == 422
    answer = client.post(address, {"kind": "broken", "words": "Ends in mid-sentence", "waits": "on"})
    second = queries.next_for(cast.cohort, cast.reviewer)
    assert second is not None
    assert answer.headers["Location"] == page(cast, "review:read", ref=second.ref)
    back = client.post(page(cast, "review:look-again", ref=second.ref), {"kind": "hides"})
    assert back.headers["Location"] == page(cast, "review:read", ref=second.ref)
    assert "Waits for an answer" in text_of(client, page(cast, "review:queue"))


def test_a_hard_text_says_so_before_a_word_of_it_is_shown(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    speaks_of_loss(cast)
    client, assignment = signed_in(cast.reviewer), read_of(cast, cast.reviewer)
    address = page(cast, "review:read", ref=assignment.ref)
    before = text_of(client, address)
    assert "It speaks of: a death or a loss." in before
    assert "Because I want to build." not in before
    assert "Because I want to build." in text_of(client, address, open="1")
    fill(assignment, now, submit=False)
    assert "Because I want to build." in text_of(client, address)  # whoever began knows


def test_passing_on_asks_no_reason_and_never_offers_it_again(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    third = reviewers(cast, 1)[0]
    assignment = read_of(cast, cast.reviewer)
    with pytest.raises(Conflict):
        services.pass_on(assignment=assignment, actor=cast.reviewer, now=now)
    speaks_of_loss(cast)
    fill(assignment, now, submit=False)
    client = signed_in(cast.reviewer)
    assert client.post(page(cast, "review:pass", ref=assignment.ref)).status_code == 302
    assert Review.objects.count() == 0
    assert Assignment.objects.filter(reviewer=third, application=assignment.application).exists()
    give_out(cast)
    mine = Assignment.objects.get(reviewer=cast.reviewer, application=assignment.application)
    assert mine.state == "passed"
    states = {
        row.reviewer: row.state
        for row in queries.candidates(cast.cohort, cast.organiser, assignment.application, now=now)
    }
    assert states[cast.reviewer] == "passed"
    assert services.pass_on(assignment=mine, actor=cast.reviewer, now=now)  # twice is once
    other = read_of(cast, cast.second_reviewer, assignment.application)
    fill(other, now)
    with pytest.raises(Conflict):
        services.pass_on(assignment=other, actor=cast.second_reviewer, now=now)


def test_a_reviewer_notes_and_takes_back_their_own_note_alone(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    speaks_of_loss(cast)
    assignment, client = read_of(cast, cast.reviewer), signed_in(cast.reviewer)
    address = page(cast, "review:note", ref=assignment.ref)
    assert client.post(address, {"kinds": ["war"]}).status_code == 302
    assert queries.noted(assignment.application, cast.reviewer).kinds == ("loss", "war")
    assert client.post(address, {"kinds": []}).status_code == 302
    assert queries.noted(assignment.application, cast.reviewer).kinds == ("loss",)
    assert "Others noted: a death or a loss" in text_of(client, address)
    with pytest.raises(Invalid):
        services.note_content(assignment=assignment, actor=cast.reviewer, now=now, kinds=["charm"])
    with pytest.raises(NotAllowed):
        services.note_content(assignment=assignment, actor=cast.organiser, now=now, kinds=["war"])
    for person in (cast.reviewer, assignment.application.applicant):
        with pytest.raises(NotAllowed):
            speaks_of_loss(cast, by=person)


def test_noting_and_passing_on_is_one_step(cast: Cast, two: list[Application], now: datetime) -> None:
    assignment, client = read_of(cast, cast.reviewer), signed_in(cast.reviewer)
    address = page(cast, "review:note", ref=assignment.ref)
    assert client.post(address, {"do": "pass"}).status_code == 422
    assert client.post(address, {"do": "pass", "kinds": ["illness"]}).status_code == 302
    assignment.refresh_from_db()
    assert assignment.state == "passed"
    assert "illness" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    organiser = page(cast, "review:speaks-of", ref=assignment.application.ref)
    assert signed_in(cast.organiser).post(organiser, {"kinds": []}).status_code == 302
    assert ContentNote.objects.count() == 0


def test_notes_and_asks_go_with_the_words_of_the_application(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    ask = asked(cast)
    speaks_of_loss(cast)
    let_go(ask.assignment.application)
    ask.refresh_from_db()
    assert (ask.words, ContentNote.objects.count()) == ("", 0)


def test_the_queue_costs_the_same_whatever_was_asked(
    cast: Cast, two: list[Application], now: datetime, django_assert_max_num_queries: object
) -> None:
    asked(cast, waits=True)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        queries.queue_for(cast.cohort, cast.reviewer)
