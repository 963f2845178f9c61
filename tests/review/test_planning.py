"""The plan of the reading before the call: what is assumed, what follows, what would mend it, and how it is kept."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.review.world import apply, give_out, reviewers
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.programmes.desk import Card
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import desk, queries, services
from tremplin.review.models import CapacityPlan, ReviewerProfile
from tremplin.review.planning.assumptions import Assumptions, check
from tremplin.review.planning.mending import plan

GIVEN: dict[str, Any] = {
    "low": 80, "likely": 100, "high": 140, "reads": 2, "minutes": "10", "hours": 4, "early": 0,
    "share_en": 60, "share_fr": 40, "curve": "published", "goal": "short", "risk": 5, "more_hours": 4,
}  # fmt: skip


def assumed(**changed: Any) -> Assumptions:
    values = {
        "low": 80, "likely": 100, "high": 140, "minutes": 10.0, "reads": 2, "shares": {"en": 60, "fr": 40}, **changed,
    }  # fmt: skip
    return Assumptions(**values)


def seen(client: Client, cast: Cast, language: str = "en", **given: Any) -> str:
    answer = client.get(page(cast, "review:capacity"), {"lang": language, **given})
    return unescape(answer.content.decode())


def keep(cast: Cast, now: Any = None, **changed: Any) -> CapacityPlan:
    at = now or cast.at("call_opens", days=-5)
    known, _own = queries.standing(cast.cohort, now=at)
    found = plan(assumed(**changed), known)
    from tremplin.review.planning import showing

    before = queries.kept_plan(cast.cohort)
    return services.keep_plan(
        cohort=cast.cohort,
        actor=cast.organiser,
        assumed=found.assumed,
        figures=showing.figures(found),
        expected_version=before.version if before else 0,
        now=at,
    )


@pytest.fixture
def before_the_call(cast: Cast, clock: Clock) -> Cast:
    clock.at = cast.at("call_opens", days=-5)
    return cast


def test_without_an_expectation_the_page_asks_for_one_and_foretells_nothing(before_the_call: Cast) -> None:
    text = seen(signed_in(before_the_call.organiser), before_the_call)
    assert "How many will apply?" in text
    assert "What would help" not in text
    assert 'name="low"' in text


def test_what_is_typed_is_lived_through_and_each_remedy_can_be_tried_with_one_press(
    before_the_call: Cast,
) -> None:
    cast, client = before_the_call, signed_in(before_the_call.organiser)
    text = seen(client, cast, **GIVEN)
    assert "Somebody is read by nobody" in text
    assert "What would help" in text
    assert "<svg" in text
    [first, *_more] = re.findall(r'<a href="([^"]*/reviews/capacity/\?[^"]*)">Try it', text)
    tried = unescape(client.get(first).content.decode())
    # What the table said is what the page of the trial says.
    row = text[: text.index(first)].rsplit("<tr>", 1)[1]
    [promised] = re.findall(r"enough</span> ([^<]*)<", row)
    assert f"<dd>{promised}</dd>" in tried
    assert not CapacityPlan.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"low": 300}, "Put the smallest number first"),
        ({"share_fr": 50}, "The languages together make 110 %"),
        ({"early": 399}, "Reading cannot begin before it opens"),
        ({"minutes": "ten"}, "Minutes a read"),
        ({"likely": ""}, "Applications, most likely"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_typed(
    before_the_call: Cast, changed: dict[str, Any], words: str
) -> None:
    client = signed_in(before_the_call.organiser)
    answer = client.get(page(before_the_call, "review:capacity"), {**GIVEN, **changed})
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words in text
    for value in changed.values():
        assert f'value="{value}"' in text or not value


def test_a_plan_is_kept_and_a_second_tab_cannot_write_over_it(before_the_call: Cast) -> None:
    cast, client = before_the_call, signed_in(before_the_call.organiser)
    url = page(cast, "review:capacity")
    assert client.post(url, {**GIVEN, "version": 0}).status_code == 302
    kept = CapacityPlan.objects.get()
    assert (kept.version, kept.assumptions["likely"], kept.figures["people"]) == (1, 100, [80, 100, 140])
    assert "A plan was kept on" in seen(client, cast)
    answer = client.post(url, {**GIVEN, "likely": 111, "version": 0})
    assert answer.status_code == 409
    text = unescape(answer.content.decode())
    assert "Another plan was kept since you opened this page." in text
    assert 'name="likely" value="111"' in text
    kept.refresh_from_db()
    assert (kept.version, kept.assumptions["likely"]) == (1, 100)
    event = AuditEvent.objects.get(verb="review.capacity-planned")
    assert event.data == {"version": 1, "likely": 100}


def test_only_organisers_keep_a_plan_and_nothing_that_cannot_be_is_kept(cast: Cast) -> None:
    now = cast.at("call_opens", days=-5)
    words: dict[str, Any] = {"cohort": cast.cohort, "figures": {}, "expected_version": 0, "now": now}
    for person in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.keep_plan(actor=person, assumed=assumed(), **words)
    with pytest.raises(Invalid):
        services.keep_plan(actor=cast.organiser, assumed=assumed(low=500), **words)
    with pytest.raises(Stale):
        services.keep_plan(actor=cast.organiser, assumed=assumed(), **{**words, "expected_version": 3})
    assert not CapacityPlan.objects.exists()


def test_hours_that_reviewers_said_count_and_more_of_them_lessen_the_risk(cast: Cast) -> None:
    now = cast.at("call_opens", days=-5)
    few, _own = queries.standing(cast.cohort, now=now)
    for user in [cast.reviewer, *reviewers(cast, 4)]:
        services.set_profile(
            cohort=cast.cohort, reviewer=user, actor=user, languages=["en", "fr"], hours=10, now=now
        )
    many, _own = queries.standing(cast.cohort, now=now)
    assert {one.hours for one in many.readers} >= {10}
    scene = assumed(low=200, likely=250, high=300)
    assert plan(scene, many).outlook.unread.value < plan(scene, few).outlook.unread.value


def test_a_reviewer_who_is_away_or_has_left_is_not_counted_on(cast: Cast) -> None:
    now = cast.at("call_closes", days=1)
    user = cast.reviewer
    services.set_profile(cohort=cast.cohort, reviewer=user, actor=user, languages=["en"], hours=5, now=now)
    ReviewerProfile.objects.update(
        away_from=now.date() - timedelta(days=2), away_until=now.date() + timedelta(days=3)
    )
    known, _own = queries.standing(cast.cohort, now=now)
    [one] = [reader for reader in known.readers if reader.code == user.ref]
    assert 3 <= one.away <= 5
    ReviewerProfile.objects.update(left_at=now)
    known, _own = queries.standing(cast.cohort, now=now)
    assert user.ref not in {reader.code for reader in known.readers}


def test_while_the_call_runs_arrivals_and_the_plan_weigh_by_how_sure_each_is(cast: Cast) -> None:
    keep(cast, low=40, likely=60, high=90)
    apply(cast.cohort, 40, now=cast.at("call_opens", days=1))
    at = cast.at("call_closes", days=-3)
    known, _own = queries.standing(cast.cohort, now=at)
    from tremplin.review.planning.seasons import expected

    low, likely, high = expected(assumed(low=40, likely=60, high=90), known)
    alone = expected(Assumptions(0, 0, 0, 10, 2, {}), known)
    assert 40 <= low < likely < high
    assert high / low < min(alone[2] / alone[0], 90 / 40)
    closed, _own = queries.standing(cast.cohort, now=cast.at("call_closes", hours=1))
    assert expected(assumed(), closed) == (40, 40, 40)


def test_the_page_says_what_has_changed_against_the_plan(cast: Cast, clock: Clock) -> None:
    keep(cast)
    apply(cast.cohort, 12, now=cast.at("call_opens", days=1))
    give_out(cast)
    clock.at = cast.at("call_closes", days=2)
    text = seen(signed_in(cast.organiser), cast)
    assert "What has changed against the plan" in text
    planned, now = re.findall(r"Applications in all</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)<", text)[0]
    assert (planned, now) == ("100 (80 to 140)", "12")


def test_what_is_only_tried_does_not_quiet_the_season_that_runs(cast: Cast) -> None:
    keep(cast, more={"en": 50}, effort=200, later=30)
    apply(cast.cohort, 30, now=cast.at("call_opens", days=1))
    at = cast.at("reading_ends", days=-2)
    bare = queries.foreseen(cast.cohort, now=at)
    keep(cast, now=at)
    assert bare == queries.foreseen(cast.cohort, now=at)


def test_the_clock_warns_the_desk_once_the_risk_is_passed_and_falls_silent_again(cast: Cast) -> None:
    def cards(now: Any) -> list[Card]:
        cohort = Cohort.objects.get(pk=cast.cohort.pk)
        roles = frozenset({Role.ORGANISER})
        found = desk.cards(cohort=cohort, actor=cast.organiser, roles=roles, now=now)
        return [card for card in found if "/capacity/" in card.href]

    apply(cast.cohort, 60, now=cast.at("call_opens", days=1))
    give_out(cast)
    late = cast.at("reading_ends", days=-1)
    assert cards(late) == []
    assert services.look_ahead(cohort=cast.cohort, now=late)
    [card] = cards(late)
    assert str(card.title) == "Somebody may be left unread"
    assert not services.look_ahead(cohort=cast.cohort, now=late + timedelta(hours=1))
    assert cards(cast.at("reading_ends", hours=1)) == []
    row = CapacityPlan.objects.get()
    assert (row.version, row.saved_at) == (0, None)  # the clock's own row is no plan
    assert queries.assumed_by(cast.cohort, row) is None


def test_what_the_clock_writes_never_touches_the_plan(cast: Cast) -> None:
    kept = keep(cast)
    apply(cast.cohort, 30, now=cast.at("call_opens", days=1))
    services.look_ahead(cohort=cast.cohort, now=cast.at("reading_ends", days=-1))
    row = CapacityPlan.objects.get()
    assert (row.version, row.assumptions) == (1, json.loads(json.dumps(kept.assumptions)))
    assert row.foreseen["risk"] == 5


def test_limits_name_their_field() -> None:
    with pytest.raises(Invalid) as fault:
        check(assumed(shares={"en": 90, "fr": 20}, early=40), call_days=30)
    assert set(fault.value.errors) == {"share_en", "early"}


def test_the_page_asks_the_database_the_same_number_of_times_whatever_the_rows(
    cast: Cast, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    keep(cast)
    clock.at = cast.at("call_closes", days=-2)
    client = signed_in(cast.organiser)
    apply(cast.cohort, 3, now=cast.at("call_opens", days=1))
    seen(client, cast)
    apply(cast.cohort, 30, now=cast.at("call_opens", days=1), prefix="more")
    reviewers(cast, 5)
    with django_assert_max_num_queries(15):
        seen(client, cast)


def test_it_speaks_french(before_the_call: Cast) -> None:
    text = seen(signed_in(before_the_call.organiser), before_the_call, "fr", **GIVEN)
    assert "Tout le monde sera-t-il lu" in text
    assert "What would help" not in text


def test_who_has_read_all_that_lay_with_them_is_not_taken_for_slow(cast: Cast) -> None:
    from tests.review.world import read_all

    apply(cast.cohort, 4, now=cast.at("call_opens", days=1))
    give_out(cast, cast.at("call_closes", days=1))
    read_all(cast, now=cast.at("call_closes", days=2))
    known, _own = queries.standing(cast.cohort, now=cast.at("call_closes", days=9))
    [one] = [reader for reader in known.readers if reader.code == cast.reviewer.ref]
    assert one.done == 4
    assert one.weeks < 0.3
