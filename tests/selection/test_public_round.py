"""A public round of drand that decides together with our secret: announced before, noted after, never fetched."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import PLANS, Cast, gather
from tests.methods import second_draw
from tests.selection.world import all_alike, list_out, read_cohort, sign
from tests.visiting import hold, page, signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.methods import lottery
from tremplin.methods.lottery.drand import QUICKNET
from tremplin.programmes import file
from tremplin.selection import queries, services
from tremplin.selection.models import Decision, Draw, Proposal

SIGNATURE = "a1" * 48
DRAND = 'method = "draw"\npublic_source = "drand"\npublic_source_days = 2'


@pytest.fixture
def cast(db: None) -> Cast:
    text = (PLANS / "small.toml").read_text("utf-8")
    return gather(text=text.replace('method = "draw"', DRAND))


def announced(cast: Cast) -> Draw:
    return services.commit_draw(cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_closes", hours=1))


def listed(cast: Cast) -> Proposal:
    """Announced, and everybody's chance stands, before the round comes."""
    announced(cast)
    read_cohort(cast, 6, all_alike)
    return list_out(cast, secret="")


def shown(number: int, signature: str = SIGNATURE) -> str:
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    return json.dumps({"round": number, "randomness": randomness, "signature": signature})


def number(draw: Draw) -> int:
    return int(draw.source.rpartition("/")[2])


def comes(draw: Draw) -> datetime:
    assert draw.source_at is not None
    return draw.source_at


def note(cast: Cast, text: str = "", *, signature: str = SIGNATURE, late: timedelta = timedelta()) -> Draw:
    draw = Draw.objects.get()
    return services.give_value(
        cohort=cast.cohort,
        actor=cast.organiser,
        text=text or shown(number(draw), signature),
        now=comes(draw) + late,
    )


def drawn(cast: Cast) -> Proposal:
    proposal = listed(cast)
    note(cast)
    return services.draw_places(
        cohort=cast.cohort,
        actor=cast.organiser,
        version=proposal.version,
        now=comes(Draw.objects.get()) + timedelta(hours=1),
    )


def test_the_round_is_announced_with_the_secret_and_comes_as_long_after_the_reading_as_the_file_says(
    cast: Cast,
) -> None:
    draw = announced(cast)
    planned = cast.at("reading_ends", days=2)
    assert planned <= comes(draw) < planned + timedelta(seconds=3)
    assert draw.source == f"{QUICKNET.hash}/{QUICKNET.number_at(planned)}"
    public = queries.public_draw(cast.cohort)
    assert public is not None
    assert hashlib.sha256(public.promise.encode()).hexdigest() == draw.commitment
    assert json.loads(public.promise)["sources"] == [{"kind": "drand", "name": draw.source}]
    assert AuditEvent.objects.get(verb="selection.draw-committed").data["source"] == draw.source


def test_a_round_that_is_announced_late_still_lies_ahead(cast: Cast) -> None:
    now = cast.at("reading_ends", days=5)
    draw = services.commit_draw(cohort=cast.cohort, actor=cast.organiser, now=now)
    assert comes(draw) >= now + timedelta(hours=1)


def test_nothing_is_drawn_before_the_round_is_noted(cast: Cast) -> None:
    proposal = listed(cast)
    with pytest.raises(Conflict, match="not noted yet"):
        services.draw_places(
            cohort=cast.cohort,
            actor=cast.organiser,
            version=proposal.version,
            now=cast.at("decisions_out"),
        )
    with pytest.raises(Conflict, match="not been drawn yet"):
        sign(cast, proposal)


def test_a_list_in_which_nobody_draws_waits_for_the_round_too(cast: Cast) -> None:
    announced(cast)
    read_cohort(cast, 2)
    assert list_out(cast, secret="").drawn_at is None
    note(cast)
    assert list_out(cast, secret="").drawn_at is not None


def test_secret_and_round_decide_together_and_others_work_it_out(cast: Cast) -> None:
    drawn(cast)
    draw = Draw.objects.get()
    made = lottery.loads(draw.file)
    assert made.seed == hashlib.sha256(f"{draw.commitment}|{draw.secret}|{SIGNATURE}".encode()).hexdigest()
    assert lottery.verify(draw.file, published=draw.commitment, listed=draw.listed)
    assert second_draw.holds(draw.file, commitment=draw.commitment, listed=draw.listed)
    changed = draw.file.replace(SIGNATURE, "b2" * 48)
    assert not second_draw.holds(changed, commitment=draw.commitment)
    rows = Decision.objects.order_by("priority").values_list("draw_code", flat=True)
    assert list(rows) == list(made.order)


def test_another_round_or_half_a_signature_is_not_taken(cast: Cast) -> None:
    draw = announced(cast)
    for text, words in (
        (shown(number(draw) + 1), "This is another round"),
        (f"{number(draw)} {SIGNATURE[:-1]}", "is not whole"),
        (shown(number(draw)).replace("a1a1", "a1a2", 1), "do not fit together"),
        ("soon", "Copy all that the page"),
    ):
        with pytest.raises(Invalid) as refusal:
            note(cast, text)
        assert words in str(refusal.value.errors["shown"])
    assert Draw.objects.get().value == ""


def test_it_is_not_taken_before_it_has_come(cast: Cast) -> None:
    announced(cast)
    with pytest.raises(Conflict, match="has not come yet"):
        note(cast, late=timedelta(seconds=-1))


def test_a_slip_can_be_corrected_until_the_draw_and_every_value_is_in_the_log(cast: Cast) -> None:
    proposal = listed(cast)
    note(cast, signature="b2" * 48)
    note(cast)
    note(cast)
    values = AuditEvent.objects.filter(verb="selection.public-value-noted").order_by("position")
    assert [row.data["value"] for row in values] == ["b2" * 48, SIGNATURE]
    services.draw_places(
        cohort=cast.cohort,
        actor=cast.organiser,
        version=proposal.version,
        now=cast.at("decisions_out"),
    )
    with pytest.raises(Conflict, match="are drawn"):
        note(cast, signature="b2" * 48)
    assert note(cast).value == SIGNATURE


def test_where_none_was_announced_none_is_noted(cast: Cast) -> None:
    with pytest.raises(Conflict, match="No public round"):
        services.give_value(
            cohort=cast.cohort, actor=cast.organiser, text="1 a", now=cast.at("decisions_out")
        )


@pytest.mark.parametrize("role", ["observer", "reviewer", "mentor", "finance", "applicant", "stranger"])
def test_only_organisers_note_it(cast: Cast, role: str) -> None:
    draw = announced(cast)
    with pytest.raises(NotAllowed):
        services.give_value(
            cohort=cast.cohort, actor=getattr(cast, role), text=shown(number(draw)), now=comes(draw)
        )


def test_the_database_draws_nothing_without_the_round(cast: Cast) -> None:
    announced(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(file="{}", drawn_at=cast.at("decisions_out"))


def test_everybody_reads_which_round_and_when_and_the_organiser_notes_it_on_pages(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    listed(cast)
    draw = Draw.objects.get()
    address = page(cast, "selection:public-round")
    public = text_of(signed_in(cast.stranger), page(cast, "selection:draw"))
    assert f"Round {number(draw)} of drand" in public
    assert QUICKNET.address(number(draw)) in public
    assert "this draw rests on the sealed secret alone" not in public
    assert "has not come yet" in text_of(signed_in(cast.organiser), address)
    room = text_of(signed_in(cast.organiser), page(cast, "selection:room"))
    assert f"Round {number(draw)} of drand decides together" in room
    assert "Draw the places" not in room
    hold(monkeypatch, comes(draw) + timedelta(minutes=1))
    client = signed_in(cast.organiser)
    assert "Note the public round" in text_of(client, page(cast, "selection:room"))
    wrong = client.post(address, {"shown": shown(number(draw) + 5)})
    assert (wrong.status_code, "This is another round" in wrong.content.decode()) == (422, True)
    answer = client.post(address, {"shown": shown(number(draw))}, follow=True)
    assert "Noted. Now the places can be drawn." in answer.content.decode()
    assert "Draw the places" in answer.content.decode()
    client.post(page(cast, "selection:draw-places"), {"version": Proposal.objects.get().version})
    signing = text_of(client, page(cast, "selection:sign"))
    assert "Compare what is noted with its page" in signing
    assert SIGNATURE in signing
    assert "are drawn" in text_of(client, address)
    assert SIGNATURE in text_of(signed_in(cast.stranger), page(cast, "selection:draw"))


def test_a_list_that_was_made_after_the_round_is_told_to_everybody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced(cast)
    read_cohort(cast, 6, all_alike)
    late = comes(Draw.objects.get()) + timedelta(hours=5)
    hold(monkeypatch, late)
    list_out(cast, late, secret="")
    public = text_of(signed_in(cast.stranger), page(cast, "selection:draw"))
    assert "this draw rests on the sealed secret alone" in public
    room = text_of(signed_in(cast.organiser), page(cast, "selection:room"))
    assert "only made after the round had come" in room


def test_a_round_that_would_come_after_the_decisions_is_told_as_a_slip_of_the_file() -> None:
    text = (PLANS / "small.toml").read_text("utf-8").replace('method = "draw"', DRAND)
    late = text.replace("public_source_days = 2", "public_source_days = 7")
    assert "selection.public_source_days" in [hint.key for hint in file.advice(late)]
    assert "selection.public_source_days" not in [hint.key for hint in file.advice(text)]
