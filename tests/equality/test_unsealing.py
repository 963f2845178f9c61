"""Opening the count: two people, after all decisions, for a purpose, for a while; and nothing but groups comes out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.at_once import together
from tests.cast import Cast
from tests.equality.world import REASON, answered, applied, british, crowd, final, opened, proposed
from tests.visiting import cards_of, hold, page, signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed, UserError
from tremplin.core.models import AuditEvent
from tremplin.equality import comparing, desk, linked, unsealing
from tremplin.equality.models import Kind, LinkedAnswers, Release, Unsealing
from tremplin.equality.rounds import equality_round
from tremplin.people.models import User
from tremplin.privacy.services import purge
from tremplin.programmes import services as programmes
from tremplin.programmes.releases import exact_of
from tremplin.programmes.retention import goes_on
from tremplin.programmes.roles import Role

GROUPS = {
    ("gender", "woman"): (140, 60, 30, 22),
    ("gender", "man"): (150, 70, 31, 24),
    ("gender", "non_binary"): (3, 1, 0, 0),
    ("", ""): (60, 20, 12, 6),
}


@pytest.fixture
def ready(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Decisions are final, and hundreds have answered."""
    crowd(monkeypatch, uk.cohort, GROUPS)
    final(monkeypatch)
    return uk


def rows_of(release: Release, question: str = "gender") -> dict[str, list[int | None]]:
    part = next(part for part in release.figures["attributes"] if part["code"] == question)
    return dict(part["rows"])


def verbs(cast: Cast) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(scope=cast.cohort.scope, verb__startswith="equality.")
    return list(events.order_by("position").values_list("verb", "actor"))


def test_two_people_open_the_count_and_numbers_of_groups_come_out(ready: Cast) -> None:
    row = opened(ready)
    assert row.release is not None
    assert row.release.figures["totals"] == [353, 151, 73, 52]
    assert row.release.figures["answered"] == 295
    groups = rows_of(row.release)
    assert groups["woman"] == [140, 60, 30, 20]
    assert groups["man"][:3] == [150, 70, 30]
    assert groups["non_binary"] == [None, None, None, None]
    for counts in groups.values():
        assert all(count is None or count % 5 == 0 for count in counts)
    assert verbs(ready) == [
        ("equality.unsealing-proposed", ready.organiser.ref),
        ("equality.unsealed", ready.observer.ref),
    ]


def test_no_event_holds_a_figure_a_reason_or_a_group(ready: Cast) -> None:
    unsealing.seal_again(
        unsealing=opened(ready), actor=ready.colleague, now=ready.at("training_starts", days=3)
    )
    for event in AuditEvent.objects.filter(verb__startswith="equality."):
        assert set(event.data) <= {"purpose", "digest"}
        for word in ("woman", "140", "60", REASON, "gender"):
            assert word not in str({key: value for key, value in event.data.items() if key != "digest"})


def test_one_person_cannot_open_it_twice_with_two_sessions(
    ready: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, ready.at("training_starts", days=1))
    first, second = signed_in(ready.organiser), signed_in(ready.organiser)
    first.post(page(ready, "equality:propose"), {"purpose": "fairness", "reason": REASON})
    row = Unsealing.objects.get()
    answer = second.post(page(ready, "equality:confirm", ref=row.ref))
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.confirmed_at is None
    assert not Release.objects.exists()


def test_not_even_with_two_roles(ready: Cast) -> None:
    programmes.grant(
        user=ready.organiser,
        cohort=ready.cohort,
        role=Role.OBSERVER,
        actor=ready.colleague,
        now=ready.at("call_opens"),
    )
    row = proposed(ready)
    with pytest.raises(NotAllowed, match="a second person"):
        unsealing.confirm(unsealing=row, actor=ready.organiser, now=ready.at("training_starts", days=2))


def test_the_database_itself_refuses_one_person_as_both(ready: Cast) -> None:
    row = opened(ready)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unsealing.objects.filter(pk=row.pk).update(confirmed_by=row.proposed_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unsealing.objects.filter(pk=row.pk).update(confirmed_by="")


@pytest.mark.parametrize(
    "role", ["observer", "reviewer", "mentor", "finance", "officer", "stranger", "applicant", "scholar"]
)
def test_only_an_organiser_proposes(ready: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        unsealing.propose(
            cohort=ready.cohort,
            actor=getattr(ready, role),
            purpose="fairness",
            reason=REASON,
            now=ready.at("training_starts"),
        )


@pytest.mark.parametrize("role", ["reviewer", "mentor", "finance", "officer", "stranger", "applicant"])
def test_nobody_else_confirms_seals_or_looks(ready: Cast, role: str) -> None:
    row, actor = proposed(ready), getattr(ready, role)
    now = ready.at("training_starts", days=2)
    with pytest.raises(NotAllowed):
        unsealing.confirm(unsealing=row, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        unsealing.seal_again(unsealing=row, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        comparing.comparison(ready.cohort, actor, now)


def test_before_decisions_are_final_nothing_opens(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(monkeypatch, uk.cohort, GROUPS)
    with pytest.raises(Conflict, match="not final yet"):
        proposed(uk)
    final(monkeypatch, settled=False)
    with pytest.raises(Conflict, match="not final yet"):
        proposed(uk)
    final(monkeypatch)
    row = proposed(uk)
    final(monkeypatch, settled=False)  # a place came free after all
    with pytest.raises(Conflict, match="not final yet"):
        unsealing.confirm(unsealing=row, actor=uk.colleague, now=uk.at("training_starts", days=2))
    assert not Release.objects.exists()


def test_nothing_is_opened_where_nobody_answered(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    final(monkeypatch)
    with pytest.raises(Conflict, match="nothing to count"):
        proposed(uk)


def test_nothing_is_opened_where_nothing_is_linked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    final(monkeypatch)
    with pytest.raises(Conflict, match="the survey is anonymous"):
        proposed(cast)


def test_a_purpose_and_a_reason_are_needed(ready: Cast) -> None:
    for changed, field in (
        ({"purpose": "curiosity"}, "purpose"),
        ({"reason": "  because  "}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ):
        with pytest.raises(Invalid) as invalid:
            proposed(ready, **changed)
        assert set(invalid.value.errors) == {field}


def test_there_is_one_at_a_time_and_one_that_lapsed_makes_room(ready: Cast) -> None:
    row = proposed(ready)
    with pytest.raises(Conflict, match="already"):
        proposed(ready)
    later = row.ends_at + timedelta(hours=1)
    with pytest.raises(Conflict, match="no longer open"):
        unsealing.confirm(unsealing=row, actor=ready.colleague, now=later)
    unsealing.propose(cohort=ready.cohort, actor=ready.colleague, purpose="report", reason=REASON, now=later)
    row.refresh_from_db()
    assert row.ended_at == row.ends_at
    assert row.ended_by == ""
    assert ("equality.unsealing-dropped", "") in verbs(ready)


def test_a_proposal_falls_with_the_role_of_whoever_made_it(ready: Cast) -> None:
    row = proposed(ready)
    ready.organiser.memberships.filter(cohort=ready.cohort, role=Role.ORGANISER).delete()
    with pytest.raises(Conflict, match="no longer an organiser"):
        unsealing.confirm(unsealing=row, actor=ready.observer, now=ready.at("training_starts", days=2))


def test_it_is_sealed_again_by_itself_after_its_term(ready: Cast) -> None:
    row = opened(ready)
    before, after = row.ends_at - timedelta(seconds=1), row.ends_at
    assert comparing.comparison(ready.cohort, ready.organiser, before).tables
    assert not comparing.comparison(ready.cohort, ready.organiser, after).tables  # before any round
    equality_round(cohort=ready.cohort, now=before)
    row.refresh_from_db()
    assert row.ended_at is None
    equality_round(cohort=ready.cohort, now=after + timedelta(minutes=20))
    equality_round(cohort=ready.cohort, now=after + timedelta(minutes=50))
    row.refresh_from_db()
    assert row.ended_at == row.ends_at
    assert verbs(ready)[2:] == [("equality.sealed-again", "")]


def test_either_may_seal_it_sooner_alone(ready: Cast) -> None:
    now = ready.at("training_starts", days=3)
    row = opened(ready)
    unsealing.seal_again(unsealing=row, actor=ready.colleague, now=now)
    unsealing.seal_again(unsealing=row, actor=ready.organiser, now=now)
    assert verbs(ready)[2:] == [("equality.sealed-again", ready.colleague.ref)]
    found = comparing.comparison(ready.cohort, ready.organiser, now)
    assert found.release is None
    assert found.tables == ()
    assert [opening.ended_by for opening in found.before] == ["Colin Colleague"]


def test_confirming_twice_changes_nothing(ready: Cast) -> None:
    row = opened(ready)
    again = unsealing.confirm(unsealing=row, actor=ready.colleague, now=ready.at("training_starts", days=3))
    assert again.confirmed_by == ready.observer.ref
    assert Release.objects.count() == 1


def test_opening_it_again_shows_the_same_release(ready: Cast) -> None:
    first = opened(ready)
    unsealing.seal_again(unsealing=first, actor=ready.organiser, now=ready.at("training_starts", days=3))
    second = opened(ready)
    assert second.release == first.release
    assert Release.objects.filter(kind=Kind.LINKED).count() == 1


def test_whoever_takes_an_answer_back_cannot_be_found_by_opening_twice(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = crowd(monkeypatch, uk.cohort, GROUPS)
    final(monkeypatch)
    first = opened(uk)
    unsealing.seal_again(unsealing=first, actor=uk.organiser, now=uk.at("training_starts", days=3))
    leaver = found["gender", "woman"][0]
    linked.forget(uk.cohort.ref, leaver)
    second = opened(uk)
    assert second.held_back
    assert second.release == first.release
    unsealing.seal_again(unsealing=second, actor=uk.organiser, now=uk.at("training_starts", days=3))
    for user in found["gender", "woman"][-60:]:  # many more leave, who came no further than applying
        linked.forget(uk.cohort.ref, user)
    third = opened(uk)
    # The difference at later steps is the one person of before: nothing new is shown.
    assert third.held_back


def test_exact_counts_are_sealed_and_go_with_the_answers(
    ready: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    row = opened(ready)
    assert row.release is not None
    release = Release.objects.get()
    assert b"woman" not in bytes(release.basis)
    exact = exact_of(release)
    assert exact is not None
    assert exact["gender=non_binary=applied"] == 3
    with django_capture_on_commit_callbacks(execute=True):
        purge(cohort=ready.cohort, now=goes_on(ready.cohort, "equality_days"))
    release.refresh_from_db()
    assert not LinkedAnswers.objects.exists()
    assert exact_of(release) is None
    assert rows_of(release)["woman"][0] == 140


def test_few_answers_show_nothing_not_even_how_many(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(monkeypatch, uk.cohort, {("gender", "woman"): (9, 4, 2, 1), ("", ""): (60, 20, 5, 4)})
    final(monkeypatch)
    row = opened(uk)
    assert row.release is not None
    assert row.release.figures["answered"] is None
    assert all(part["rows"] == [] for part in row.release.figures["attributes"])


def test_a_small_cohort_shows_who_applied_and_hides_who_was_chosen(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(
        monkeypatch,
        uk.cohort,
        {("gender", "woman"): (200, 30, 4, 4), ("gender", "man"): (210, 31, 4, 4), ("", ""): (50, 7, 1, 0)},
    )
    final(monkeypatch)
    row = opened(uk)
    assert row.release is not None
    groups = rows_of(row.release)
    assert groups["woman"][:2] == [200, 30]
    assert {groups[group][step] for group in ("woman", "man") for step in (2, 3)} == {None}


def test_where_several_answers_are_true_each_stands_against_everybody_else(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(monkeypatch, uk.cohort, {("gender", "woman"): (100, 40, 20, 10), ("", ""): (100, 40, 20, 10)})
    final(monkeypatch)
    profile = uk.cohort.profile
    several = [
        attribute.model_copy(update={"multiple": True}) if attribute.code == "gender" else attribute
        for attribute in profile.attributes
    ]
    monkeypatch.setattr(
        "tremplin.programmes.models.load_profile",
        lambda *_args: profile.model_copy(update={"attributes": several}),
    )
    row = opened(uk)
    assert row.release is not None
    groups = rows_of(row.release)
    assert groups["woman"] == [100, 40, 20, 10]
    assert "not_said" not in groups


def test_the_page_through_all_its_states(ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, ready.at("training_starts", days=1))
    address = page(ready, "equality:comparison")
    organiser, observer = signed_in(ready.organiser), signed_in(ready.observer)
    assert "Propose to open the count" in text_of(organiser, address)
    assert "Propose to open the count" not in text_of(observer, address)
    bad = organiser.post(page(ready, "equality:propose"), {"purpose": "", "reason": "x"})
    assert bad.status_code == 422
    assert "Choose what the count is for." in bad.content.decode()
    short = organiser.post(page(ready, "equality:propose"), {"purpose": "report", "reason": "x"})
    assert "Say in a sentence why it is needed" in short.content.decode()
    assert text_of(organiser, page(ready, "equality:propose")).count("<form") >= 1
    organiser.post(page(ready, "equality:propose"), {"purpose": "report", "reason": REASON})
    assert "Confirm: open the count" not in text_of(organiser, address)
    assert "You proposed this yourself." in text_of(organiser, address)
    text = text_of(observer, address)
    assert REASON in text
    assert "Confirm: open the count" in text
    assert "Woman" not in text
    row = Unsealing.objects.get()
    assert observer.post(page(ready, "equality:confirm", ref=row.ref)).headers["Location"] == address
    text = text_of(observer, address)
    assert "Woman" in text
    assert "not shown" in text
    assert "Oscar Observer" in text
    assert "Compatible with the same chance" in text
    assert "would be likely to show" in text
    assert observer.post(page(ready, "equality:seal", ref=row.ref)).headers["Location"] == address
    text = text_of(organiser, address)
    assert "Woman" not in text
    assert REASON in text
    assert "Propose to open the count" in text


def test_applicants_read_when_and_what_for_the_count_was_opened(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, uk.at("training_starts", days=3))
    applied(uk)
    answered(uk)
    crowd(monkeypatch, uk.cohort, GROUPS)
    final(monkeypatch)
    opened(uk)
    text = text_of(signed_in(uk.applicant), page(uk, "equality:linked"))
    assert "To check whether every group had the same chance" in text
    assert REASON not in text
    assert "Olive Organiser" not in text.split("<main", 1)[1]


@pytest.mark.parametrize(
    ("state", "words"),
    [("undecided", "decisions are not final"), ("empty", "nobody answered")],
)
def test_a_seal_that_cannot_be_opened_says_why(
    uk: Cast, monkeypatch: pytest.MonkeyPatch, state: str, words: str
) -> None:
    hold(monkeypatch, uk.at("training_starts", days=1))
    if state == "empty":
        final(monkeypatch)
    client = signed_in(uk.organiser)
    assert words in text_of(client, page(uk, "equality:comparison"))
    assert "<textarea" not in text_of(client, page(uk, "equality:propose"))


def test_where_the_survey_is_anonymous_the_page_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, cast.at("training_starts", days=1))
    text = text_of(signed_in(cast.organiser), page(cast, "equality:comparison"))
    assert "The survey of this programme is anonymous" in text
    assert page(cast, "equality:results") in text


def test_a_held_back_count_is_said_to_be_held_back(ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, ready.at("training_starts", days=3))
    row = opened(ready)
    Unsealing.objects.filter(pk=row.pk).update(held_back=True)
    text = text_of(signed_in(ready.organiser), page(ready, "equality:comparison"))
    assert "There are newer numbers, and they are not shown" in text


def test_a_page_of_many_openings_needs_as_few_queries_as_one(
    ready: Cast, monkeypatch: pytest.MonkeyPatch, queries_of: Callable[[Client, str], int]
) -> None:
    hold(monkeypatch, ready.at("training_starts", days=3))
    opened(ready)
    client, address = signed_in(ready.organiser), page(ready, "equality:comparison")
    one = queries_of(client, address)
    for _number in range(30):
        Unsealing.objects.filter(ended_at=None).update(ended_at=ready.at("training_starts", days=2))
        opened(ready)
    assert queries_of(client, address) == one
    assert one <= 15


def test_desks_ask_the_second_person_and_tell_the_first(ready: Cast) -> None:
    now = ready.at("training_starts", days=2)
    assert cards_of(desk, ready, ready.organiser, now) == []
    row = proposed(ready)
    assert [card.urgency for card in cards_of(desk, ready, ready.observer, now)] == ["now"]
    assert [card.urgency for card in cards_of(desk, ready, ready.colleague, now)] == ["now"]
    (waits,) = cards_of(desk, ready, ready.organiser, now)
    assert waits.urgency == "calm"
    assert cards_of(desk, ready, ready.reviewer, now) == []
    unsealing.confirm(unsealing=row, actor=ready.colleague, now=now)
    (shown,) = cards_of(desk, ready, ready.observer, now)
    assert "counted" in str(shown.title)


@pytest.mark.django_db(transaction=True)
def test_two_who_propose_at_once_make_one_proposal(
    on_disk: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    uk = british()
    crowd(monkeypatch, uk.cohort, {("gender", "woman"): (20, 9, 5, 5)})
    final(monkeypatch)
    on_disk()

    def propose(actor: User) -> object:
        return unsealing.propose(
            cohort=uk.cohort,
            actor=actor,
            purpose="fairness",
            reason=REASON,
            now=uk.at("training_starts"),
        )

    results = together([lambda: propose(uk.organiser), lambda: propose(uk.colleague)])
    assert sorted(isinstance(found, UserError) for found in results) == [False, True]
    assert together([Unsealing.objects.count]) == [1]
