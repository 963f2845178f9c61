"""What is said of the groups: from rounded numbers alone, with what is not known, and of too few people nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import OPENS, Cast
from tests.equality.test_unsealing import GROUPS
from tests.equality.world import crowd, final, opened, proposed
from tests.visiting import hold, page, signed_in, text_of
from tremplin.equality import comparing, disparities, unsealing
from tremplin.equality.disparities import Line, Place
from tremplin.equality.findings import VERDICTS, Finding
from tremplin.equality.models import Kind, Release
from tremplin.equality.purposes import LINKED
from tremplin.methods.disparity import (
    CANNOT_TELL,
    CODES,
    DIFFERENCE_LIKELY,
    HINGES_ON_SILENCE,
    NO_EVIDENCE,
    TOO_FEW,
)
from tremplin.people.models import Consent
from tremplin.programmes.models import Cohort

STEPS = ["applied", "shortlisted", "offered", "accepted"]
UNEVEN = {
    ("gender", "woman"): (200, 40, 30, 25),
    ("gender", "man"): (210, 110, 45, 40),
    ("", ""): (30, 12, 8, 7),
}
Rows = dict[str, list[int | None]]


def figures(rows: Rows, totals: list[int], **changed: Any) -> dict[str, Any]:
    """A release of one question."""
    attributes = [{"code": "gender", "rows": [[group, row] for group, row in rows.items()]}]
    return {"steps": STEPS, "totals": totals, "answered": None, "least": 5, "base": 5} | {
        "attributes": attributes,
        **changed,
    }


def places_of(found: dict[str, Any], *earlier: dict[str, Any]) -> dict[tuple[int, int], Place]:
    return {(one.step, one.base): one for one in disparities.audit(found, earlier).places["gender"]}


def line(place: Place, group: str) -> Line:
    return next(line for line in place.lines if line.group == group)


WHOLE: Rows = {
    "woman": [200, 40, 30, 25],
    "man": [210, 110, 45, 40],
    "not_said": [30, 10, 10, 5],
}
TOTALS = [440, 162, 83, 72]


def test_each_step_is_held_against_the_one_before_and_against_all_who_applied() -> None:
    assert list(places_of(figures(WHOLE, TOTALS))) == [(1, 0), (2, 1), (2, 0), (3, 2), (3, 0)]


def test_a_group_is_held_against_those_known_to_have_answered_otherwise() -> None:
    one = line(places_of(figures(WHOLE, TOTALS))[1, 0], "woman").compared
    assert (one.part, one.whole) == (40, 200)
    assert (one.other_part, one.other_whole) == (162 - 40 - 10, 440 - 200 - 30)
    assert one.code == DIFFERENCE_LIKELY
    assert one.bounds is not None
    assert one.bounds[0] < one.ratio.value < one.bounds[1] < 1


def test_where_silence_is_hidden_the_groups_that_are_shown_are_compared_and_the_rest_is_unknown() -> None:
    rows: Rows = {**WHOLE, "non_binary": [None] * 4, "not_said": [None] * 4}
    one = line(places_of(figures(rows, [470, 172, 83, 72]))[1, 0], "woman").compared
    assert (one.other_part, one.other_whole) == (110, 210)
    assert one.bounds is not None  # the sixty others may be anybody


def test_much_silence_could_undo_a_difference_and_the_words_say_so() -> None:
    rows: Rows = {**WHOLE, "not_said": [400, 150, 60, 50]}
    place = places_of(figures(rows, [810, 300, 135, 115]))[1, 0]
    assert line(place, "woman").compared.code == HINGES_ON_SILENCE


def test_of_fewer_than_twenty_three_people_nothing_is_compared() -> None:
    rows: Rows = {"woman": [20, 10, 5, 5], "man": [200, 80, 30, 25], "not_said": [30, 10, 10, 5]}
    place = places_of(figures(rows, [250, 100, 45, 35]))[1, 0]
    assert place.lines == ()
    assert place.unheard == ("woman", "man")  # the others of the men are those few women


def test_a_number_that_is_hidden_is_compared_with_nothing() -> None:
    rows: Rows = {"woman": [200, 40, None, None], "man": [210, 110, None, None], "not_said": [30, 10, 5, 0]}
    found = places_of(figures(rows, [440, 162, 8, 8]))
    assert found[2, 0].lines == found[2, 1].lines == found[3, 0].lines == ()
    assert len(found[1, 0].lines) == 2


def test_where_several_answers_are_true_a_group_stands_against_everybody_else() -> None:
    rows: Rows = {"woman": [200, 40, 30, 25], "man": [210, 110, 45, 40]}
    one = line(places_of(figures(rows, TOTALS))[1, 0], "woman").compared
    assert (one.other_part, one.other_whole) == (162 - 40, 440 - 200)
    assert one.bounds is None


def test_a_step_that_nobody_came_to_says_nothing() -> None:
    rows: Rows = {group: [row[0], row[1], 0, 0] for group, row in WHOLE.items()}
    assert places_of(figures(rows, [440, 162, 0, 0]))[2, 0].lines == ()


def test_small_groups_are_drawn_towards_the_others() -> None:
    rows: Rows = {"woman": [300, 90, 30, 25], "man": [300, 90, 30, 25], "non_binary": [25, 15, 5, 5]}
    rows["not_said"] = [40, 15, 5, 5]
    own = line(places_of(figures(rows, [665, 210, 70, 60]))[1, 0], "non_binary")
    assert 0.3 < own.evened.value < own.compared.rate.value


def test_editions_together_say_more_than_one() -> None:
    now, before = figures(WHOLE, TOTALS), figures(WHOLE, TOTALS)
    alone = line(places_of(now)[1, 0], "woman")
    assert alone.editions is None
    both = line(places_of(now, before, before)[1, 0], "woman")
    assert both.many == 3
    assert both.editions is not None
    width = alone.compared.ratio.high - alone.compared.ratio.low
    assert both.editions.high - both.editions.low < 0.7 * width
    other = figures({}, TOTALS, steps=["applied", "interviewed"])
    assert line(places_of(now, other)[1, 0], "woman").editions is None


def test_every_code_that_can_come_has_words_and_none_is_a_badge() -> None:
    assert set(VERDICTS) == set(CODES) - {TOO_FEW}
    for words in VERDICTS.values():
        assert not {"fair", "pass", "compliant", "biased"} & set(str(words).lower().split())


@pytest.fixture
def uneven(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    crowd(monkeypatch, uk.cohort, UNEVEN)
    final(monkeypatch)
    hold(monkeypatch, uk.at("training_starts", days=3))
    opened(uk)
    return uk


def finding(cast: Cast, number: int = 0) -> Finding:
    found = comparing.comparison(cast.cohort, cast.organiser, cast.at("training_starts", days=3))
    table = next(table for table in found.tables if table.attribute.code == "gender")
    return table.findings[number]


def test_the_page_says_ratio_difference_words_and_what_is_not_known(uneven: Cast) -> None:
    said = {one.label: one for one in finding(uneven).said}
    woman = said["Woman"]
    assert woman.ratio.startswith("0.38 (")
    assert woman.difference.startswith("\N{MINUS SIGN}32 points (")
    assert "A difference that chance alone would hardly make" in str(woman.verdict)
    power, silence = woman.unknown
    assert "would be likely to show" in power
    assert "of whom nothing is known, the ratio lies between" in silence
    text = text_of(signed_in(uneven.observer), page(uneven, "equality:comparison"))
    assert "<details open" in text
    assert "of all who applied" in text
    assert "whether 0.8 or any other number is enough is for people to judge" in text
    assert f"all {disparities.audit(Release.objects.get().figures).many} comparisons" in text
    for badge in ("tag--ok", "tag--stop", "four-fifths", "compliant"):
        assert badge not in text.split("<h2 id=", 1)[1]


def test_an_earlier_edition_that_was_opened_is_counted_with_it(uneven: Cast) -> None:
    now = Release.objects.get()
    assert all(one.editions == "" for one in finding(uneven).said)
    before = Cohort.objects.get(pk=uneven.cohort.pk)
    before.pk, before.ref, before.slug, before.first_day = (
        None,
        "earlier000",
        "earlier",
        OPENS - timedelta(400),
    )
    before.save()
    Release.objects.create(
        kind=Kind.LINKED,
        cohort_ref=before.ref,
        number=1,
        at=OPENS,
        digest="0" * 64,
        figures=now.figures,
        basis=b"",
    )
    assert all(one.editions.startswith("2 editions together: ") for one in finding(uneven).said)
    Cohort.objects.filter(pk=before.pk).update(first_day=OPENS + timedelta(400))  # a later one is not
    assert all(one.editions == "" for one in finding(uneven).said)


def test_the_share_that_answered_stands_with_the_figures(uneven: Cast) -> None:
    found = comparing.comparison(uneven.cohort, uneven.organiser, uneven.at("training_starts", days=3))
    assert found.coverage == 410 / 440


def test_even_groups_are_compatible_with_the_same_chance(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(monkeypatch, uk.cohort, GROUPS)
    final(monkeypatch)
    opened(uk)
    assert not finding(uk).striking
    assert finding(uk).summary == "compatible with the same chance for each group that can be compared"
    release = Release.objects.get()
    codes = {
        one.compared.code
        for place in disparities.audit(release.figures).places["gender"]
        for one in place.lines
    }
    assert codes == {CANNOT_TELL, NO_EVIDENCE}  # how many of thirty took the place


def test_where_nothing_can_be_compared_the_page_says_so_kindly(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("training_starts", days=1))
    address = page(cast, "equality:comparison")
    text = text_of(signed_in(cast.observer), address)
    assert "Nobody can join them to a step of the selection" in text
    assert page(cast, "equality:results") not in text  # which observers may not open


def told(cast: Cast, purpose: str) -> str:
    """What stands under the words for the public, once the count was opened for a purpose."""
    row = proposed(cast, purpose=purpose)
    unsealing.confirm(unsealing=row, actor=cast.observer, now=cast.at("training_starts", days=2))
    text = text_of(signed_in(cast.organiser), page(cast, "equality:comparison"))
    before, _found, after = text.partition("Words for the public report")
    assert before
    return after.partition("</details>")[0]


@pytest.fixture
def sealed(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    crowd(monkeypatch, uk.cohort, UNEVEN)
    final(monkeypatch)
    hold(monkeypatch, uk.at("training_starts", days=3))
    return uk


def test_a_count_opened_for_a_report_gives_words_for_the_public_without_a_number_of_any_group(
    sealed: Cast,
) -> None:
    text = told(sealed, "report")
    assert (
        "Shortlisted, of all who applied: a difference that chance alone would hardly make (Woman, Man)"
        in text
    )
    assert "Religion" in text
    assert "too few people to compare any groups." in text
    assert re.findall(r"\d+", text) == ["93"]  # the share of those who applied that answered


def test_what_is_told_in_public_needs_an_open_count_for_a_report(sealed: Cast) -> None:
    now = sealed.at("training_starts", days=3)
    assert comparing.in_public(sealed.cohort, now) == ("sealed", [])
    told(sealed, "report")
    state, said = comparing.in_public(sealed.cohort, now)
    assert state == "open"
    assert any("a difference that chance alone would hardly make (Woman, Man)" in line for line in said)
    assert comparing.in_public(sealed.cohort, now + timedelta(400))[1] == []


def test_a_count_opened_for_another_purpose_gives_none(sealed: Cast) -> None:
    assert told(sealed, "fairness") == ""


def test_nothing_is_told_of_those_who_agreed_to_a_text_that_did_not_say_so(sealed: Cast) -> None:
    Consent.objects.create(
        user=sealed.applicant,
        purpose=LINKED.code,
        about=sealed.cohort.ref,
        given=True,
        text="Counted.",
        version=1,
        language="en",
        digest="0" * 64,
        created_at=OPENS,
    )
    assert told(sealed, "report") == ""
