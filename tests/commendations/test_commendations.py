"""A note for those who came very near: theirs to make, to show and to take back."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, person
from tests.commendations.world import drawn, near, placed, tell
from tests.selection.world import by_number, decide, propose, read_cohort
from tests.visiting import hold, signed_in
from tremplin.commendations import desk, queries, rules, services
from tremplin.commendations.models import Commendation
from tremplin.commendations.purposes import NOTE
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.people.personal_data import keepings
from tremplin.people.services import consents
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection.models import Decision
from tremplin.selection.rules import came_near


@pytest.fixture
def out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    now = cast.at("decisions_out", days=1)
    hold(monkeypatch, now)
    return now


def visit(cast: Cast, name: str, user: User | None = None, **words: Any) -> Any:
    client = signed_in(user) if user else Client()
    return client.get(cohort_url(cast.cohort, f"commendations:{name}", **words))


def send(cast: Cast, user: User, page: str = "own", **data: str) -> Any:
    return signed_in(user).post(cohort_url(cast.cohort, f"commendations:{page}"), data)


def made(cast: Cast, now: datetime, name: str = "Ada of Lagos") -> Commendation:
    return services.publish(cohort=cast.cohort, actor=near(cast), name=name, now=now)


def test_somebody_who_came_near_makes_a_page_that_strangers_can_read(cast: Cast, out: datetime) -> None:
    drawn(cast)
    somebody = near(cast)
    before = visit(cast, "own", somebody)
    assert "Agree and make the page" in before.content.decode()
    assert send(cast, somebody, name="Ada of Lagos").status_code == 302
    note = Commendation.objects.get()
    after = visit(cast, "own", somebody).content.decode()
    assert cohort_url(cast.cohort, "commendations:note", ref=note.ref) in after
    page = visit(cast, "note", ref=note.ref)
    text = page.content.decode()
    assert "Ada of Lagos" in text
    assert "12 applications were judged for" in text
    assert "2 people read this one" in text
    assert "given by a public draw" in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert 'name="robots" content="noindex' in text
    assert consents.holds(somebody, NOTE, note.ref)


def test_a_public_note_says_no_score_no_rank_no_code_and_no_address(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    decision = Decision.objects.get(application__applicant=note.user)
    text = visit(cast, "note", ref=note.ref).content.decode()
    hidden = [decision.draw_code, decision.application.ref, note.user.email, note.user.name]
    assert not [secret for secret in hidden if secret and secret in text]


@pytest.mark.parametrize("who", ["placed", "stranger", "far"])
def test_there_is_nothing_for_anybody_else(cast: Cast, out: datetime, who: str) -> None:
    if who == "far":
        read_cohort(cast, 30, by_number)
        decide(cast)
        tell(cast)
        rows = Decision.objects.filter(band="decline").select_related("application__applicant")
        somebody = rows[0].application.applicant
    else:
        drawn(cast)
        somebody = placed(cast) if who == "placed" else person("Nobody Else")
    assert queries.possible(somebody, cast.cohort) is None
    with pytest.raises(NotAllowed):
        services.publish(cohort=cast.cohort, actor=somebody, name="Me", now=out)
    if who != "stranger":
        assert visit(cast, "own", somebody).status_code == 404
    assert not Commendation.objects.exists()


def test_nobody_learns_from_it_before_the_mails_of_decisions_are_out(cast: Cast, out: datetime) -> None:
    read_cohort(cast, 12)
    propose(cast)
    assert not near_people(cast)
    decide(cast)
    assert not near_people(cast)
    tell(cast)
    assert near_people(cast)


def near_people(cast: Cast) -> list[User]:
    rows = Decision.objects.select_related("application__applicant")
    return [
        row.application.applicant for row in rows if queries.possible(row.application.applicant, cast.cohort)
    ]


def test_taken_back_it_is_gone_at_once_by_its_button_and_in_the_register(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    assert send(cast, note.user, "take-back").status_code == 302
    assert visit(cast, "note", ref=note.ref).status_code == 404
    assert not consents.holds(note.user, NOTE, note.ref)
    assert send(cast, note.user, "take-back").status_code == 302
    again = made(cast, out)
    assert again.ref != note.ref
    consents.withdraw(user=note.user, code=NOTE.code, about=again.ref, now=out)
    assert not Commendation.objects.exists()


def test_another_name_keeps_the_address(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    assert made(cast, out, "A. Lovelace").ref == note.ref
    assert "A. Lovelace" in visit(cast, "note", ref=note.ref).content.decode()


def test_a_page_needs_a_name_that_fits(cast: Cast, out: datetime) -> None:
    drawn(cast)
    somebody = near(cast)
    empty = send(cast, somebody, name="  ")
    assert empty.status_code == 422
    assert "Write the name that the page shows." in empty.content.decode()
    with pytest.raises(Invalid):
        services.publish(cohort=cast.cohort, actor=somebody, name="x" * 201, now=out)
    with pytest.raises(Invalid):
        services.publish(cohort=cast.cohort, actor=somebody, name=" ", now=out)


def test_nobody_takes_another_persons_note_down(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    with pytest.raises(NotAllowed):
        services.take_back(note=note, actor=cast.organiser, now=out)


def test_the_note_stays_as_it_was_when_the_application_has_gone(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    Decision.objects.filter(application__applicant=note.user).delete()
    assert "12 applications were judged" in visit(cast, "note", ref=note.ref).content.decode()
    assert visit(cast, "own", note.user).status_code == 200


def test_the_desk_tells_those_who_came_near_and_nobody_else(cast: Cast, out: datetime) -> None:
    drawn(cast)

    def titles(user: User) -> list[str]:
        roles = frozenset({Role.APPLICANT})
        return [str(card.title) for card in desk.cards(cohort=cast.cohort, actor=user, roles=roles, now=out)]

    assert titles(near(cast)) == ["You came very near"]
    assert titles(placed(cast)) == []


def test_it_is_in_the_export_and_goes_with_an_erasure(cast: Cast, out: datetime) -> None:
    drawn(cast)
    note = made(cast, out)
    (kept,) = [keeping for keeping in keepings() if keeping.app == "commendations"]
    assert kept.export(note.user)[0]["name"] == "Ada of Lagos"
    kept.erase(note.user, cast.cohort.scope, out)
    assert visit(cast, "note", ref=note.ref).status_code == 404


@pytest.mark.parametrize(
    ("band", "standing", "by_hand", "near"),
    [
        ("lottery", "waitlist", False, True),
        ("admit", "closed", False, True),
        ("lottery", "declined", False, False),
        ("lottery", "accepted", False, False),
        ("lottery", "decline", False, True),
        ("lottery", "offer", False, False),
        ("decline", "decline", False, False),
        ("lottery", "decline", True, False),
    ],
)
def test_who_came_near(band: str, standing: str, by_hand: bool, near: bool) -> None:
    assert came_near(band=band, standing=standing, by_hand=by_hand) is near


def test_few_who_came_near_are_not_counted_in_public() -> None:
    assert rules.near_enough(4) is None
    assert rules.near_enough(5) == 5
