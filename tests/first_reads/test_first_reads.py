"""First reads: each alone, then all together; their own list waits; how it counts is fixed beforehand."""

from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.first_reads.world import WRITTEN, opened, prepared, read, read_all
from tests.review.world import apply, fill, give_out, read_of, reviewers
from tests.visiting import cards_of, page, signed_in, text_of
from tremplin.applications.hooks import let_go as words_go
from tremplin.applications.models import Application
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.first_reads import desk, queries, rules, services
from tremplin.first_reads.models import Agreed, FirstRead, FirstReads, Piece, Remark
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.rounds import go_round
from tremplin.programmes.services import grant
from tremplin.review import desk as review_desk
from tremplin.review import queries as review
from tremplin.review.models import Assignment, DeclaredConflict, Review


@pytest.fixture
def now(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = cast.at("call_opens", days=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def two(cast: Cast) -> list[Application]:
    return apply(cast.cohort, 2, now=cast.at("call_opens", days=2))


def pieces(found: FirstReads) -> list[Piece]:
    return list(queries.pieces_of(found))


def test_a_reviewers_own_list_begins_when_they_have_read_the_first_ones(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    give_out(cast, now)
    found, client = opened(cast), signed_in(cast.reviewer)
    mine = read_of(cast, cast.reviewer)
    first = page(cast, "first_reads:mine")
    assert client.get(page(cast, "review:next")).headers["Location"] == first
    assert first in text_of(client, page(cast, "review:queue"))
    assert (
        "Because I want to build." not in client.get(page(cast, "review:read", ref=mine.ref)).content.decode()
    )
    with pytest.raises(Conflict):
        review.page_of(mine)
    assert cards_of(review_desk, cast, cast.reviewer, now) == []
    assert cards_of(desk, cast, cast.reviewer, now)[0].title == "Read 3 texts that everybody reads first"
    read_all(cast, found, cast.reviewer, now)
    assert cards_of(desk, cast, cast.reviewer, now) == []
    assert "/review/read/" in client.get(page(cast, "review:next")).headers["Location"]
    assert client.get(page(cast, "review:read", ref=mine.ref)).status_code == 200


def test_a_read_that_was_begun_before_goes_on(cast: Cast, two: list[Application], now: datetime) -> None:
    give_out(cast, now)
    mine = read_of(cast, cast.reviewer)
    fill(mine, now, submit=False)
    opened(cast)
    assert review.page_of(mine).review is not None


@pytest.mark.parametrize("way", ["let go", "closed", "not held"])
def test_organisers_can_let_lists_begin(cast: Cast, two: list[Application], now: datetime, way: str) -> None:
    opened(cast, holds=way != "not held")
    if way == "let go":
        services.let_go(cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now)
        services.let_go(cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now)
        assert queries.before_others(cast.cohort, cast.second_reviewer) is not None
        assert AuditEvent.objects.filter(verb="first_reads.let-go").count() == 1
    if way == "closed":
        services.close(cohort=cast.cohort, actor=cast.organiser, now=now)
        services.close(cohort=cast.cohort, actor=cast.organiser, now=now)
    assert queries.before_others(cast.cohort, cast.reviewer) is None


def test_nobody_sees_what_others_found_before_all_of_theirs_is_in(cast: Cast, now: datetime) -> None:
    found = opened(cast)
    read_all(cast, found, cast.second_reviewer, now, comment="Brave.")
    one, *others = pieces(found)
    read(cast, one, cast.reviewer, now)
    client, address = signed_in(cast.reviewer), page(cast, "first_reads:discussion", ref=one.ref)
    with pytest.raises(NotAllowed):
        queries.discussion(found, one, cast.reviewer)
    assert client.get(address).status_code == 403
    for piece in others:
        assert "Brave." not in text_of(client, page(cast, "first_reads:read", ref=piece.ref))
        read(cast, piece, cast.reviewer, now)
    text = text_of(client, address)
    assert "Brave." in text
    assert cast.second_reviewer.name not in text
    assert {row.mine for row in queries.discussion(found, one, cast.reviewer)} == {True, False}


def test_an_organiser_who_also_reads_waits_like_all_others(cast: Cast, now: datetime) -> None:
    found = opened(cast)
    one = pieces(found)[0]
    assert queries.discussion(found, one, cast.organiser) == []
    grant(user=cast.organiser, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=now)
    with pytest.raises(NotAllowed):
        queries.discussion(found, one, cast.organiser)


def test_a_submitted_first_read_changes_no_more_and_twice_is_once(cast: Cast, now: datetime) -> None:
    found = opened(cast)
    one = pieces(found)[0]
    draft = services.save(
        piece=one,
        cohort=cast.cohort,
        actor=cast.reviewer,
        now=now,
        shown=queries.shown_token(one),
        expected_version=0,
        scores={"drive": "2"},
    )
    assert (draft.version, draft.submitted_at) == (1, None)
    with pytest.raises(Stale):
        read(cast, one, cast.reviewer, now, expected_version=0)
    with pytest.raises(Stale):
        read(cast, one, cast.reviewer, now, shown="x")
    with pytest.raises(Invalid) as fault:
        read(cast, one, cast.reviewer, now, scores={"drive": "2"})
    assert list(fault.value.errors) == ["making"]
    done = read(cast, one, cast.reviewer, now)
    assert read(cast, one, cast.reviewer, now).version == done.version == 2
    with pytest.raises(Conflict):
        read(cast, one, cast.reviewer, now, scores={"drive": "1", "making": "1"})
    for person in (cast.organiser, cast.mentor, cast.stranger):
        with pytest.raises(NotAllowed):
            read(cast, one, person, now)


@pytest.mark.parametrize(("counting", "states"), [("shared", ["submitted"]), ("none", ["assigned"])])
def test_they_count_where_the_same_application_was_given_to_the_same_reviewer(
    cast: Cast, two: list[Application], now: datetime, counting: str, states: list[str]
) -> None:
    found = opened(cast, own=1, applications=two, counting=counting)
    read_all(cast, found, cast.reviewer, now, scores={"drive": "5", "making": "cannot_judge"})
    assert Review.objects.count() == 0  # nobody was given anything yet
    give_out(cast, now)
    go_round(cohort=cast.cohort, now=now)
    go_round(cohort=cast.cohort, now=now)
    mine = Assignment.objects.filter(reviewer=cast.reviewer)
    assert sorted(set(mine.values_list("state", flat=True))) == states
    assert not Review.objects.filter(assignment__reviewer=cast.second_reviewer).exists()
    for row in Review.objects.all():
        assert (row.scores, row.comment) == ({"drive": 5, "making": "cannot_judge"}, "")


def test_whoever_must_not_judge_leaves_it_out_and_is_never_given_it(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    found = opened(cast, own=2, applications=two[:1])
    *own, theirs = pieces(found)
    with pytest.raises(Conflict):
        services.declare_tie(piece=own[0], cohort=cast.cohort, actor=cast.reviewer, now=now)
    give_out(cast, now)
    client = signed_in(cast.reviewer)
    assert client.post(page(cast, "first_reads:tie", ref=theirs.ref)).status_code == 302
    assert Assignment.objects.get(reviewer=cast.reviewer, application=two[0]).state == "conflict"
    assert DeclaredConflict.objects.filter(reviewer=cast.reviewer, application=two[0]).exists()
    for piece in own:
        read(cast, piece, cast.reviewer, now)
    stands = queries.standing(cast.cohort, cast.reviewer)
    assert stands is not None
    assert stands.finished
    assert queries.discussion(found, own[0], cast.reviewer)
    with pytest.raises(NotAllowed):
        queries.discussion(found, theirs, cast.reviewer)


def test_only_what_all_may_read_can_be_chosen(cast: Cast, two: list[Application], now: datetime) -> None:
    prepared(cast, own=0)
    one, other = two
    DeclaredConflict.objects.create(
        cohort=cast.cohort, application=one, reviewer=cast.reviewer, created_at=now
    )
    grant(user=other.applicant, cohort=cast.cohort, role=Role.OBSERVER, actor=None, now=now)
    for ref, words in (
        (one.ref, cast.reviewer.name),
        (other.ref, "another role"),
        ("nothing", "No application"),
    ):
        with pytest.raises(Invalid) as fault:
            services.add_application(cohort=cast.cohort, actor=cast.organiser, now=now, ref=ref)
        assert words in fault.value.errors["ref"][0]
    assert Piece.objects.count() == 0


def test_a_set_has_three_to_ten_texts_and_stays_as_it_was_opened(cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict):
        services.add_text(
            cohort=cast.cohort, actor=cast.organiser, now=now, language="en", texts={"motivation": "x"}
        )
    found = prepared(cast, own=2)
    with pytest.raises(Conflict):
        services.open_set(cohort=cast.cohort, actor=cast.organiser, now=now)
    for texts, language in (({}, "en"), ({"full_name": "Ada"}, "en"), ({"motivation": "x"}, "tlh")):
        with pytest.raises(Invalid):
            services.add_text(
                cohort=cast.cohort, actor=cast.organiser, now=now, language=language, texts=texts
            )
    prepared(cast, own=8)
    with pytest.raises(Conflict):
        prepared(cast, own=1)
    services.remove(piece=pieces(found)[0], cohort=cast.cohort, actor=cast.organiser, now=now)
    services.open_set(cohort=cast.cohort, actor=cast.organiser, now=now)
    with pytest.raises(Conflict):
        services.remove(piece=pieces(found)[0], cohort=cast.cohort, actor=cast.organiser, now=now)
    with pytest.raises(Conflict):
        services.set_up(cohort=cast.cohort, actor=cast.organiser, now=now, counting="none")
    assert (
        services.set_up(cohort=cast.cohort, actor=cast.organiser, now=now, note="On Monday.").note
        == "On Monday."
    )
    for person in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.close(cohort=cast.cohort, actor=person, now=now)


def test_who_withdraws_is_read_no_more_here_neither(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    found = opened(cast, own=2, applications=two[:1])
    theirs = pieces(found)[-1]
    two[0].state, two[0].withdrawn_at = "withdrawn", now
    two[0].save()
    stands = queries.standing(cast.cohort, cast.reviewer)
    assert stands is not None
    assert stands.total == 2
    with pytest.raises(Conflict):
        read(cast, theirs, cast.reviewer, now)
    assert signed_in(cast.reviewer).get(page(cast, "first_reads:read", ref=theirs.ref)).status_code == 404


def test_the_text_is_blinded_as_everywhere(cast: Cast, now: datetime) -> None:
    person = User.objects.create_user("ada@example.org", name="Zyxw Vutsrq")
    answers = {"full_name": "Zyxw Vutsrq", "motivation": "My name is Zyxw Vutsrq. I build."}
    [application] = apply(cast.cohort, 0, now=now, also=[person], answers=answers)
    found = opened(cast, own=2, applications=[application])
    theirs = pieces(found)[-1]
    client = signed_in(cast.reviewer)
    for name in ("first_reads:mine", "first_reads:read"):
        text = text_of(client, page(cast, name, **({} if name.endswith("mine") else {"ref": theirs.ref})))
        for secret in (
            "Zyxw",
            application.ref,
            application.ref.upper(),
            person.ref,
            theirs.copy.checksum if theirs.copy else "",
        ):
            assert secret not in text
    assert "I build." in text_of(client, page(cast, "first_reads:read", ref=theirs.ref))


def test_the_discussion_is_written_down_and_an_agreed_reading_changes_nobodys_levels(
    cast: Cast, now: datetime
) -> None:
    found = opened(cast)
    read_all(cast, found, cast.reviewer, now)
    one = pieces(found)[0]
    client, address = signed_in(cast.reviewer), page(cast, "first_reads:discussion", ref=one.ref)
    assert client.post(address, {"text": "The pump is the point."}).status_code == 302
    assert client.post(address, {"text": "The pump is the point."}).status_code == 302
    assert client.post(address, {"text": " "}).status_code == 422
    assert Remark.objects.count() == 1
    organiser = signed_in(cast.organiser)
    sent = {
        "score_drive": "5",
        "words_drive": "They came back to it.",
        "score_making": "",
        "words_making": "",
    }
    agreed = page(cast, "first_reads:agreed", ref=one.ref)
    assert organiser.post(agreed, {**sent, "score_drive": "9"}).status_code == 422
    assert organiser.post(agreed, sent).status_code == 302
    text = text_of(client, address)
    for words in (
        "The pump is the point.",
        cast.reviewer.name,
        "Agreed reading",
        "They came back to it.",
        "1 reader · you",
    ):
        assert words in text
    assert Agreed.objects.get().score == 5
    assert FirstRead.objects.get(piece=one).scores == {"drive": 4, "making": 3}
    events = str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert "pump" not in events
    with pytest.raises(NotAllowed):
        services.agree(found=found, piece=one, actor=cast.reviewer, now=now, scores={}, words={})


def test_organisers_see_who_has_read_and_how_they_read_beside_the_others(cast: Cast, now: datetime) -> None:
    found = opened(cast)
    kind, strict = cast.reviewer, cast.second_reviewer
    [third] = reviewers(cast, 1)
    read_all(cast, found, kind, now, scores={"drive": "5", "making": "5"})
    assert queries.severities(found) == {}
    read_all(cast, found, strict, now, scores={"drive": "1", "making": "1"})
    read_all(cast, found, third, now)
    told = {row.reviewer: row for row in queries.readers(found, cast.organiser)}
    assert told[kind].done == 3
    assert told[strict].shift is not None
    assert told[kind].shift is not None
    assert told[strict].shift < 0 < told[kind].shift
    assert "Let " not in text_of(signed_in(cast.organiser), page(cast, "first_reads:organise"))
    with pytest.raises(NotAllowed):
        queries.readers(found, cast.reviewer)


def test_levels_lie_beside_each_other(cast: Cast) -> None:
    plan = cast.cohort.plan.review
    assert plan is not None
    drive = plan.criteria[0]
    reads: list[dict[str, int | str]] = [{"drive": 5}, {"drive": 2}, {"drive": "cannot_judge"}]
    found = rules.steps(drive, reads, {"drive": 2}, {"drive": 5})
    assert [(one.score, one.many) for one in found if one.many] == [(5, 1), (2, 1), ("cannot_judge", 1)]
    assert [one.score for one in found if one.mine] == [2]
    assert [one.score for one in found if one.agreed] == [5]
    assert rules.apart(drive, reads) == 3
    assert rules.apart(drive, []) == 0


def test_what_was_said_goes_with_the_words_of_the_application(
    cast: Cast, two: list[Application], now: datetime
) -> None:
    found = opened(cast, own=2, applications=two[:1])
    read_all(cast, found, cast.reviewer, now)
    theirs = pieces(found)[-1]
    services.remark(found=found, piece=theirs, actor=cast.reviewer, now=now, text="About them.")
    words_go(two[0])
    assert set(FirstRead.objects.filter(piece=theirs).values_list("comment", flat=True)) == {""}
    assert Remark.objects.get().text == ""
    client = signed_in(cast.reviewer)
    text = text_of(client, page(cast, "first_reads:discussion", ref=theirs.ref))
    assert "no longer kept" in text


def test_every_page_opens_in_each_state_and_asks_the_database_alike(
    cast: Cast, two: list[Application], now: datetime, django_assert_max_num_queries: Any
) -> None:
    organiser, reader = signed_in(cast.organiser), signed_in(cast.reviewer)
    assert "Nothing to read first" in text_of(reader, page(cast, "first_reads:mine"))
    assert "First reads" in text_of(organiser, page(cast, "first_reads:organise"))
    start = organiser.post(
        page(cast, "first_reads:organise"),
        {"note": "We talk on Monday.", "counting": "shared", "holds": "on"},
    )
    assert start.status_code == 302
    for number in range(3):
        sent = {"language": "en", "motivation": f"{WRITTEN} {number}"}
        assert organiser.post(page(cast, "first_reads:write"), sent).status_code == 302
    assert organiser.post(page(cast, "first_reads:write"), {"language": "en"}).status_code == 422
    assert organiser.post(page(cast, "first_reads:choose"), {"ref": "nothing"}).status_code == 422
    assert organiser.post(page(cast, "first_reads:choose"), {"ref": two[0].ref}).status_code == 302
    assert "Take out text 4" in text_of(organiser, page(cast, "first_reads:organise"))
    assert organiser.post(page(cast, "first_reads:open")).status_code == 302
    assert "We talk on Monday." in text_of(reader, page(cast, "first_reads:mine"))
    found = queries.set_of(cast.cohort)
    assert found is not None
    reviewers(cast, 8)
    read_all(cast, found, cast.reviewer, now)
    one = pieces(found)[-1]
    with django_assert_max_num_queries(15):
        text_of(organiser, page(cast, "first_reads:organise"))
    with django_assert_max_num_queries(15):
        text_of(reader, page(cast, "first_reads:mine"))
    with django_assert_max_num_queries(15):
        text_of(reader, page(cast, "first_reads:discussion", ref=one.ref))
    with django_assert_max_num_queries(15):
        text_of(reader, page(cast, "first_reads:read", ref=one.ref))
    assert organiser.post(page(cast, "first_reads:let-go", ref=cast.second_reviewer.ref)).status_code == 302
    assert organiser.post(page(cast, "first_reads:close")).status_code == 302


def test_reading_on_the_page_saves_submits_and_leads_on(cast: Cast, now: datetime) -> None:
    found, client = opened(cast), signed_in(cast.reviewer)
    one, two, three = pieces(found)
    address = page(cast, "first_reads:read", ref=one.ref)
    sent = {"shown": queries.shown_token(one), "version": "0", "at": now.isoformat(), "score_drive": "4"}
    kept = client.post(page(cast, "first_reads:autosave", ref=one.ref), sent)
    assert kept.json()["fields"]["version"] == "1"
    assert client.post(address, {**sent, "do": "submit", "version": "1"}).status_code == 422
    stale = client.post(address, {**sent, "do": "submit", "score_making": "3", "comment": "Typed here."})
    assert stale.status_code == 409
    assert "Typed here." in stale.content.decode()
    done = client.post(address, {**sent, "do": "submit", "version": "1", "score_making": "3"})
    assert done.headers["Location"] == page(cast, "first_reads:read", ref=two.ref)
    draft = client.post(
        done.headers["Location"], {"shown": queries.shown_token(two), "version": "0", "score_drive": "1"}
    )
    assert draft.headers["Location"] == page(cast, "first_reads:mine")
    read(cast, two, cast.reviewer, now)
    last = client.post(
        page(cast, "first_reads:read", ref=three.ref),
        {
            "shown": queries.shown_token(three),
            "version": "0",
            "score_drive": "1",
            "score_making": "1",
            "do": "submit",
        },
    )
    assert last.headers["Location"] == page(cast, "first_reads:mine")
    assert "What others found in text 1" in text_of(client, page(cast, "first_reads:mine"))
