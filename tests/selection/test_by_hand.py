"""Changes by hand: one organiser proposes with a reason, another agrees or refuses, and nothing is signed before."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from tests.cast import PLANS, Cast, gather
from tests.kept import keeping
from tests.selection.world import ask_by_hand, by_hand, propose, read_cohort, sign
from tests.visiting import cards_of, hold, page, signed_in, text_of
from tremplin.applications.models import Application, ApplicationState
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.programmes.jurisdiction import load
from tremplin.selection import desk, rationales, services
from tremplin.selection.models import Decision, Override, Proposal

Freeze = Callable[[datetime], object]


@pytest.fixture
def freeze(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Freeze:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    return partial(hold, monkeypatch)


def last_of(cast: Cast) -> Decision:
    return Decision.objects.select_related("proposal").get(priority=Decision.objects.count())


def test_a_change_moves_nothing_until_a_second_person_agrees_and_takes_the_signature_away_at_once(
    cast: Cast,
) -> None:
    read_cohort(cast, 6)
    proposal = sign(cast, propose(cast))
    first, waiting = (Decision.objects.get(priority=n) for n in (1, 3))
    made = ask_by_hand(cast, first, "decline", proposal.version)
    asked = Proposal.objects.get()
    assert (asked.state, asked.signed_by, asked.version) == ("proposed", None, proposal.version + 1)
    first.refresh_from_db()
    assert (first.outcome, first.overridden) == ("offer", "")
    services.agree_override(
        override=made, actor=cast.colleague, version=asked.version, now=cast.at("reading_ends", days=2)
    )
    first.refresh_from_db()
    waiting.refresh_from_db()
    assert (first.outcome, first.overridden, first.override) == ("decline", "decline", made)
    assert (waiting.outcome, waiting.position) == ("offer", None)


def test_changes_move_the_rest_along_and_go_back_to_the_rule_by_two_people_as_well(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    first, second, last = (Decision.objects.get(priority=n) for n in (1, 2, 6))
    changed = by_hand(cast, first, "decline", proposal.version)
    again = by_hand(cast, last, "waitlist", changed.version)
    last.refresh_from_db()
    assert (last.outcome, last.position) == ("waitlist", 2)
    first.refresh_from_db()
    back = by_hand(cast, first, "rule", again.version, reason="The conflict was none.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, first.overridden, first.override) == ("offer", "", None)
    assert second.outcome == "offer"
    assert back.version == proposal.version + 6
    events = AuditEvent.objects.filter(verb="selection.overridden").order_by("pk")
    assert [(row.data["wanted"], row.data["why"], row.actor) for row in events] == [
        ("decline", "read-error", cast.colleague.ref),
        ("waitlist", "read-error", cast.colleague.ref),
        ("rule", "void", cast.colleague.ref),
    ]
    everything = AuditEvent.objects.filter(verb__startswith="selection.over")
    assert "lab" not in str(list(everything.values_list("data", flat=True)))


def test_nobody_signs_or_confirms_while_a_change_waits(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    now = cast.at("reading_ends", days=2)
    with pytest.raises(Conflict, match="waits for a second person"):
        sign(cast, Proposal.objects.get())
    Proposal.objects.update(state="signed", signed_by=cast.organiser, signed_at=now)
    with pytest.raises(Conflict, match="waits for a second person"):
        services.confirm(
            cohort=cast.cohort, actor=cast.colleague, version=Proposal.objects.get().version, now=now
        )
    Proposal.objects.update(state="proposed", signed_by=None, signed_at=None)
    services.refuse_override(override=made, actor=cast.colleague, answer="The read was right.", now=now)
    assert sign(cast, Proposal.objects.get()).state == "signed"


def test_who_proposed_a_change_never_agrees_to_it_and_alone_takes_it_back(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    now = cast.at("reading_ends", days=2)
    with pytest.raises(NotAllowed, match="somebody else"):
        services.agree_override(override=made, actor=cast.organiser, version=proposal.version + 1, now=now)
    with pytest.raises(NotAllowed, match="somebody else"):
        services.refuse_override(override=made, actor=cast.organiser, answer="No", now=now)
    with pytest.raises(NotAllowed, match="Only who proposed"):
        services.drop_override(override=made, actor=cast.colleague, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=made.pk).update(
            state="agreed", answered_by=cast.organiser, answered_at=now
        )
    for _press in range(2):
        assert services.drop_override(override=made, actor=cast.organiser, now=now).state == "dropped"
    with pytest.raises(Conflict, match="has an answer already"):
        services.agree_override(override=made, actor=cast.colleague, version=proposal.version + 1, now=now)
    assert AuditEvent.objects.filter(verb="selection.override-dropped").count() == 1


@pytest.mark.parametrize("role", ["observer", "reviewer", "finance", "stranger"])
def test_only_organisers_answer(cast: Cast, role: str) -> None:
    read_cohort(cast, 4)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    now, person = cast.at("reading_ends", days=2), getattr(cast, role)
    with pytest.raises(NotAllowed):
        services.agree_override(override=made, actor=person, version=proposal.version + 1, now=now)
    with pytest.raises(NotAllowed):
        services.refuse_override(override=made, actor=person, answer="No", now=now)
    with pytest.raises(NotAllowed):
        services.drop_override(override=made, actor=person, now=now)


def test_a_refusal_is_kept_with_its_reason_and_pressing_twice_changes_nothing(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    now = cast.at("reading_ends", days=2)
    with pytest.raises(Invalid):
        services.refuse_override(override=made, actor=cast.colleague, answer="  ", now=now)
    for _press in range(2):
        services.refuse_override(override=made, actor=cast.colleague, answer="The read was right.", now=now)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("refused", "The read was right.")
    assert last_of(cast).overridden == ""
    event = AuditEvent.objects.get(verb="selection.override-refused")
    assert "right" not in str(event.data)
    ask_by_hand(cast, last_of(cast), "offer", Proposal.objects.get().version)  # may be asked anew
    assert Override.objects.count() == 2


def test_agreeing_twice_changes_nothing_and_to_another_list_is_refused(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    now = cast.at("reading_ends", days=2)
    with pytest.raises(Stale):
        services.agree_override(override=made, actor=cast.colleague, version=proposal.version, now=now)
    for _press in range(2):
        services.agree_override(override=made, actor=cast.colleague, version=proposal.version + 1, now=now)
    assert AuditEvent.objects.filter(verb="selection.overridden").count() == 1
    assert Proposal.objects.get().version == proposal.version + 2


@pytest.mark.parametrize(
    ("outcome", "code", "reason", "field"),
    [
        ("offer", "read-error", " ", "reason"),
        ("king", "read-error", "x", "wanted"),
        ("undrawn", "read-error", "x", "wanted"),
        ("place", "slip", "x", "wanted"),
        ("rule", "void", "x", "wanted"),
        ("offer", "mood", "x", "code"),
        ("offer", "eligibility", "x", "code"),
        ("offer", "slip", "x", "code"),
        ("offer", "constraint:disability", "x", "code"),
    ],
)
def test_what_is_filled_in_has_to_make_sense(
    cast: Cast, outcome: str, code: str, reason: str, field: str
) -> None:
    read_cohort(cast, 4)
    proposal = propose(cast)
    with pytest.raises(Invalid) as refusal:
        ask_by_hand(cast, last_of(cast), outcome, proposal.version, reason, code=code)
    assert set(refusal.value.errors) == {field}


def test_there_are_never_more_offers_by_hand_than_places_also_while_they_wait(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    low = list(Decision.objects.order_by("-priority"))
    by_hand(cast, low[0], "offer", proposal.version)
    ask_by_hand(cast, low[1], "offer", Proposal.objects.get().version)
    with pytest.raises(Invalid):
        ask_by_hand(cast, low[2], "offer", Proposal.objects.get().version)
    with pytest.raises(Conflict, match="waits for a second person already"):
        ask_by_hand(cast, low[1], "decline", Proposal.objects.get().version)
    with pytest.raises(Invalid):
        ask_by_hand(cast, last_of(cast), "offer", Proposal.objects.get().version)


def test_fewer_places_meanwhile_leave_no_room_for_what_waits(cast: Cast) -> None:
    read_cohort(cast, 6)
    proposal = propose(cast)
    low = list(Decision.objects.order_by("-priority"))
    by_hand(cast, low[0], "offer", proposal.version)
    made = ask_by_hand(cast, low[1], "offer", Proposal.objects.get().version)
    propose(cast, places=1)
    made.proposal.refresh_from_db()
    made.proposal.cohort = cast.cohort
    with pytest.raises(Invalid):
        services.agree_override(
            override=made,
            actor=cast.colleague,
            version=Proposal.objects.get().version,
            now=cast.at("reading_ends", days=2),
        )
    assert Override.objects.get(pk=made.pk).state == "waits"


def test_changes_that_were_agreed_to_or_wait_survive_a_new_proposal(cast: Cast) -> None:
    rows = read_cohort(cast, 6)
    proposal = propose(cast)
    by_hand(cast, Decision.objects.get(application=rows[-1]), "offer", proposal.version)
    made = ask_by_hand(
        cast, Decision.objects.get(application=rows[0]), "decline", Proposal.objects.get().version
    )
    propose(cast)
    kept = Decision.objects.get(application=rows[-1])
    assert (kept.outcome, kept.overridden) == ("offer", "offer")
    assert kept.override is not None
    assert kept.override.reason == "Needs the lab."
    made.refresh_from_db()
    assert made.state == "waits"


def test_a_change_falls_away_with_the_application_that_it_was_for(cast: Cast) -> None:
    rows = read_cohort(cast, 6)
    proposal = propose(cast)
    made = ask_by_hand(cast, Decision.objects.get(application=rows[0]), "decline", proposal.version)
    Application.objects.filter(pk=rows[0].pk).update(
        state=ApplicationState.WITHDRAWN, withdrawn_at=cast.at("reading_ends")
    )
    sign(cast, propose(cast))
    made.refresh_from_db()
    assert made.state == "dropped"


def test_a_constraint_is_offered_only_where_the_profile_permits_it() -> None:
    europe = dict(rationales.choices(load("eu"), {"offer"}))
    assert {code for code in europe if code.startswith("constraint")} == {
        "constraint:place",
        "constraint:socio_economic",
    }
    assert europe["constraint:place"].startswith("A constraint that the law permits: ")
    federal = dict(rationales.choices(load("us-federal"), {"offer"}))
    assert not [code for code in federal if code.startswith("constraint")]
    assert not rationales.fits(load("eu"), "constraint:place", "decline")


def test_the_log_tells_the_kind_of_a_reason_and_never_what_a_constraint_rests_on(db: None) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    cast = gather(text=text)
    read_cohort(cast, 4)
    proposal = propose(cast)
    permitted = next(
        code
        for code, _ in rationales.choices(cast.cohort.profile, {"offer"})
        if code.startswith("constraint:")
    )
    ask_by_hand(cast, last_of(cast), "offer", proposal.version, code=permitted)
    event = AuditEvent.objects.get(verb="selection.override-proposed")
    assert event.data["why"] == "constraint"
    assert permitted.partition(":")[2] not in str(event.data)


def test_two_organisers_change_a_decision_on_pages_alone(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 5)
    proposal = propose(cast)
    last = last_of(cast)
    one, other = signed_in(cast.organiser), signed_in(cast.colleague)
    address = page(cast, "selection:decision", ref=last.ref)
    form = {"wanted": "offer", "code": "", "reason": "", "version": str(proposal.version)}
    assert one.post(address, form).status_code == 422
    form |= {"code": "eligibility", "reason": "Built the only working prototype."}
    wrong = one.post(address, form)
    assert wrong.status_code == 422
    assert "Choose a reason that goes with this outcome." in wrong.content.decode()
    assert "Built the only working prototype." in wrong.content.decode()
    form["code"] = "read-error"
    assert one.post(address, form).status_code == 302
    assert one.post(address, form).status_code == 409
    change = page(cast, "selection:change", ref=Override.objects.get().ref)
    for name in ("selection:room", "selection:sign"):
        assert change in text_of(other, page(cast, name)), name
    assert "Sign the list" not in text_of(other, page(cast, "selection:room"))
    cards = [card.href for card in cards_of(desk, cast, cast.colleague, cast.at("reading_ends", days=1))]
    assert change in cards
    assert change not in [
        card.href for card in cards_of(desk, cast, cast.organiser, cast.at("reading_ends", days=1))
    ]
    assert "Take it back" in text_of(one, change)
    assert "Take it back" not in text_of(other, change)
    assert "Do you stand by it?" not in text_of(signed_in(cast.observer), change)
    answer = {"version": str(Proposal.objects.get().version), "agree": "", "answer": "Hm"}
    silent = other.post(change, answer)
    assert silent.status_code == 422
    assert "Hm" in silent.content.decode()
    refused = other.post(change, {**answer, "agree": "no", "answer": ""})
    assert refused.status_code == 422
    assert "Say why not" in refused.content.decode()
    assert other.post(change, {**answer, "agree": "yes"}).status_code == 302
    late = other.post(change, {**answer, "agree": "no"}, follow=True)
    assert "has an answer already" in late.content.decode()
    assert "by hand" in text_of(other, page(cast, "selection:room"), only="overridden")
    said = text_of(other, page(cast, "selection:sign"))
    for words in ("Built the only", "An error in a read", cast.organiser.name, cast.colleague.name):
        assert words in said, words
    assert "Agreed by Colin Colleague." in text_of(one, address)


def test_a_change_is_taken_back_on_its_page(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 5)
    proposal = propose(cast)
    made = ask_by_hand(cast, last_of(cast), "offer", proposal.version)
    back = page(cast, "selection:drop-change", ref=made.ref)
    assert signed_in(cast.colleague).post(back).status_code == 403
    assert "Taken back." in signed_in(cast.organiser).post(back, follow=True).content.decode()
    decision = text_of(signed_in(cast.organiser), page(cast, "selection:decision", ref=last_of(cast).ref))
    assert "Propose a change by hand" in decision


def test_an_applicant_takes_along_what_was_said_for_and_against_them(cast: Cast) -> None:
    rows = read_cohort(cast, 4)
    proposal = propose(cast)
    made = ask_by_hand(cast, Decision.objects.get(application=rows[-1]), "offer", proposal.version)
    now = cast.at("reading_ends", days=2)
    services.refuse_override(override=made, actor=cast.colleague, answer="The read was right.", now=now)
    sign(cast, Proposal.objects.get())
    services.confirm(
        cohort=cast.cohort,
        actor=cast.colleague,
        version=Proposal.objects.get().version,
        now=cast.at("decisions_out"),
    )
    [decision] = keeping("selection").export(rows[-1].applicant)["decisions"]
    assert decision["decided_by_hand"] is False
    [change] = decision["changes_by_hand"]
    assert change == {
        "wanted": "offer",
        "why": "read-error",
        "reason": "Needs the lab.",
        "ended": "refused",
        "answer": "The read was right.",
    }
