"""Organisers and observers who stand near an application meet no trace of it in reading and deciding."""

from collections.abc import Callable

import pytest

from tests.cast import OPENS, Cast
from tests.kept import keeping
from tests.mentoring.world import pair
from tests.selection.crawling import MARK, all_bytes, as_an_applicant, third, visits
from tests.selection.world import ask_by_hand, by_hand, offers_of, propose, read_cohort, sign
from tests.visiting import hold, page, signed_in, text_of
from tests.web.matrix import token_of
from tremplin.applications.models import Application, ApplicationState
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.mentoring.models import MentorProfile
from tremplin.people.models import User
from tremplin.programmes import apart, queries, services
from tremplin.programmes.models import Recusal
from tremplin.programmes.roles import Role
from tremplin.review.models import Assignment, DeclaredConflict, Review
from tremplin.selection import services as selection
from tremplin.selection.models import Decision, Override, Proposal, Scholar
from tremplin.web.access import TABLE, Scope, Shut


def everything_of(application: Application) -> list[str]:
    """References of all that reading and deciding keep of an application."""
    rows = [
        *Assignment.objects.filter(application=application),
        *Override.objects.filter(application=application),
    ]
    decision = Decision.objects.get(application=application)
    return [row.ref for row in (*rows, decision)] + [decision.draw_code]


def applied(cast: Cast) -> Application:
    """`cast.colleague` is an organiser and applied; everybody is read, and a list stands."""
    rows = read_cohort(cast, 5, also=[cast.colleague])
    mine = next(
        row for row in Application.objects.filter(cohort=cast.cohort) if row.applicant_id == cast.colleague.pk
    )
    Review.objects.filter(assignment__application=mine).update(comment=MARK, private_note=MARK)
    DeclaredConflict.objects.create(
        cohort=cast.cohort, application=mine, reviewer=cast.mentor, reason=MARK, created_at=OPENS
    )
    assert rows
    return mine


@pytest.fixture
def mine(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Application:
    """The application of `cast.colleague`, decided by hand, with marks wherever words can be."""
    found, other = applied(cast), third(cast)
    proposal = propose(cast)
    made = ask_by_hand(cast, Decision.objects.get(application=found), "offer", proposal.version, MARK)
    now = cast.at("reading_ends", days=2)
    selection.agree_override(override=made, actor=other, version=proposal.version + 1, now=now)
    hold(monkeypatch, cast.at("reading_ends", days=3))
    return found


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_organiser_who_applied_finds_no_trace_of_it_anywhere(
    cast: Cast, mine: Application, monkeypatch: pytest.MonkeyPatch, confirmed: bool
) -> None:
    if confirmed:
        proposal = sign(cast, Proposal.objects.get())
        other = User.objects.get(name="Thea Third")
        now = cast.at("decisions_out")
        selection.confirm(cohort=cast.cohort, actor=other, version=proposal.version, now=now)
        hold(monkeypatch, cast.at("decisions_out", hours=1))
    refs = everything_of(mine)
    letters = [*Batch.objects.all(), *OutboxMessage.objects.filter(kind__startswith="decision-")]
    assert bool(letters) == confirmed
    words = [MARK, *refs, *(letter.ref for letter in letters)]
    seen = list(visits(cast, cast.colleague, [mine.ref, *refs]))
    opened = [where for where, status, _body in seen if status == 200]
    assert len(opened) > 60
    assert [
        where for where in opened if where.startswith(("review:", "selection:room", "selection:places"))
    ] == []
    staff = [row for row in seen if not as_an_applicant(row[0])]
    found = [
        f"{where}: {word}"
        for where, _status, body in staff
        for word in words
        if word.lower() in body.decode(errors="replace").lower() and word.lower() not in where.lower()
    ]
    assert not found, "\n".join(found)


def test_what_was_planted_is_there_for_an_organiser_who_does_not_stand_apart(
    cast: Cast, mine: Application
) -> None:
    """The marks can leak: where they may stand they do stand."""
    refs = everything_of(mine)
    text = b"".join(
        body for _where, _status, body in visits(cast, cast.organiser, [mine.ref, *refs])
    ).decode()
    assert MARK in text
    assert [word for word in refs if word not in text] == []


def another_end(cast: Cast, mine: Application) -> None:
    """The same list with another end for one application: other reads, another rank, another outcome."""
    Review.objects.filter(assignment__application=mine).update(
        scores={"drive": 1, "making": 1}, seconds=4000, comment="Else", recognised=True
    )
    Assignment.objects.filter(application=mine).update(state="released")
    own = Decision.objects.get(application=mine)
    best = Decision.objects.exclude(pk=own.pk).order_by("priority")[0]
    Decision.objects.filter(pk=own.pk).update(
        band="decline", outcome="decline", rank=99, estimate=1, chance=0, overridden="", override=None
    )
    Decision.objects.filter(pk=best.pk).update(outcome="offer", band="admit", chance=1)
    Override.objects.filter(application=mine).delete()
    Proposal.objects.update(
        places=1, figures={**Proposal.objects.get().figures, "admitted": 9, "band": 9, "icc": 0.9}
    )


@pytest.mark.parametrize("who", ["colleague", "observer"])
def test_nothing_that_they_can_reach_differs_by_how_it_ended(cast: Cast, mine: Application, who: str) -> None:
    """Counts, orders, searches, the log and answers to programs are the same to the byte: absence tells nothing."""
    user = getattr(cast, who)
    if who == "observer":
        services.step_back(cohort=cast.cohort, actor=user, tied=True, now=OPENS)
    refs, token = [mine.ref, Decision.objects.get(application=mine).ref], token_of(user)
    list(visits(cast, user, refs, token))  # what is noted at a first look alone is noted now
    before = all_bytes(cast, user, refs, token)
    another_end(cast, mine)
    after = all_bytes(cast, user, refs, token)
    differs = [where for where in before if before[where] != after[where]]
    assert [where for where in differs if not as_an_applicant(where)] == []


def test_to_an_organiser_who_does_not_stand_apart_much_differs(cast: Cast, mine: Application) -> None:
    refs, token = [mine.ref], token_of(cast.organiser)
    before = all_bytes(cast, cast.organiser, refs, token)
    another_end(cast, mine)
    after = all_bytes(cast, cast.organiser, refs, token)
    assert len([where for where in before if before[where] != after[where]]) > 5


def test_every_page_that_oversees_reading_or_deciding_is_shut() -> None:
    open_ones = [
        name
        for name, access in TABLE.items()
        if name.split(":")[0] in apart.STAGES
        and access.scope is Scope.COHORT
        and access.roles & {Role.ORGANISER, Role.OBSERVER}
        and access.shut is Shut.NEVER
    ]
    assert open_ones == []
    assert TABLE["api:decisions"].shut is Shut.FOR_GOOD
    open_later = {name for name, access in TABLE.items() if access.shut is Shut.UNTIL_TRAINING}
    assert {name for name in open_later if name.startswith("selection")} == {
        "selection:scholars",
        "selection:scholar",
    }


def mentored(cast: Cast) -> None:
    """`cast.colleague` once mentored somebody who applies now."""
    pairing = pair(cast)
    MentorProfile.objects.filter(pk=pairing.mentor_id).update(user=cast.colleague)
    assert apart.cause(cast.cohort, cast.colleague) == "", "a pair of this cohort is no tie"
    Scholar.objects.filter(pk=pairing.scholar_id).update(cohort=cast.rival_cohort)


def at_one_house(cast: Cast) -> None:
    User.objects.filter(pk=cast.colleague.pk).update(email="colin@maths.oslo.example-university.no")
    User.objects.filter(pk=cast.applicant.pk).update(email="ada@example-university.no")
    cast.colleague.refresh_from_db()


def declared(cast: Cast) -> None:
    application = Application.objects.get(cohort=cast.cohort, applicant=cast.applicant)
    DeclaredConflict.objects.create(
        cohort=cast.cohort, application=application, reviewer=cast.colleague, created_at=OPENS
    )


def stepped_back(cast: Cast) -> None:
    services.step_back(cohort=cast.cohort, actor=cast.colleague, tied=False, now=OPENS)


@pytest.mark.parametrize(
    ("near", "code"),
    [(mentored, "tied"), (at_one_house, "tied"), (declared, "said-tie"), (stepped_back, "said")],
)
def test_ties_that_are_known_or_said_set_apart(cast: Cast, near: Callable[[Cast], None], code: str) -> None:
    read_cohort(cast, 2, also=[cast.applicant])
    assert apart.cause(cast.cohort, cast.colleague) == ""
    near(cast)
    assert apart.cause(cast.cohort, cast.colleague) == code
    assert apart.cause(cast.cohort, cast.organiser) == ""
    with pytest.raises(NotAllowed, match="You stand apart"):
        propose_as(cast, cast.colleague)


def propose_as(cast: Cast, user: User) -> Proposal:
    return selection.propose(cohort=cast.cohort, actor=user, now=cast.at("reading_ends", days=1))


def test_an_address_at_home_is_no_tie(cast: Cast) -> None:
    """Where two organisers are, everybody is: an address there says nothing."""
    read_cohort(cast, 2, also=[cast.applicant])
    for user, name in ((cast.organiser, "olive"), (cast.colleague, "colin"), (cast.applicant, "ada")):
        User.objects.filter(pk=user.pk).update(email=f"{name}@example-university.no")
        user.refresh_from_db()
    assert apart.cause(cast.cohort, cast.colleague) == ""


@pytest.mark.parametrize(
    ("state", "code"), [("draft", "applied"), ("excluded", "applied"), ("withdrawn", "")]
)
def test_a_draft_sets_apart_as_long_as_it_is_kept(cast: Cast, state: str, code: str) -> None:
    Application.objects.create(
        cohort=cast.cohort,
        applicant=cast.colleague,
        state=ApplicationState(state),
        withdrawn_at=OPENS if state == "withdrawn" else None,
        saved_at=OPENS,
        created_at=OPENS,
    )
    assert apart.cause(cast.cohort, cast.colleague) == code


def test_nobody_who_oversees_nothing_stands_apart(cast: Cast) -> None:
    """Whoever applies, or reads, is kept from single applications elsewhere."""
    read_cohort(cast, 2, also=[cast.applicant])
    assert apart.cause(cast.cohort, cast.applicant) == ""
    with pytest.raises(NotAllowed):
        services.step_back(cohort=cast.cohort, actor=cast.reviewer, tied=True, now=OPENS)


def test_stepping_back_is_logged_once_names_nobody_and_goes_with_the_person(cast: Cast) -> None:
    for _press in range(2):
        services.step_back(cohort=cast.cohort, actor=cast.colleague, tied=True, now=OPENS)
    event = AuditEvent.objects.get(verb="programmes.stepped-back")
    assert (event.actor, event.data) == (cast.colleague.ref, {"why": "tied"})
    exported = keeping("programmes").export(cast.colleague)
    assert {"cohort": cast.cohort.scope, "stands_apart_since": OPENS, "knows_an_applicant": True} in exported
    keeping("programmes").erase(cast.colleague, cast.cohort.scope, OPENS)
    assert not Recusal.objects.exists()


def test_only_another_organiser_takes_somebody_in_again(cast: Cast) -> None:
    row = services.step_back(cohort=cast.cohort, actor=cast.colleague, tied=True, now=OPENS)
    for user in (cast.colleague, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.take_in_again(recusal=row, actor=user, now=OPENS)
    services.take_in_again(recusal=row, actor=cast.organiser, now=OPENS)
    services.take_in_again(recusal=row, actor=cast.organiser, now=OPENS)
    assert apart.cause(cast.cohort, cast.colleague) == ""
    assert AuditEvent.objects.filter(verb="programmes.taken-in-again").count() == 1


def test_others_go_on_without_them_and_a_signature_that_was_given_no_longer_counts(cast: Cast) -> None:
    read_cohort(cast, 4)
    other = third(cast)
    proposal = sign(cast, propose(cast))
    services.step_back(cohort=cast.cohort, actor=cast.organiser, tied=True, now=OPENS)
    now = cast.at("decisions_out")
    with pytest.raises(Conflict, match="no longer counts"):
        selection.confirm(cohort=cast.cohort, actor=other, version=proposal.version, now=now)
    for user in (cast.colleague, other):
        assert "Sign the list" in text_of(signed_in(user), page(cast, "selection:room"))
    selection.sign(cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=now)
    selection.confirm(cohort=cast.cohort, actor=other, version=proposal.version, now=now)
    assert len(offers_of(cast.cohort)) == 2


def test_what_they_proposed_by_hand_can_only_be_refused(cast: Cast) -> None:
    read_cohort(cast, 6)
    other = third(cast)
    proposal = propose(cast)
    by_hand(cast, Decision.objects.get(priority=6), "waitlist", proposal.version)
    made = ask_by_hand(cast, Decision.objects.get(priority=1), "decline", Proposal.objects.get().version)
    services.step_back(cohort=cast.cohort, actor=cast.organiser, tied=True, now=OPENS)
    now = cast.at("reading_ends", days=2)
    with pytest.raises(Conflict, match="stands apart from the selection since"):
        selection.agree_override(override=made, actor=other, version=Proposal.objects.get().version, now=now)
    assert selection.refuse_override(override=made, actor=other, answer="Tied", now=now).state == "refused"


def test_a_page_says_why_one_stands_apart_and_what_to_do_if_too_few_are_left(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("reading_ends"))
    address = page(cast, "programmes:apart")
    one, other = signed_in(cast.organiser), signed_in(cast.colleague)
    assert "Step back yourself" in text_of(one, address)
    assert "Fewer than two" not in text_of(one, address)
    assert other.post(address, {"why": "tied"}).status_code == 422
    assert (
        "Others go on without you"
        in other.post(address, {"why": "tied", "sure": "on"}, follow=True).content.decode()
    )
    assert "You said that you know an applicant." in text_of(other, address)
    assert "Fewer than two organisers can go on" in text_of(other, address)
    said = text_of(one, address)
    assert "Colin Colleague" in said.split("Who stepped back")[1]
    assert page(cast, "programmes:people") in said.split("Fewer than two")[1]
    assert "Tell the organisers" in text_of(signed_in(cast.observer), address)
    shut = other.get(page(cast, "selection:room"))
    assert shut.status_code == 403
    assert "its rooms are shut to you" in shut.content.decode()
    desk = text_of(other, page(cast, "desk"))
    assert "You stand apart from the selection" in desk
    assert page(cast, "selection:room") not in desk
    row = Recusal.objects.get()
    assert signed_in(cast.colleague).post(page(cast, "programmes:take-in", ref=row.ref)).status_code == 403
    assert one.post(page(cast, "programmes:take-in", ref=row.ref)).status_code == 302
    assert queries.who_can_judge(cast.cohort) == [cast.colleague, cast.organiser]


def test_the_scholars_open_when_training_starts_and_the_decisions_never(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.step_back(cohort=cast.cohort, actor=cast.colleague, tied=True, now=OPENS)
    client = signed_in(cast.colleague)
    clock = hold(monkeypatch, cast.at("training_starts", hours=-1))
    assert client.get(page(cast, "selection:scholars")).status_code == 403
    clock.at = cast.at("training_starts", hours=1)
    assert client.get(page(cast, "selection:scholars")).status_code == 200
    assert client.get(page(cast, "selection:room")).status_code == 403
