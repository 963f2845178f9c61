"""What goes by itself, when, and what stays; that it goes on after being stopped; that every page still works."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import TestCase

from tests.applications.conftest import begin
from tests.applications.world import sent_with_file
from tests.cast import Cast, person
from tests.privacy.world import MARK, everything_stored, full_scholar
from tests.review.world import apply, give_out, read_all
from tests.selection.world import accept, by_number, decide, offers_of
from tests.visiting import Clock, content_of, hold, page, signed_in
from tremplin.accommodations.models import Request
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.purging import funnel
from tremplin.core import audit
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.impact.figures import report_content
from tremplin.impact.models import SurveyResponse
from tremplin.mentoring.models import CheckInAnswer
from tremplin.people.services import consents
from tremplin.privacy import desk, services, tasks
from tremplin.privacy.models import Hold
from tremplin.privacy.services import purging
from tremplin.programmes.models import Cohort, FrozenTally
from tremplin.programmes.purposes import KEEP_APPLICATION
from tremplin.programmes.retention import DataClass, classes, goes_on, register
from tremplin.programmes.roles import Role, roles_of
from tremplin.programmes.rounds import go_round
from tremplin.review.models import DeclaredConflict, Review
from tremplin.selection.models import Decision, Override, Scholar
from tremplin.stipends.models import Instalment

pytestmark = pytest.mark.django_db
WORD = "Secretwords-31"


def decided(cast: Cast, count: int = 6) -> list[Application]:
    """Six people read and decided with words in every corner, two of them scholars; a draft and a withdrawal."""
    now = cast.at("call_opens", days=2)
    rows = apply(cast.cohort, count, now=now, answers={"full_name": WORD, "motivation": WORD})
    give_out(cast)
    read_all(cast, by_number)
    Review.objects.update(comment=WORD, private_note=WORD)
    DeclaredConflict.objects.create(
        cohort=cast.cohort, application=rows[0], reviewer=cast.reviewer, reason=WORD, created_at=now
    )
    for name, state in (("Dora Draft", "draft"), ("Wim Withdrawn", "withdrawn")):
        sent = state == "withdrawn"
        Application.objects.create(
            cohort=cast.cohort,
            applicant=person(name),
            state=state,
            name=name,
            search=name.lower(),
            answers={"motivation": WORD},
            sent=int(sent),
            submitted_at=now if sent else None,
            withdrawn_at=now if sent else None,
            saved_at=now,
            created_at=now,
        )
    decide(cast)
    row = Decision.objects.get(application=rows[-1])
    made = Override.objects.create(
        proposal=row.proposal,
        application=rows[-1],
        wanted="decline",
        code="other",
        reason=WORD,
        state="agreed",
        proposed_by=cast.organiser,
        answered_by=cast.colleague,
        answered_at=now,
        created_at=now,
    )
    Decision.objects.filter(pk=row.pk).update(overridden="decline", override=made)
    for offer in offers_of(cast.cohort):
        accept(offer, cast.at("decisions_out", days=1))
    return rows


def explained(cast: Cast, **offset: int) -> datetime:
    return goes_on(cast.cohort, "explain_days") + timedelta(**offset)


def test_on_the_last_day_of_explaining_the_words_of_those_not_chosen_go(cast: Cast) -> None:
    decided(cast)
    go_round(cohort=cast.cohort, now=explained(cast, minutes=-1))
    assert Review.objects.filter(comment=WORD).count() == 12
    assert not AuditEvent.objects.filter(verb="privacy.purged").exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        go_round(cohort=cast.cohort, now=explained(cast))
    scholars = set(Scholar.objects.values_list("application", flat=True))
    assert len(scholars) == 2
    for row in Application.objects.all():
        if row.pk in scholars:
            assert row.answers["motivation"] == WORD
        else:
            assert row.gone
            assert not Snapshot.objects.filter(application=row).exclude(answers={}).exists()
    assert not Application.objects.filter(state=ApplicationState.DRAFT).exists()
    assert Application.objects.filter(state=ApplicationState.WITHDRAWN).count() == 1
    assert WORD not in str(list(Review.objects.values_list("comment", "private_note")))
    assert WORD not in str(list(DeclaredConflict.objects.values_list("reason", flat=True)))
    assert WORD not in str(list(Override.objects.values_list("reason", flat=True)))
    assert Review.objects.exclude(scores={}).count() == 12
    assert Decision.objects.count() == 6
    dora = Application._meta.apps.get_model("people.User").objects.get(name="Dora Draft")
    assert roles_of(dora, cast.cohort) == frozenset()


def test_scholars_applications_go_on_the_profiles_last_day_and_then_no_word_is_left(cast: Cast) -> None:
    decided(cast)
    go_round(cohort=cast.cohort, now=explained(cast))
    assert WORD in everything_stored()
    go_round(cohort=cast.cohort, now=goes_on(cast.cohort, "application_days"))
    assert WORD not in everything_stored()
    assert Scholar.objects.count() == 2


def test_who_agreed_keeps_theirs_until_the_last_day_or_until_they_take_it_back(cast: Cast) -> None:
    rows = decided(cast)
    refused = Application.objects.exclude(scholar__isnull=False).filter(state="submitted").order_by("pk")
    kept, changed = refused[0], refused[1]
    for row in (kept, changed):
        consents.give(
            user=row.applicant, purpose=KEEP_APPLICATION, about=cast.cohort.ref, now=cast.at("decisions_out")
        )
    go_round(cohort=cast.cohort, now=explained(cast))
    kept.refresh_from_db()
    changed.refresh_from_db()
    assert (kept.gone, changed.gone) == (False, False)
    consents.withdraw(
        user=changed.applicant, code=KEEP_APPLICATION.code, about=cast.cohort.ref, now=explained(cast, days=1)
    )
    go_round(cohort=cast.cohort, now=explained(cast, days=2))
    kept.refresh_from_db()
    changed.refresh_from_db()
    assert (kept.gone, changed.gone) == (False, True)
    go_round(cohort=cast.cohort, now=goes_on(cast.cohort, "application_days"))
    kept.refresh_from_db()
    assert kept.gone
    assert len(rows) == 6


def test_the_figures_are_counted_before_anything_goes_and_reports_say_the_same_afterwards(cast: Cast) -> None:
    decided(cast)
    go_round(cohort=cast.cohort, now=cast.at("training_starts"))
    before = report_content(cast.cohort, now=explained(cast))
    counted = funnel(cast.cohort)
    assert (counted["started"], counted["sent"], counted["withdrawn"]) == (8, 7, 1)
    assert sum(day[1] for day in counted["days"]) == 8
    assert counted["states"] == {"submitted": 6, "draft": 1, "withdrawn": 1}
    go_round(cohort=cast.cohort, now=explained(cast))
    go_round(cohort=cast.cohort, now=explained(cast, days=1))
    assert Application.objects.count() == 7
    assert FrozenTally.objects.get(cohort=cast.cohort, stage="applications").figures == counted
    after = report_content(cast.cohort, now=explained(cast))
    assert after == before
    go_round(cohort=cast.cohort, now=goes_on(cast.cohort, "application_days"))
    assert report_content(cast.cohort, now=explained(cast)) == before


def test_files_go_from_the_disk_too(cast: Cast) -> None:
    sent = sent_with_file(cast)
    path = StoredFile.objects.get(ref=sent.ref).path
    assert default_storage.exists(path)
    with TestCase.captureOnCommitCallbacks(execute=True):
        go_round(cohort=cast.cohort, now=explained(cast))
    assert not default_storage.exists(path)
    assert not StoredFile.objects.filter(ref=sent.ref).exists()


def test_mails_about_what_went_say_nothing_any_more(cast: Cast) -> None:
    sent_with_file(cast)
    mails = OutboxMessage.objects.filter(scope=cast.cohort.scope, to_ref=cast.applicant.ref)
    assert mails.exclude(body="—\n").exists()
    go_round(cohort=cast.cohort, now=explained(cast))
    assert not mails.exclude(body="—\n").exists()


def test_the_log_counts_and_names_nobody(cast: Cast) -> None:
    decided(cast)
    go_round(cohort=cast.cohort, now=explained(cast))
    events = AuditEvent.objects.filter(verb="privacy.purged")
    found: dict[str, int] = {}
    for event in events:
        assert event.actor == ""
        assert event.subject_ref == cast.cohort.ref
        found.update(event.data)
    assert found == {
        "applications.refused": 4,
        "applications.unsent": 2,
        "review.texts": 13,
        "selection.reasons": 1,
    }
    assert audit.first_break(cast.cohort.scope) is None


def test_what_was_asked_in_confidence_goes_whole_for_scholars_too(cast: Cast) -> None:
    decided(cast)
    now = cast.at("call_opens", days=2)
    for row in Application.objects.filter(state="submitted"):
        Request.objects.create(cohort=cast.cohort, application=row, waiting_since=now, created_at=now)
    go_round(cohort=cast.cohort, now=explained(cast, minutes=-1))
    assert Request.objects.count() == 6
    go_round(cohort=cast.cohort, now=explained(cast))
    assert not Request.objects.exists()
    assert Application.objects.filter(scholar__isnull=False, answers__motivation=WORD).count() == 2


def test_a_second_round_changes_nothing(cast: Cast) -> None:
    decided(cast)
    assert services.purge(cohort=cast.cohort, now=explained(cast))
    before = everything_stored()
    assert services.purge(cohort=cast.cohort, now=explained(cast, hours=1)) == {}
    assert everything_stored() == before


def test_who_is_killed_in_the_middle_goes_on_where_they_were(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(cast)
    counted = funnel(cast.cohort)
    monkeypatch.setattr(purging, "BATCH", 2)
    real, calls = purging.freeze, []

    def dies(kept: DataClass, cohort: Cohort, *, now: datetime) -> None:
        calls.append(kept.code)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(kept, cohort, now=now)

    monkeypatch.setattr(purging, "freeze", dies)
    with pytest.raises(KeyboardInterrupt):
        services.purge(cohort=cast.cohort, now=explained(cast))
    rest = services.purge(cohort=cast.cohort, now=explained(cast))
    assert rest
    totals: dict[str, int] = {}
    for event in AuditEvent.objects.filter(verb="privacy.purged"):
        assert max(event.data.values()) <= 2
        for code, count in event.data.items():
            totals[code] = totals.get(code, 0) + count
    assert totals["applications.refused"] == 4
    assert totals["review.texts"] == 13
    assert FrozenTally.objects.get(cohort=cast.cohort).figures == counted


def test_a_rehearsal_keeps_its_invented_people(cast: Cast) -> None:
    decided(cast)
    Cohort.objects.filter(pk=cast.cohort.pk).update(invented=True)
    cast.cohort.refresh_from_db()
    go_round(cohort=cast.cohort, now=explained(cast, days=2000))
    assert WORD in everything_stored()


def test_a_held_class_stays_until_the_hold_ends(cast: Cast) -> None:
    decided(cast)
    until = explained(cast, days=40)
    hold = services.place(
        cohort=cast.cohort,
        kept="applications.refused",
        reason="Claim 12/345 before the court. Privatereason-9",
        until=until,
        actor=cast.organiser,
        now=explained(cast, days=-3),
    )
    gone = services.purge(cohort=cast.cohort, now=explained(cast))
    assert "applications.refused" not in gone
    assert gone["review.texts"] == 13
    assert services.purge(cohort=cast.cohort, now=until - timedelta(minutes=1)) == {}
    assert services.purge(cohort=cast.cohort, now=until)["applications.refused"] == 4
    placed = AuditEvent.objects.get(verb="privacy.hold-placed")
    assert (placed.actor, placed.subject_ref) == (cast.organiser.ref, hold.ref)
    assert "Privatereason" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_a_hold_can_be_changed_and_ended_before_its_day(cast: Cast) -> None:
    decided(cast)
    now = explained(cast, days=-3)
    place: dict[str, Any] = {
        "cohort": cast.cohort,
        "kept": "review.texts",
        "actor": cast.organiser,
        "now": now,
    }
    first = services.place(reason="One", until=explained(cast, days=9), **place)
    second = services.place(reason="Two", until=explained(cast, days=19), **place)
    assert Hold.objects.filter(lifted_at=None).get() == second
    for _ in range(2):
        services.lift(hold=second, actor=cast.colleague, now=explained(cast))
    assert AuditEvent.objects.filter(verb="privacy.hold-lifted").count() == 1
    assert services.purge(cohort=cast.cohort, now=explained(cast))["review.texts"] == 13
    third = services.place(reason="Three", until=explained(cast, days=9), **place)
    with pytest.raises(Conflict, match="ended by itself"):
        services.lift(hold=third, actor=cast.colleague, now=explained(cast, days=10))
    assert first.reason == "One"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
        ({"kept": "stipends.details"}, "kept"),
        ({"kept": "nothing.known"}, "kept"),
        ({"days": -1}, "until"),
        ({"days": 366 * 6}, "until"),
    ],
)
def test_a_hold_wants_a_reason_and_an_end(cast: Cast, changed: dict[str, Any], field: str) -> None:
    values = {"kept": "review.texts", "reason": "A claim", "days": 30, **changed}
    now = cast.at("decisions_out")
    with pytest.raises(Invalid) as refused:
        services.place(
            cohort=cast.cohort,
            kept=values["kept"],
            reason=values["reason"],
            until=now + timedelta(days=values["days"]),
            actor=cast.organiser,
            now=now,
        )
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("role", ["reviewer", "observer", "finance", "mentor", "stranger"])
def test_only_organisers_hold(cast: Cast, role: str) -> None:
    now = cast.at("decisions_out")
    until = now + timedelta(days=3)
    hold = services.place(
        cohort=cast.cohort, kept="review.texts", reason="A claim", until=until, actor=cast.organiser, now=now
    )
    actor = getattr(cast, role)
    with pytest.raises(NotAllowed):
        services.place(
            cohort=cast.cohort, kept="review.texts", reason="A claim", until=until, actor=actor, now=now
        )
    with pytest.raises(NotAllowed):
        services.lift(hold=hold, actor=actor, now=now)


def test_a_scholars_records_go_when_the_law_lets_go_of_them(cast: Cast) -> None:
    scholar = full_scholar(cast)
    person_ = scholar.user
    outcome_day = goes_on(cast.cohort, "outcome_days")
    go_round(cohort=cast.cohort, now=outcome_day - timedelta(days=1))
    assert SurveyResponse.objects.exists()
    assert CheckInAnswer.objects.exclude(answers={}).exists()
    before = report_content(cast.cohort, now=outcome_day)["outcomes"]
    services.purge(cohort=cast.cohort, now=outcome_day)
    assert not SurveyResponse.objects.exists()
    assert not CheckInAnswer.objects.exclude(answers={}).exists()
    assert CheckInAnswer.objects.count() == 2
    assert report_content(cast.cohort, now=outcome_day)["outcomes"] == before
    paid = Instalment.objects.get(state="paid")
    assert paid.payee == person_.name
    assert paid.paid_at is not None
    books = datetime(paid.paid_at.year + 11, 1, 1, tzinfo=paid.paid_at.tzinfo)
    services.purge(cohort=cast.cohort, now=books - timedelta(seconds=1))
    paid.refresh_from_db()
    assert paid.payee == person_.name
    services.purge(cohort=cast.cohort, now=books)
    paid.refresh_from_db()
    assert paid.payee != person_.name
    assert MARK in everything_stored()  # the project and the journal are the scholar's own work


def test_every_page_of_the_cohort_works_afterwards(cast: Cast, clock: Clock) -> None:
    decided(cast)
    scholar = full_scholar(cast)
    refused = Application.objects.filter(state="submitted", scholar=None).select_related("applicant")[0]
    go_round(cohort=cast.cohort, now=goes_on(cast.cohort, "outcome_days"))
    clock.at = goes_on(cast.cohort, "outcome_days")
    decision = Decision.objects.get(application=refused)
    visits: dict[str, list[tuple[str, dict[str, str]]]] = {
        "organiser": [
            ("applications:board", {}),
            ("applications:figures", {}),
            ("applications:application", {"ref": refused.ref}),
            ("applications:application", {"ref": scholar.application.ref}),
            ("review:progress", {}),
            ("review:reads", {"ref": refused.ref}),
            ("selection:room", {}),
            ("selection:decision", {"ref": decision.ref}),
            ("selection:places", {}),
            ("selection:scholars", {}),
            ("mentoring:pairings", {}),
            ("stipends:board", {}),
            ("training:scholars", {}),
            ("projects:projects", {}),
            ("impact:today", {}),
            ("privacy:retention", {}),
            ("programmes:log", {}),
            ("programmes:outbox", {}),
            ("programmes:people", {}),
            ("equality:results", {}),
        ],
        "observer": [("applications:board", {}), ("applications:figures", {}), ("privacy:retention", {})],
        "reviewer": [("review:queue", {})],
    }
    seen = ""
    for who, pages in visits.items():
        client = signed_in(getattr(cast, who))
        for name, words in pages:
            answer = client.get(page(cast, name, **words), follow=True)
            assert answer.status_code == 200, (name, answer.status_code)
            seen += answer.text
    assert WORD not in seen
    assert refused.applicant.email not in seen
    export = signed_in(cast.organiser).post(page(cast, "applications:export"), {"answers": "on"})
    content = content_of(export).decode()
    assert WORD not in content
    assert refused.applicant.email not in content
    own = signed_in(refused.applicant)
    for name in ("applications:hub", "applications:receipt", "selection:outcome", "privacy:mine"):
        answer = own.get(page(cast, name), follow=True)
        assert answer.status_code == 200, name


def test_cohorts_that_have_ended_are_looked_after_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(cast)
    held = hold(monkeypatch, goes_on(cast.cohort, "application_days"))
    assert held.at > cast.at("follow_up_ends")
    done: list[int] = []
    monkeypatch.setattr(tasks.let_go.__class__, "enqueue", lambda self, pk: done.append(pk))
    tasks.let_go_in_ended_cohorts.func()
    assert done == [cast.cohort.pk, cast.rival_cohort.pk]
    tasks.let_go.func(cast.cohort.pk)
    assert WORD not in everything_stored()


def test_organisers_see_what_goes_next_and_are_told_a_month_before(cast: Cast, clock: Clock) -> None:
    decided(cast)
    clock.at = explained(cast, days=-31)
    assert "Data about people goes by itself" not in titles(cast, clock)
    clock.at = explained(cast, days=-30)
    assert "Data about people goes by itself" in titles(cast, clock)
    text = signed_in(cast.organiser).get(page(cast, "privacy:retention")).text
    assert "What goes next" in text
    assert "What readers wrote" in text
    assert "180 days" in text
    assert page(cast, "privacy:hold", kept="review.texts") in text
    for kept in ("applications.unsent", "applications.refused", "review.texts", "selection.reasons"):
        services.place(
            cohort=cast.cohort,
            kept=kept,
            reason="A claim is open.",
            until=explained(cast, days=100),
            actor=cast.organiser,
            now=clock.at,
        )
    assert "Data about people goes by itself" not in titles(cast, clock)
    text = signed_in(cast.observer).get(page(cast, "privacy:retention")).text
    assert "A claim is open." in text
    assert cast.organiser.name in text
    assert "/hold/" not in text


def titles(cast: Cast, clock: Clock) -> list[str]:
    roles = roles_of(cast.organiser, cast.cohort)
    cards = desk.cards(cohort=cast.cohort, actor=cast.organiser, roles=roles, now=clock.at)
    return [str(card.title) for card in cards]


def test_holding_and_ending_it_by_the_pages(cast: Cast, clock: Clock) -> None:
    decided(cast)
    clock.at = explained(cast, days=-5)
    client = signed_in(cast.organiser)
    form = page(cast, "privacy:hold", kept="review.texts")
    assert client.get(form).status_code == 200
    refused = client.post(form, {"reason": "", "until": "2020-01-01"})
    assert refused.status_code == 422
    assert "still to come" in client.post(form, {"reason": "A claim", "until": "2020-01-01"}).text
    day = explained(cast, days=20).date().isoformat()
    answer = client.post(form, {"reason": "A claim", "until": day}, follow=True)
    assert "It stays until then" in answer.text
    assert "A claim" in client.get(form).text
    hold = Hold.objects.get()
    answer = client.post(page(cast, "privacy:lift", ref=hold.ref), follow=True)
    assert "The hold has ended" in answer.text
    assert client.get(page(cast, "privacy:hold", kept="stipends.details")).status_code == 404
    clock.at = explained(cast)
    go_round(cohort=cast.cohort, now=clock.at)
    gone = client.get(page(cast, "privacy:retention")).text
    assert "What has gone" in gone
    assert "The figures that were kept" in gone


def test_another_cohorts_hold_is_nobodys_business(cast: Cast, clock: Clock) -> None:
    hold = services.place(
        cohort=cast.rival_cohort,
        kept="review.texts",
        reason="A claim",
        until=clock.at + timedelta(days=9),
        actor=cast.stranger,
        now=clock.at,
    )
    client = signed_in(cast.organiser)
    assert client.post(page(cast, "privacy:lift", ref=hold.ref)).status_code == 404
    hold.refresh_from_db()
    assert hold.lifted_at is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_same_however_many_there_are(
    cast: Cast, clock: Clock, queries_of: Any, count: int
) -> None:
    apply(cast.cohort, count, now=cast.at("call_opens", days=2))
    clock.at = explained(cast, days=-1)
    client = signed_in(cast.organiser)
    client.get(page(cast, "privacy:retention"))
    assert queries_of(client, page(cast, "privacy:retention")) <= 15


def test_an_empty_cohort_says_so(cast: Cast, clock: Clock) -> None:
    assert (
        "Nothing about people is kept here"
        in signed_in(cast.organiser).get(page(cast, "privacy:retention")).text
    )


def test_applicants_agree_and_take_it_back_on_their_own_page(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_opens", hours=3)
    begin(cast, now=clock.at)
    client = signed_in(cast.applicant)
    own = page(cast, "privacy:mine")
    assert "keep my application" in client.get(own).text
    client.post(own, {"keep": "1"})
    assert consents.holds(cast.applicant, KEEP_APPLICATION, cast.cohort.ref)
    assert "Take it back" in client.get(own).text
    client.post(own, {"let-go": "1"})
    assert not consents.holds(cast.applicant, KEEP_APPLICATION, cast.cohort.ref)
    clock.at = explained(cast)
    assert "keep my application" not in client.get(own).text
    client.post(own, {"keep": "1"})
    assert not consents.holds(cast.applicant, KEEP_APPLICATION, cast.cohort.ref)
    assert "keep my application" not in signed_in(cast.reviewer).get(own).text
    account = client.get("/account/")
    assert account.status_code == 200


def test_everything_that_is_declared_has_its_words_and_a_day(cast: Cast) -> None:
    stages = {kept.stage for kept in classes()}
    assert {"applications", "review", "selection", "stipends", "mentoring", "impact"} <= stages
    for kept in classes():
        assert all(str(text) for text in (kept.what, kept.rule, kept.kept))
        assert ("%(days)s" in str(kept.rule)) == (kept.limit is not None), kept.code
    with pytest.raises(ValueError, match="never goes"):
        register(DataClass(code="x.y", what="", rule="", kept="", count=lambda cohort: 0))
    with pytest.raises(ValueError, match="name the rows"):
        register(DataClass(code="x.y", what="", rule="", kept="", limit="explain_days"))


def test_role_names_are_untouched(cast: Cast) -> None:
    """A purge leaves everybody's part in the running of the cohort alone."""
    decided(cast)
    before = roles_of(cast.reviewer, cast.cohort)
    go_round(cohort=cast.cohort, now=explained(cast))
    assert roles_of(cast.reviewer, cast.cohort) == before == {Role.REVIEWER}
