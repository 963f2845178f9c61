"""Carrying an erasure out: every word goes, books and numbers stay without a name, and later they go too."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client, TestCase

from tests.applications.world import sent_with_file
from tests.cast import Cast, enrol
from tests.mentoring.world import pair
from tests.privacy.world import LONG_AFTER, MARK, ask, everything_stored, full_scholar, what
from tests.review.world import apply, fill, give_out, read_of
from tests.selection.world import decide, read_cohort
from tests.stipends.world import with_details
from tests.training.world import post, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.applications.models import Application, Snapshot
from tremplin.core import audit
from tremplin.core.errors import Conflict
from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.impact.figures import report_content
from tremplin.mentoring.models import CheckInAnswer
from tremplin.people.models import ErasurePart, User
from tremplin.people.services import consents, erasure
from tremplin.privacy import services
from tremplin.programmes import services as programmes
from tremplin.programmes.retention import explained_until
from tremplin.programmes.roles import Role, roles_of
from tremplin.projects.models import Project
from tremplin.review.models import Review
from tremplin.selection import services as selection
from tremplin.selection.models import Decision, Scholar
from tremplin.showcase.purposes import MENTOR, PAGE
from tremplin.stipends import services as stipends
from tremplin.stipends.models import Instalment, PayeeForm
from tremplin.training.models import Audience

pytestmark = pytest.mark.django_db


def carry_out(cast: Cast, user: User, **offset: int) -> ErasurePart:
    now = cast.at("training_ends", **(offset or LONG_AFTER))
    (part,) = ask(user, now)
    return services.carry_out(part=part, actor=cast.organiser, now=now)


def test_no_word_and_no_name_of_a_scholar_stays_but_in_the_books(cast: Cast) -> None:
    scholar = full_scholar(cast)
    person = scholar.user
    name, address = person.name, person.email
    assert MARK in everything_stored()
    carry_out(cast, person)
    stored = everything_stored()
    assert MARK not in stored
    assert address not in stored
    assert stored.count(name) == 1
    paid = Instalment.objects.get(state="paid")
    assert paid.payee == name
    assert paid.entries.count() == 4
    assert not PayeeForm.objects.exists()
    assert audit.first_break(cast.cohort.scope) is None


def test_the_person_is_told_what_is_gone_what_stays_and_until_when(cast: Cast) -> None:
    person = full_scholar(cast).user
    carry_out(cast, person)
    mail = OutboxMessage.objects.get(kind="erasure-done")
    assert (mail.to, mail.language) == (person.email, "fr")
    assert "Le projet, ses jalons" in mail.body
    assert "1 janvier 2038" in mail.body.replace("1er", "1")
    assert "autorité" in mail.body


def test_what_others_see_still_works_without_the_words(cast: Cast, clock: Clock) -> None:
    scholar = full_scholar(cast)
    pairing = scholar.pairings.get()
    carry_out(cast, scholar.user)
    clock.at = cast.at("training_ends", **LONG_AFTER)
    organiser, mentor, finance = (signed_in(getattr(cast, who)) for who in ("organiser", "mentor", "finance"))
    for client, name, words in (
        (organiser, "selection:scholars", {}),
        (organiser, "selection:scholar", {"ref": scholar.ref}),
        (organiser, "selection:places", {}),
        (organiser, "applications:board", {}),
        (organiser, "applications:application", {"ref": scholar.application.ref}),
        (organiser, "mentoring:pairings", {}),
        (organiser, "mentoring:pairing", {"ref": pairing.ref}),
        (organiser, "mentoring:answers", {"ref": pairing.ref, "code": "week-2"}),
        (mentor, "mentoring:pairing", {"ref": pairing.ref}),
        (organiser, "training:scholars", {}),
        (organiser, "training:scholar", {"ref": scholar.ref}),
        (organiser, "projects:projects", {}),
        (organiser, "showcase:organise", {}),
        (organiser, "impact:today", {}),
        (organiser, "programmes:people", {}),
        (organiser, "programmes:outbox", {}),
        (finance, "stipends:board", {}),
        (finance, "stipends:board", {}),
        (finance, "stipends:instalment", {"ref": Instalment.objects.get(state="paid").ref}),
        (Client(), "showcase:gallery", {}),
    ):
        answer = client.get(page(cast, name, **words))
        assert answer.status_code == 200, name
        assert MARK not in answer.text, name
    figures = report_content(cast.cohort, now=clock.at)
    assert figures["reach"]["scholars"] == 1
    assert figures["money"]["payments"] == 1


def test_the_account_is_a_shell_that_nobody_can_enter(cast: Cast) -> None:
    person = full_scholar(cast).user
    client = signed_in(person)
    assert client.get("/account/").status_code == 200
    carry_out(cast, person)
    shell = User.objects.get(pk=person.pk)
    assert (shell.is_active, shell.has_usable_password()) == (False, False)
    assert shell.email == f"erased-{person.ref}@example.invalid"
    assert shell.get_full_name() == f"({person.ref.upper()})"
    assert client.get("/account/").status_code == 302
    assert not roles_of(shell, cast.cohort)
    again = User.objects.create_user(person.email, name="Again")
    assert again.pk != person.pk
    request = person.erasure_requests.get()
    assert request.answered_at is not None
    assert AuditEvent.objects.filter(verb="people.account-closed", subject_ref=person.ref).exists()


def test_books_lose_the_name_when_the_law_does_not_ask_for_it_any_more(cast: Cast) -> None:
    person = full_scholar(cast).user
    name = person.name
    part = carry_out(cast, person)
    paid = Instalment.objects.get(state="paid")
    assert paid.paid_at is not None
    until = paid.paid_at.replace(year=paid.paid_at.year + 11, month=1, day=1, hour=0)
    assert part.again_at == until
    erasure.erase_what_is_due(now=until - timedelta(seconds=1))
    assert Instalment.objects.get(state="paid").payee == name
    assert erasure.erase_what_is_due(now=until) == 1
    assert erasure.erase_what_is_due(now=until) == 0
    assert Instalment.objects.get(state="paid").payee == "—"
    assert name not in everything_stored()
    assert AuditEvent.objects.filter(verb="privacy.erased-later").count() == 1


def test_consents_end_with_what_they_were_about(cast: Cast) -> None:
    scholar = full_scholar(cast)
    ref = scholar.project.showcase_page.ref
    carry_out(cast, scholar.user)
    assert not consents.holds(scholar.user, PAGE, ref)
    assert not Project.objects.exists()


def test_who_was_not_chosen_is_explained_first_and_erased_when_that_is_over(cast: Cast) -> None:
    rows = read_cohort(cast, 6)
    decide(cast)
    declined = Decision.objects.get(application=rows[-1])
    assert declined.outcome == "decline"
    person, now = rows[-1].applicant, cast.at("decisions_out", days=10)
    until = explained_until(cast.cohort)
    assert until is not None
    (part,) = ask(person, now)
    part = services.carry_out(part=part, actor=cast.organiser, now=now)
    assert part.again_at == until
    assert Snapshot.objects.get(application=rows[-1]).answers
    assert Review.objects.filter(assignment__application=rows[-1]).exclude(comment="").exists()
    erasure.erase_what_is_due(now=until)
    assert Snapshot.objects.get(application=rows[-1]).answers == {}
    assert not Review.objects.filter(assignment__application=rows[-1]).exclude(comment="").exists()
    assert Review.objects.filter(assignment__application=rows[0]).exclude(comment="").exists()
    kept = Application.objects.get(pk=rows[-1].pk)
    assert (kept.answers, kept.name) == ({}, f"({kept.ref.upper()})")
    assert Decision.objects.get(application=kept).estimate == declined.estimate
    assert person.name not in everything_stored()


def test_who_is_still_in_the_running_steps_back_by_it(cast: Cast) -> None:
    sent = sent_with_file(cast)
    now = cast.at("call_opens", days=3)
    path = StoredFile.objects.get().path
    (part,) = ask(cast.applicant, now)
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.carry_out(part=part, actor=cast.organiser, now=now)
    kept = Application.objects.get(pk=sent.application.pk)
    assert (kept.state, kept.answers) == ("withdrawn", {})
    assert Snapshot.objects.get().answers == {}
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(path)


def test_a_draft_goes_whole_and_then_the_account_itself(cast: Cast) -> None:
    person = cast.applicant
    apply(cast.cohort, 0, now=cast.at("call_opens", days=1), also=[person])
    Snapshot.objects.all().delete()
    Application.objects.update(state="draft", sent=0)
    now = cast.at("call_opens", days=3)
    (part,) = ask(person, now)
    services.carry_out(part=part, actor=cast.organiser, now=now)
    assert not Application.objects.exists()
    assert erasure.forget_shells(now=now + timedelta(days=29)) == 0
    assert erasure.forget_shells(now=now + timedelta(days=30)) == 1
    assert not User.objects.filter(pk=person.pk).exists()
    assert not OutboxMessage.objects.filter(to=person.email).exists()


def test_a_reviewer_leaves_scores_without_a_name(cast: Cast) -> None:
    read_cohort(cast, 3)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    found = what(cast.reviewer, cast, now)
    assert found["stays"] == ["3 reads as a reviewer"]
    (part,) = ask(cast.reviewer, now)
    name = cast.reviewer.name
    services.carry_out(part=part, actor=cast.organiser, now=now)
    assert Review.objects.filter(assignment__reviewer=cast.reviewer).count() == 3
    assert name not in everything_stored()


def test_who_has_something_to_read_hands_it_on_first(cast: Cast) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    now = cast.at("call_closes", days=2)
    assert what(cast.reviewer, cast, now)["first"] == ["2 applications to read"]
    fill(read_of(cast, cast.reviewer), now)
    (part,) = ask(cast.reviewer, now)
    with pytest.raises(Conflict, match="other reviewers"):
        services.carry_out(part=part, actor=cast.organiser, now=now)


def test_who_holds_a_place_or_is_owed_money_settles_that_first(cast: Cast) -> None:
    scholar = enrol(cast)
    stipends.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    with_details(cast, scholar)
    now = cast.at("training_starts", days=1)
    assert what(cast.scholar, cast, now)["first"] == ["A place as a scholar", "2 payments that are open"]
    (part,) = ask(cast.scholar, now)
    with pytest.raises(Conflict, match="given back"):
        services.carry_out(part=part, actor=cast.organiser, now=now)
    assert PayeeForm.objects.exists()
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=now)
    for row in Instalment.objects.all():
        stipends.cancel(instalment=row, reason="x", actor=cast.finance, now=now)
    services.carry_out(part=part, actor=cast.organiser, now=now)
    assert not PayeeForm.objects.exists()


def test_a_mentor_hands_their_scholar_on_first_and_then_leaves_no_words(cast: Cast) -> None:
    scholar = full_scholar(cast)
    Scholar.objects.update(state="enrolled")
    now = cast.at("training_ends", **LONG_AFTER)
    assert what(cast.mentor, cast, now)["first"] == ["A scholar who is mentored now"]
    Scholar.objects.update(state="completed")
    page_ref = scholar.project.showcase_page.ref
    (part,) = ask(cast.mentor, now)
    name = cast.mentor.name
    services.carry_out(part=part, actor=cast.organiser, now=now)
    assert name not in everything_stored()
    assert CheckInAnswer.objects.get(side="mentor").answers == {}
    assert CheckInAnswer.objects.get(side="scholar").answers != {}
    assert not consents.holds(cast.mentor, MENTOR, page_ref)
    assert Project.objects.get().title == MARK


def test_an_open_offer_is_answered_first_and_a_place_on_the_waitlist_is_left(cast: Cast) -> None:
    read_cohort(cast, 6)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    offered = Decision.objects.filter(outcome="offer").select_related("application__applicant").first()
    waiting = Decision.objects.filter(outcome="waitlist").select_related("application__applicant").first()
    assert offered is not None
    assert waiting is not None
    assert what(offered.application.applicant, cast, now)["first"] == ["An offer that waits for an answer"]
    (part,) = ask(waiting.application.applicant, now)
    services.carry_out(part=part, actor=cast.organiser, now=now)
    waiting.refresh_from_db()
    assert waiting.left_at == now


def test_a_person_in_two_institutions_is_answered_by_each_for_itself(cast: Cast) -> None:
    post(scholar_of(cast), 1, Audience.COHORT, title=MARK)
    selection.withdraw_scholar(
        scholar=scholar_of(cast), actor=cast.scholar, now=cast.at("training_starts", days=-5)
    )
    programmes.grant(
        user=cast.scholar, cohort=cast.rival_cohort, role=Role.MENTOR, actor=None, now=cast.at("call_opens")
    )
    now = cast.at("training_ends", **LONG_AFTER)
    here, there = sorted(ask(cast.scholar, now), key=lambda part: part.scope)
    assert (here.scope, there.scope) == (cast.cohort.scope, cast.rival_cohort.scope)
    services.carry_out(part=here, actor=cast.organiser, now=now)
    assert MARK not in everything_stored()
    assert not roles_of(cast.scholar, cast.cohort)
    assert roles_of(cast.scholar, cast.rival_cohort) == {Role.MENTOR}
    cast.scholar.refresh_from_db()
    assert cast.scholar.is_active
    services.carry_out(part=there, actor=cast.stranger, now=now)
    cast.scholar.refresh_from_db()
    assert not cast.scholar.is_active


def test_a_cohort_that_somebody_joined_after_asking_is_asked_too(cast: Cast) -> None:
    now = cast.at("call_opens", days=1)
    (part,) = ask(cast.observer, now)
    programmes.grant(user=cast.observer, cohort=cast.rival_cohort, role=Role.OBSERVER, actor=None, now=now)
    services.carry_out(part=part, actor=cast.organiser, now=now)
    cast.observer.refresh_from_db()
    assert cast.observer.is_active
    request = cast.observer.erasure_requests.get()
    assert request.answered_at is None
    assert set(request.parts.values_list("scope", "answer")) == {
        (cast.cohort.scope, "done"),
        (cast.rival_cohort.scope, "open"),
    }


def test_mails_of_another_institution_keep_their_text(cast: Cast) -> None:
    pair(cast)
    before = OutboxMessage.objects.filter(to=cast.mentor.email)
    assert before.exists()
    before.update(scope=cast.rival_cohort.scope)
    selection.withdraw_scholar(
        scholar=Scholar.objects.get(), actor=cast.scholar, now=cast.at("training_starts", days=-5)
    )
    now = cast.at("training_starts")
    part = next(part for part in ask(cast.mentor, now) if part.scope == cast.cohort.scope)
    ErasurePart.objects.create(request=part.request, scope=cast.rival_cohort.scope, title="x", created_at=now)
    services.carry_out(part=part, actor=cast.organiser, now=now)
    assert OutboxMessage.objects.filter(to=cast.mentor.email, scope=cast.rival_cohort.scope).exists()
