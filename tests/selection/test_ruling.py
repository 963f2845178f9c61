"""The rule of the programme file makes chances, organisers read them, and the draw realises them."""

import json
from fractions import Fraction

import pytest

from tests.cast import PLANS, Cast, gather
from tests.methods import second_draw
from tests.review.world import fill, read_of
from tests.selection.world import all_alike, by_hand, decide, list_out, propose, read_cohort, sign
from tests.visiting import hold, page, signed_in, text_of
from tremplin.core.errors import Conflict, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.methods import lottery
from tremplin.methods.selection.bands import BoundedLine, FundingLine, Top
from tremplin.methods.selection.merit import Merit
from tremplin.methods.selection.outcome import Scored
from tremplin.programmes.schema import SelectionPlan
from tremplin.review import services as review_services
from tremplin.selection import queries, services
from tremplin.selection.models import Decision, Draw, Proposal
from tremplin.selection.services import working
from tremplin.selection.services.listing import chances_of, list_of, rule_of

METHODS = ("draw", "funding-line", "merit", "top")


def by_rule(method: str, *, places: int = 2) -> Cast:
    text = (PLANS / "small.toml").read_text("utf-8").replace("places_max = 2", f"places_max = {places}")
    return gather(text=text.replace('method = "draw"', f'method = "{method}"'))


ENDS = [(1, 9), (2, 4), (3, 8), (5, 6), (0, 3), (6, 8), (4, 7), (2, 9), (0, 9)]
"""Intervals to which MERIT gives several chances, whatever the model of the marks makes of a small cohort."""


@pytest.fixture
def merit(db: None) -> Cast:
    return by_rule("merit", places=3)


@pytest.mark.parametrize(
    ("method", "rule"),
    [("draw", BoundedLine), ("funding-line", FundingLine), ("merit", Merit), ("top", Top)],
)
def test_the_file_names_the_rule(method: str, rule: type) -> None:
    plan = SelectionPlan.model_validate({"method": method})
    assert isinstance(rule_of(plan), rule)


@pytest.mark.parametrize("method", METHODS)
def test_every_rule_leads_from_reads_to_a_draw_that_a_second_program_works_out(db: None, method: str) -> None:
    cast = by_rule(method)
    read_cohort(cast, 8)
    decide(cast)
    draw, rows = Draw.objects.get(), list(Decision.objects.order_by("priority"))
    assert sum(row.chance for row in rows) == pytest.approx(2)
    assert second_draw.holds(draw.file, commitment=draw.commitment, listed=draw.listed)
    assert [row.outcome for row in rows].count("offer") == 2
    assert {row.band for row in rows if row.chance == 1} <= {"admit"}
    assert {row.band for row in rows if row.chance == 0} <= {"decline"}
    assert all(row.outcome == "offer" for row in rows if row.band == "admit")


@pytest.mark.parametrize("method", ["draw", "merit"])
def test_the_draw_orders_everybody_who_could_have_been_drawn_for_comparison(db: None, method: str) -> None:
    cast = by_rule(method, places=3)
    read_cohort(cast, 9)
    decide(cast)
    made = lottery.loads(Draw.objects.get().file)
    assert set(made.control) == set(made.entries) - set(made.chosen)
    drawn = {row.draw_code: row.chance for row in Decision.objects.filter(band="lottery")}
    assert {code: float(made.probabilities[code]) for code in made.control} == {
        code: pytest.approx(drawn[code]) for code in made.control
    }


def test_chances_of_merit_are_what_the_method_says_to_a_millionth() -> None:
    scored = [Scored(str(at), (low + high) / 2, low, high) for at, (low, high) in enumerate(ENDS)]
    codes = {str(at): f"code{at}" for at in range(9)}
    found = Merit().select(scored, places=3)
    chances = chances_of(found, codes)
    assert len({chance for chance in chances.values() if 0 < chance < 1}) > 1
    for row, exact in zip(found.scored, found.chances, strict=True):
        assert abs(chances[row.code] - exact) <= Fraction(1, 1_000_000)
    assert sum(chances.values()) == 3
    listing = list_of(chances, codes)
    drawn = {key: chance for key, chance in chances.items() if 0 < chance < 1}
    assert listing.probabilities() == {codes[key]: chance for key, chance in drawn.items()}
    assert listing.places == sum(drawn.values())


def test_chances_do_not_depend_on_the_order_of_people() -> None:
    scored = [Scored(str(at), 9.0 - at / 3, 7.0 - at / 3, 11.0 - at / 3) for at in range(12)]
    codes = {str(at): f"code{at * 7 % 12:02}" for at in range(12)}
    one = chances_of(Merit().select(scored, places=5), codes)
    other = chances_of(Merit().select(scored[::-1], places=5), codes)
    assert one == other


def test_a_chance_below_half_a_millionth_is_none_and_one_above_is_sure() -> None:
    scored = [Scored(code, 1.0, 0.0, 2.0) for code in "abc"]
    found = Merit().select(scored, places=1)
    tiny = Fraction(1, 10**9)
    made = type(found)(found.rule, 2, found.scored, (1 - tiny, 1 - tiny, 2 * tiny), found.causes, found.line)
    chances = chances_of(made, {code: f"code{code}" for code in "abc"})
    assert chances == {"a": 1, "b": 1, "c": 0}
    assert list_of(chances, {code: f"code{code}" for code in "abc"}).entries == ()


def test_before_the_draw_the_sure_have_places_and_all_others_wait_for_it(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    proposal = list_out(cast)
    draw = Draw.objects.get()
    assert (proposal.drawn_at, draw.file) == (None, "")
    assert {row.outcome for row in Decision.objects.all()} == {"undrawn"}
    assert {row.chance for row in Decision.objects.all()} == {2 / 6}
    assert queries.band_counts(cast.cohort).undrawn == 6
    public = queries.public_draw(cast.cohort)
    assert public is not None
    assert (public.listed, public.file, public.secret) == (draw.listed, "", "")
    assert AuditEvent.objects.get(verb="selection.proposed").data["listed"] == draw.listed


def test_nobody_signs_before_the_draw(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    with pytest.raises(Conflict, match="not been drawn yet"):
        sign(cast, list_out(cast))


def test_the_draw_is_made_from_the_list_that_was_read(cast: Cast) -> None:
    rows = read_cohort(cast, 6, all_alike)
    proposal = list_out(cast)
    moment = cast.at("reading_ends", days=1)
    with pytest.raises(Stale):
        services.draw_places(
            cohort=cast.cohort, actor=cast.organiser, version=proposal.version - 1, now=moment
        )
    assignment = read_of(cast, cast.reviewer, rows[0])
    review_services.reopen(assignment=assignment, actor=cast.organiser, now=moment, reason="Slip")
    fill(assignment, moment)
    with pytest.raises(Stale, match="have changed since"):
        services.draw_places(cohort=cast.cohort, actor=cast.organiser, version=proposal.version, now=moment)
    assert Draw.objects.get().file == ""


def test_drawing_twice_changes_nothing_and_what_was_drawn_stays_for_the_same_list(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    first = propose(cast)
    before = list(Decision.objects.order_by("priority").values_list("draw_code", "outcome", "draw_rank"))
    again = services.draw_places(
        cohort=cast.cohort, actor=cast.organiser, version=first.version, now=cast.at("decisions_out")
    )
    assert (again.version, AuditEvent.objects.filter(verb="selection.drawn").count()) == (first.version, 1)
    listed = list_out(cast, secret="")
    assert listed.drawn_at is not None
    assert before == list(
        Decision.objects.order_by("priority").values_list("draw_code", "outcome", "draw_rank")
    )


def test_another_number_of_places_is_another_list_to_be_read_before_the_draw(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    propose(cast)
    listed = Draw.objects.get().listed
    assert list_out(cast, secret="", places=1).drawn_at is None
    draw = Draw.objects.get()
    assert (draw.file, draw.drawn_at) == ("", None)
    assert draw.listed != listed


def test_what_was_decided_by_hand_before_the_draw_holds_after_it(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    proposal = list_out(cast)
    last = Decision.objects.order_by("priority").last()
    assert last is not None
    by_hand(cast, last, "offer", proposal.version)
    assert sorted({row.outcome for row in Decision.objects.all()}) == ["offer", "undrawn"]
    services.draw_places(
        cohort=cast.cohort,
        actor=cast.organiser,
        version=Proposal.objects.get().version,
        now=cast.at("reading_ends", days=1),
    )
    rows = list(Decision.objects.order_by("priority"))
    assert Decision.objects.get(pk=last.pk).outcome == "offer"
    assert [row.outcome for row in rows].count("offer") == 2


@pytest.mark.parametrize("role", ["observer", "reviewer", "mentor", "finance", "applicant", "stranger"])
def test_only_organisers_draw(cast: Cast, role: str) -> None:
    read_cohort(cast, 6, all_alike)
    proposal = list_out(cast)
    with pytest.raises(NotAllowed):
        services.draw_places(
            cohort=cast.cohort,
            actor=getattr(cast, role),
            version=proposal.version,
            now=cast.at("decisions_out"),
        )


def test_merit_is_drawn_with_its_own_chances_and_says_so(
    merit: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, merit.at("reading_ends", days=1))
    read_cohort(merit, len(ENDS))
    ends = iter(ENDS)

    def scored(code: str, *_model: float) -> Scored:
        low, high = next(ends)
        return Scored(code, (low + high) / 2, low, high)

    monkeypatch.setattr(working, "Scored", scored)
    proposal = list_out(merit)
    assert len({row.chance for row in Decision.objects.filter(band="lottery")}) > 1
    room = page(merit, "selection:room")
    text = text_of(signed_in(merit.organiser), room)
    for words in ("MERIT", "Chances serve merit best in the worst case", "Draw the places", "Chance"):
        assert words in text, words
    assert "Draw the places" not in text_of(signed_in(merit.observer), room)
    answer = signed_in(merit.organiser).post(
        page(merit, "selection:draw-places"), {"version": proposal.version}, follow=True
    )
    assert "Drawn. Read the list" in answer.content.decode()
    late = signed_in(merit.colleague).post(
        page(merit, "selection:draw-places"), {"version": proposal.version}, follow=True
    )
    assert "Somebody has changed the decisions" in late.content.decode()
    sign(merit, Proposal.objects.get())
    services.confirm(
        cohort=merit.cohort,
        actor=merit.colleague,
        version=Proposal.objects.get().version,
        now=merit.at("decisions_out"),
    )
    draw = Draw.objects.get()
    file = json.loads(draw.file)
    assert second_draw.holds(draw.file, commitment=draw.commitment, listed=draw.listed)
    assert lottery.verify(draw.file, published=draw.commitment)
    by_code = {row.draw_code: row.chance for row in Decision.objects.filter(band="lottery")}
    assert by_code == {code: float(Fraction(chance)) for code, chance in file["probabilities"].items()}
    public = text_of(signed_in(merit.stranger), page(merit, "selection:draw"))
    assert "commitment, secret, list and order fit together" in public
    assert file["list"]["chances"]
    assert "Lay the chances of the codes end to end" in public


def test_before_the_draw_whoever_does_not_take_part_in_it_is_shown_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    read_cohort(cast, 12)
    list_out(cast)
    out = Decision.objects.filter(chance=0).first()
    assert out is not None
    assert out.outcome == "undrawn"
    address = page(cast, "selection:decision", ref=out.ref)
    assert "Not in the draw" in text_of(signed_in(cast.organiser), address)
    assert "Not in the draw" in text_of(signed_in(cast.organiser), page(cast, "selection:room"))


def test_applicants_read_with_which_chance_they_were_drawn(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_cohort(cast, 5, all_alike, also=[cast.applicant])
    decide(cast)
    hold(monkeypatch, cast.at("decisions_out", days=1))
    assert "your chance of a place 33.3%" in text_of(
        signed_in(cast.applicant), page(cast, "selection:outcome")
    )
