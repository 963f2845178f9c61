"""Rare ways through selection and reading: each has a rule, and each rule is tried."""

import pytest
from django.test import Client

from tests.cast import PLANS, Cast, gather
from tests.review.world import apply, fill, give_out, read_of
from tests.selection.world import ask_by_hand, decide, offers_of, propose, read_cohort
from tremplin.core import clock
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import desk as review_desk
from tremplin.review import queries as review_queries
from tremplin.review import rounds as review_rounds
from tremplin.review import rules as review_rules
from tremplin.review.models import Review
from tremplin.review.plan import review_plan
from tremplin.selection import desk, queries, rounds, rules, services
from tremplin.selection.explaining import Evidence, chance_words, explanation
from tremplin.selection.models import Decision, Draw
from tremplin.selection.plan import offer_plan, selection_plan


@pytest.fixture
def plain(db: None) -> Cohort:
    """A cohort that neither reads nor chooses."""
    text = (PLANS / "small.toml").read_text("utf-8")
    stages = 'stages = ["eligibility"]'
    lines = [stages if line.startswith("stages") else line for line in text.splitlines()]
    parts = "\n".join(lines).split("\n[review]")
    return gather(text=parts[0] + "\n").cohort


def test_a_programme_without_these_stages_has_nothing_of_them(plain: Cohort) -> None:
    now = plain.date("call_closes")
    organiser = plain.memberships.filter(role=Role.ORGANISER).first()
    assert organiser is not None
    for module in (desk, review_desk):
        assert module.cards(cohort=plain, actor=organiser.user, roles=frozenset(Role), now=now) == []
    assert review_rounds.remind_reviewers(cohort=plain, now=now) == 0
    rounds.selection_round(cohort=plain, now=plain.date("training_ends"))
    assert Draw.objects.count() == 0
    for part in (review_plan, selection_plan, offer_plan):
        with pytest.raises(Conflict):
            part(plain)


def test_nobody_decides_about_their_own_application(cast: Cast) -> None:
    read_cohort(cast, 3, also=[cast.colleague])
    proposal = propose(cast)
    mine = Decision.objects.select_related("proposal").get(application__applicant=cast.colleague)
    with pytest.raises(NotAllowed):
        ask_by_hand(cast, mine, "offer", proposal.version, actor=cast.colleague)


def test_somebody_with_an_offer_answers_it_instead_of_leaving_the_list(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    first = offers_of(cast.cohort)[0]
    services.decline_offer(offer=first, actor=first.application.applicant, now=now)
    promoted = offers_of(cast.cohort)[2].application
    promoted.cohort = cast.cohort
    with pytest.raises(Conflict, match="come free"):
        services.leave_waitlist(application=promoted, actor=promoted.applicant, now=now)


def test_nothing_on_a_waitlist_moves_before_decisions_are_final(cast: Cast) -> None:
    rows = read_cohort(cast, 4)
    propose(cast)
    now = cast.at("decisions_out")
    assert services.promote(cohort=cast.cohort, now=now) == []
    with pytest.raises(Conflict):
        services.leave_waitlist(application=rows[0], actor=rows[0].applicant, now=now)
    assert queries.places(cast.cohort) is None
    assert list(queries.waitlist(cast.cohort, cast.organiser)) == []


@pytest.mark.parametrize(
    ("only", "count"), [("", 5), ("lottery", 5), ("waitlist", 1), ("overridden", 0), ("x", 5)]
)
def test_the_list_can_be_narrowed(cast: Cast, only: str, count: int) -> None:
    read_cohort(cast, 5, lambda _row: {"drive": "3", "making": "3"})
    propose(cast)
    assert queries.decisions(cast.cohort, cast.observer, only=only).count() == count
    with pytest.raises(NotAllowed):
        queries.decisions(cast.cohort, cast.reviewer, only=only)


def test_words_for_every_band_and_for_what_is_not_known(cast: Cast) -> None:
    def said(band: str, line: float | None = 55.0, *, method: str = "draw", draw_rank: int | None = 1) -> str:
        found = Evidence(method, band, 3, 40, 70.0, 60.0, 80.0, 2, 0.5, draw_rank, 4, 8, line)
        return explanation(found)

    assert "Even the lower end" in said("admit")
    assert "a place for all down to here" in said("admit", 65.0)
    assert "a place for everybody" in said("admit", None)
    assert "Drawn as number 1 of 8" in said("lottery")
    assert "below those" in said("decline")
    assert "The chance in the draw is 50%: 4 places among 8 people." in said("lottery", draw_rank=None)
    assert "makes this place sure" in said("admit", method="merit")
    assert "the intervals leave it open. Drawn as number 1 of 8" in said("lottery", method="merit")
    assert "would serve merit less" in said("decline", method="merit")
    assert [chance_words(chance) for chance in (0, 1e-6, 1 / 3, 0.99999, 1)] == [
        "0%",
        "0.1%",
        "33.3%",
        "99.9%",
        "100%",
    ]
    assert rules.feedback_words(cast.cohort.plan, {}) == ""
    unknown = rules.feedback_words(cast.cohort.plan, {"reads": 1, "levels": {}})
    assert "Drive: could not be judged from what you sent." in unknown
    assert rules.agreement_by_hash(cast.cohort.plan, "0") is None


def test_a_reader_without_pace_and_with_much_to_do() -> None:
    assert review_rules.minutes_left(reads=50, seconds=[60], planned_minutes=10) == 500
    assert review_rules.effort(500) == "about 8 hours"
    assert review_rules.effort(7) == "about 7 minutes"
    assert not review_rules.may_reopen(submitted=False, others_in=False)


def test_a_draft_by_button_a_change_by_button_and_a_reviewer_set_by_an_organiser(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = cast.at("call_closes", days=2)
    monkeypatch.setattr(clock, "now", lambda: now)
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    client = Client()
    client.force_login(cast.reviewer)
    page = review_queries.page_of(assignment)
    form = {"do": "draft", "shown": page.shown, "version": "0", "at": "yesterday", "score_drive": "3"}
    client.post(cohort_url(cast.cohort, "review:read", ref=assignment.ref), form)
    assert (Review.objects.get().scores, Review.objects.get().seconds) == ({"drive": 3}, 0)
    fill(assignment, now)
    client.post(cohort_url(cast.cohort, "review:reopen", ref=assignment.ref))
    assert Review.objects.get().submitted_at is None
    organiser = Client()
    organiser.force_login(cast.organiser)
    address = cohort_url(cast.cohort, "review:reviewer", ref=cast.reviewer.ref)
    assert cast.reviewer.name in organiser.get(address).content.decode()
    assert organiser.post(address, {"languages": ["fr"], "capacity": "-1"}).status_code == 422
    organiser.post(address, {"languages": ["fr"], "capacity": "4"})
    found = review_queries.profile_of(cast.cohort, cast.reviewer)
    assert found is not None
    assert (found.languages, found.capacity) == (["fr"], 4)


def test_the_plan_says_in_words_why_somebody_would_stay_unread(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.at("call_closes", days=1))
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2), language="fr")
    client = Client()
    client.force_login(cast.organiser)
    for user in (cast.reviewer, cast.second_reviewer):
        address = cohort_url(cast.cohort, "review:reviewer", ref=user.ref)
        client.post(address, {"languages": ["en"], "capacity": ""})
    page = client.get(cohort_url(cast.cohort, "review:assign")).content.decode()
    assert "Too few reviewers read its language (FR)." in page
    assert "2 reads cannot be given to anybody." in page
    for user in (cast.reviewer, cast.second_reviewer):
        address = cohort_url(cast.cohort, "review:reviewer", ref=user.ref)
        client.post(address, {"languages": ["en", "fr"], "capacity": "0"})
    page = client.get(cohort_url(cast.cohort, "review:assign")).content.decode()
    assert "All reviewers who could read it are away, or carry as much as they can." in page
