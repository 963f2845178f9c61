"""What would be if: looked at beside today's bands, marked as no record, and never kept."""

import pytest
from django.forms.models import model_to_dict

from tests.cast import Cast
from tests.review.world import apply, give_out, read_all
from tests.selection.world import decide, list_out, propose, read_cohort
from tests.visiting import hold, page, signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.review.models import Assignment
from tremplin.selection import services
from tremplin.selection.models import Decision, Draw, Proposal
from tremplin.selection.queries.what_if import Supposed, WhatIf


def suppose(cast: Cast, *, who: str = "organiser", **given: object) -> WhatIf:
    return services.suppose(
        cohort=cast.cohort,
        actor=getattr(cast, who),
        supposed=Supposed(**given),  # type: ignore[arg-type]
        now=cast.at("reading_ends", days=1),
    )


def by_criterion(assignment: Assignment) -> dict[str, str]:
    """The two criteria say the contrary of each other."""
    earlier = assignment.cohort.applications.filter(pk__lt=assignment.application_id)
    drive = 1 + earlier.count() % 5
    return {"drive": str(drive), "making": ("5", "3", "1")[(drive - 1) // 2]}


def record(cast: Cast) -> list[object]:
    """Everything that a proposal stands in."""
    rows = [*Proposal.objects.order_by("pk"), *Draw.objects.order_by("pk"), *Decision.objects.order_by("pk")]
    return [model_to_dict(row) for row in rows]


def test_supposing_nothing_moves_nobody(cast: Cast) -> None:
    read_cohort(cast, 12)
    found = suppose(cast)
    assert (found.changed, found.moved, found.bands) == (0, [], found.bands_after)
    assert found.applications == 12


def test_the_bands_of_today_are_those_of_the_proposal(cast: Cast) -> None:
    read_cohort(cast, 12)
    list_out(cast)
    found = suppose(cast)
    for band in ("admit", "lottery", "decline"):
        assert found.bands.get(band, 0) == Decision.objects.filter(band=band).count()


def test_other_weights_turn_the_field_round(cast: Cast) -> None:
    read_cohort(cast, 10, by_criterion)
    found = suppose(cast, weights={"drive": 99.0, "making": 0.1})
    other = suppose(cast, weights={"drive": 0.1, "making": 99.0})
    best = {row.ref for row in found.moved if row.after == "admit" or row.after == "lottery"}
    assert found.changed
    assert other.changed
    assert best.isdisjoint({row.ref for row in other.moved if row.after == "admit"})


def test_fewer_places_and_a_wider_band_move_people_and_say_whither(cast: Cast) -> None:
    read_cohort(cast, 12)
    fewer = suppose(cast, places=1)
    assert (fewer.places, fewer.places_after) == (2, 1)
    assert fewer.changed == sum(fewer.moves.values()) == len(fewer.moved)
    wide, tight = suppose(cast, band="looser"), suppose(cast, band="stricter")
    assert wide.bands_after["lottery"] >= wide.bands["lottery"] >= tight.bands_after["lottery"]
    assert wide.bands_after["lottery"] > tight.bands_after["lottery"]


def test_a_reviewer_left_out_must_leave_nobody_unread(cast: Cast) -> None:
    read_cohort(cast, 8)
    assert suppose(cast, without=cast.reviewer.pk).applications == 8
    one = Assignment.objects.filter(reviewer=cast.second_reviewer).first()
    assert one is not None
    one.delete()
    with pytest.raises(Conflict, match="somebody would be unread"):
        suppose(cast, without=cast.reviewer.pk)


def test_nothing_is_kept_but_that_somebody_looked(cast: Cast) -> None:
    read_cohort(cast, 12)
    propose(cast)
    before = record(cast)
    suppose(cast, places=1, without=cast.reviewer.pk, weights={"drive": 5.0}, band="looser")
    assert record(cast) == before
    event = AuditEvent.objects.get(verb="selection.supposed")
    assert event.actor == cast.organiser.ref
    assert event.data == {"places": 1, "band": "looser", "weights": True, "reviewer_left_out": True}


@pytest.mark.parametrize(
    "given",
    [
        {"places": 0},
        {"places": 99},
        {"band": "none"},
        {"weights": {"drive": -1.0}},
        {"weights": {"drive": 0.0}},
        {"weights": {"height": 1.0}},
    ],
)
def test_what_cannot_be_is_not_supposed(cast: Cast, given: dict[str, object]) -> None:
    read_cohort(cast, 4)
    with pytest.raises(Invalid):
        suppose(cast, **given)


@pytest.mark.parametrize("who", ["observer", "reviewer", "finance", "stranger"])
def test_only_organisers_suppose(cast: Cast, who: str) -> None:
    read_cohort(cast, 3)
    with pytest.raises(NotAllowed):
        suppose(cast, who=who)


def test_nothing_is_supposed_while_somebody_is_unread_or_once_all_is_final(cast: Cast) -> None:
    apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    with pytest.raises(Conflict):
        suppose(cast)
    read_all(cast)
    decide(cast)
    with pytest.raises(Conflict, match="final"):
        suppose(cast)


def test_the_page_says_that_it_is_not_the_record_and_keeps_what_was_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    read_cohort(cast, 12)
    propose(cast)
    client, address = signed_in(cast.organiser), page(cast, "selection:what-if")
    assert address in text_of(client, page(cast, "selection:room"))
    assert address not in text_of(signed_in(cast.observer), page(cast, "selection:room"))
    assert "This is not the record" in text_of(client, address)
    assert not AuditEvent.objects.filter(verb="selection.supposed").exists()
    form = {"places": "1", "band": "looser", "without": "", "weight-drive": "3", "weight-making": "1"}
    said = client.post(address, form).content.decode()
    for words in (
        "Supposed, not the record",
        "would be in another band",
        "The list stays as it was proposed",
    ):
        assert words in said, words
    assert 'value="3"' in said
    wrong = client.post(address, {**form, "weight-drive": "-1"})
    assert wrong.status_code == 422
    assert signed_in(cast.observer).get(address).status_code == 403
    decide(cast)
    assert "nothing is supposed any more" in text_of(client, address)


def test_nobody_moved_is_said_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    read_cohort(cast, 6)
    form = {"places": "2", "band": "as-is", "without": "", "weight-drive": "2", "weight-making": "1"}
    said = signed_in(cast.organiser).post(page(cast, "selection:what-if"), form).content.decode()
    assert "Nobody would be in another band." in said
    assert "No list has been proposed yet." in said
