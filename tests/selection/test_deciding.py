"""From reads to proposed decisions: explained, repeatable, changed by hand only with a reason."""

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of
from tests.selection.world import all_alike, ask_by_hand, by_number, propose, read_cohort, sign
from tests.visiting import signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.methods import lottery
from tremplin.programmes.http import cohort_url
from tremplin.review import services as review_services
from tremplin.review.models import Assignment
from tremplin.selection import queries, rules, services
from tremplin.selection.explaining import explanation
from tremplin.selection.models import Decision, Draw, Proposal


def outcomes() -> dict[int, str]:
    rows = Decision.objects.order_by("application_id")
    return {n: row.outcome for n, row in enumerate(rows, 1)}


def test_the_best_get_places_the_next_wait_and_everybody_is_decided(cast: Cast) -> None:
    read_cohort(cast, 8)
    proposal = propose(cast)
    assert proposal.places == 2
    decided = outcomes()
    assert sorted(decided.values()) == sorted(["offer"] * 2 + ["waitlist"] + ["decline"] * 5)
    assert {decided[7], decided[8]} == {"decline"}
    assert [row.priority for row in Decision.objects.order_by("priority")] == list(range(1, 9))


def test_places_in_the_lottery_follow_the_published_draw(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    propose(cast, secret="sealed")
    draw = Draw.objects.get()
    assert lottery.verify(draw.file, published=lottery.commitment("sealed"))
    order = lottery.loads(draw.file).order
    rows = list(Decision.objects.order_by("priority"))
    assert {row.band for row in rows} == {"lottery"}
    assert [row.draw_code for row in rows] == list(order)
    assert [row.outcome for row in rows[:4]] == ["offer", "offer", "waitlist", "decline"]
    assert [row.draw_rank for row in rows] == [1, 2, 3, 4, 5, 6]


def test_nothing_is_decided_while_somebody_is_unread(cast: Cast) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    fill(read_of(cast, cast.reviewer), cast.at("call_closes", days=2))
    with pytest.raises(Conflict, match="1 person has not been read"):
        propose(cast)
    assert Proposal.objects.count() == 0


def test_no_application_and_no_judgement_give_no_decisions(cast: Cast) -> None:
    with pytest.raises(Conflict):
        propose(cast)
    read_cohort(cast, 2, lambda _row: {"drive": "cannot_judge", "making": "cannot_judge"})
    with pytest.raises(Conflict):
        propose(cast)


def test_proposing_again_gives_the_same_and_draws_nothing_anew(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    first = propose(cast)
    before = list(Decision.objects.order_by("priority").values_list("application_id", "outcome", "draw_code"))
    second = propose(cast, secret="")
    after = list(Decision.objects.order_by("priority").values_list("application_id", "outcome", "draw_code"))
    assert after == before
    assert second.version == first.version + 1
    with pytest.raises(Conflict):
        propose(cast, secret="a better secret")


def test_the_commitment_can_be_published_before_and_binds(cast: Cast) -> None:
    read_cohort(cast, 3, all_alike)
    made = services.commit_draw(cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_closes"))
    assert services.commit_draw(cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_closes")) == made
    propose(cast, secret="")
    draw = Draw.objects.get()
    assert lottery.loads(draw.file).commitment == made.commitment
    assert AuditEvent.objects.filter(verb="selection.draw-committed").count() == 1
    assert made.secret not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_secret_and_file_stay_sealed_until_decisions_are_final(cast: Cast) -> None:
    read_cohort(cast, 3, all_alike)
    proposal = propose(cast)
    sealed = queries.public_draw(cast.cohort)
    assert sealed is not None
    assert (sealed.secret, sealed.file, sealed.opened_at) == ("", "", None)
    sign(cast, proposal)
    services.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )
    opened = queries.public_draw(cast.cohort)
    assert opened is not None
    assert opened.secret == "test secret"
    assert lottery.verify(opened.file, published=sealed.commitment)


def test_a_signature_waits_for_another_one_and_is_never_replaced(cast: Cast) -> None:
    read_cohort(cast, 3)
    proposal = sign(cast, propose(cast))
    assert sign(cast, proposal).signed_at == proposal.signed_at
    with pytest.raises(Conflict, match="has signed this list"):
        services.sign(
            cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
        )
    assert Proposal.objects.get().signed_by == cast.organiser


def test_a_list_that_is_older_than_the_reads_cannot_be_signed_and_its_page_says_so(cast: Cast) -> None:
    rows = read_cohort(cast, 3)
    proposal = propose(cast)
    assignment = read_of(cast, cast.reviewer, rows[0])
    moment = cast.at("reading_ends", days=1)
    review_services.reopen(assignment=assignment, actor=cast.organiser, now=moment, reason="Slip")
    fill(assignment, moment)
    with pytest.raises(Stale):
        sign(cast, proposal)
    client = signed_in(cast.organiser)
    for name in ("room", "sign"):
        assert "have changed since these decisions were proposed" in text_of(
            client, cohort_url(cast.cohort, f"selection:{name}")
        )
    answer = client.post(
        cohort_url(cast.cohort, "selection:sign"), {"version": proposal.version, "read": "on"}, follow=True
    )
    assert "Propose them again" in answer.content.decode()
    assert Proposal.objects.get().state == "proposed"


def test_the_number_of_places_lies_within_the_programme(cast: Cast) -> None:
    read_cohort(cast, 4)
    assert propose(cast, places=1).places == 1
    assert propose(cast).places == 1  # as chosen before
    for places in (0, 3):
        with pytest.raises(Invalid):
            propose(cast, places=places)


@pytest.mark.parametrize("who", ["reviewer", "observer", "finance", "stranger"])
def test_only_organisers_propose_sign_or_change(cast: Cast, who: str) -> None:
    read_cohort(cast, 3)
    person = getattr(cast, who)
    now = cast.at("reading_ends")
    with pytest.raises(NotAllowed):
        services.propose(cohort=cast.cohort, actor=person, now=now)
    proposal = propose(cast)
    with pytest.raises(NotAllowed):
        services.sign(cohort=cast.cohort, actor=person, version=proposal.version, now=now)
    decision = proposal.decisions.select_related("proposal").first()
    assert decision is not None
    with pytest.raises(NotAllowed):
        ask_by_hand(cast, decision, "offer", proposal.version, actor=person)
    with pytest.raises(NotAllowed):
        services.commit_draw(cohort=cast.cohort, actor=person, now=now)


def test_each_decision_says_why(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    proposal = propose(cast)
    decision = Decision.objects.get(priority=1)
    words = explanation(queries.evidence_of(decision, cast.cohort, proposal.figures))
    assert (
        words == "Rank 1 of 6 by score: too close to the line to call. "
        "Drawn as number 1 of 6, for 2 places, with a chance of 33.3%."
    )
    assert decision.feedback == {"reads": 2, "minutes": 10, "levels": {"drive": 3, "making": 3}}


def test_severity_of_a_reviewer_does_not_decide(cast: Cast) -> None:
    """The harsh reviewer gives two levels less to everybody: the order stays that of the applications."""

    def harsh(assignment: Assignment) -> dict[str, str]:
        scores = by_number(assignment)
        if assignment.reviewer_id == cast.reviewer.pk:
            scores["drive"] = str(max(1, int(scores["drive"]) - 2))
        return scores

    rows = read_cohort(cast, 8, harsh)
    propose(cast)
    best = Decision.objects.order_by("rank").values_list("application_id", flat=True)[:2]
    assert set(best) == {rows[0].pk, rows[1].pk}


def test_a_read_that_is_reopened_makes_the_proposal_stale(cast: Cast) -> None:
    rows = read_cohort(cast, 3)
    proposal = sign(cast, propose(cast))
    assignment = read_of(cast, cast.reviewer, rows[0])
    review_services.reopen(
        assignment=assignment, actor=cast.organiser, now=cast.at("decisions_out"), reason="Slip"
    )
    with pytest.raises(Stale):
        services.confirm(
            cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
        )
    assert Proposal.objects.get().state == "signed"


@pytest.mark.parametrize(
    ("order", "places", "waitlist", "overrides", "expected"),
    [
        ("abcd", 1, 2, {}, "o1 w1 w2 d"),
        ("abcd", 1, 2, {"d": "offer"}, "w1 w2 d o"),
        ("abcd", 2, 1, {"a": "decline"}, "d o o w1"),
        ("abcd", 1, 0, {"c": "waitlist"}, "o d w1 d"),
        ("abcd", 2, 1, {"a": "waitlist"}, "w1 o o d"),
        ("ab", 5, 5, {}, "o o"),
        ("abc", 0, 1, {"gone": "offer"}, "w1 d d"),
    ],
)
def test_settling(order: str, places: int, waitlist: int, overrides: dict[str, str], expected: str) -> None:
    rows = rules.settle(list(order), places=places, waitlist=waitlist, overrides=overrides)
    said = " ".join(f"{row.outcome[0]}{row.position or ''}" for row in rows)
    assert said == expected.replace("o1", "o")


def test_settling_refuses_more_offers_than_places() -> None:
    with pytest.raises(ValueError):
        rules.settle(["a", "b"], places=1, waitlist=0, overrides={"a": "offer", "b": "offer"})
