"""Writing to many: to whom, in which words, once, and not to those who no longer need it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from tests.applications.conftest import begin, send, write
from tests.applications.crowd import crowd
from tests.cast import Cast, person
from tests.core.jobs.test_queue import run_all
from tests.core.outbox.test_outbox import pass_time
from tests.visiting import hidden, page
from tremplin.applications import queries, services
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.form import all_problems
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.programmes import services as programmes

SUBJECT = {"en": "News of {programme}", "fr": "Des nouvelles de {programme}"}
BODY = {"en": "Hello {name},\n{link}\nUntil {date}.", "fr": "Bonjour {name},\n{link}\nJusqu’au {date}."}
DRAFTS = queries.Choice(queries.BoardFilters(state="draft"))


def prepared(cast: Cast, choice: queries.Choice = DRAFTS, **changed: object) -> Batch:
    values: dict[str, Any] = {
        "cohort": cast.cohort,
        "actor": cast.organiser,
        "choice": choice,
        "subject": SUBJECT,
        "body": BODY,
        "now": cast.at("call_opens", days=2),
        **changed,
    }
    return services.prepare_letter(**values)


def test_everybody_with_a_draft_gets_one_mail_in_their_language_that_waits(cast: Cast) -> None:
    begin(cast)
    begin(cast, person("Dora Draft", language="fr"))
    send(write(begin(cast, person("Sam Sent")), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    batch = prepared(cast)
    mails = {mail.to: mail for mail in batch.messages.all()}
    assert set(mails) == {"ada.applicant@example.org", "dora.draft@example.org"}
    assert {mail.state for mail in mails.values()} == {MessageState.WAITING}
    assert mails["dora.draft@example.org"].body.startswith("Bonjour Dora")
    assert "/application/" in mails["ada.applicant@example.org"].body
    assert "{" not in mails["ada.applicant@example.org"].body
    assert AuditEvent.objects.get(verb="applications.letter-prepared").data["people"] == 2


def test_the_ticked_ones_get_it_and_nobody_else(cast: Cast) -> None:
    first, _second = crowd(cast, 2)
    batch = prepared(cast, queries.Choice(refs=(first.ref,)))
    assert batch.messages.get().to == first.applicant.email


def test_excluded_applications_and_closed_accounts_get_no_letter_unless_they_are_meant(cast: Cast) -> None:
    kept, spam, closed = crowd(cast, 3)
    Application.objects.filter(pk=spam.pk).update(state=ApplicationState.EXCLUDED)
    closed.applicant.is_active = False
    closed.applicant.save()
    assert prepared(cast, queries.Choice()).messages.get().to == kept.applicant.email
    meant = queries.Choice(queries.BoardFilters(state="excluded"))
    assert prepared(cast, meant).messages.get().to == spam.applicant.email


def test_pressed_twice_it_is_one_letter(cast: Cast) -> None:
    begin(cast)
    assert prepared(cast, once="k").ref == prepared(cast, once="k").ref
    assert OutboxMessage.objects.filter(kind="letter").count() == 1


def test_who_has_sent_meanwhile_is_left_out_when_the_mails_leave(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    late = write(begin(cast), cast.at("call_opens", days=1))
    begin(cast, person("Dora Draft"))
    gone = begin(cast, person("Gil Gone"))
    batch = prepared(cast)
    programmes.release(
        cohort=cast.cohort, batch=batch, actor=cast.organiser, now=cast.at("call_opens", days=2)
    )
    send(late, cast.at("call_opens", days=2))
    services.discard(application=gone, actor=gone.applicant, now=cast.at("call_opens", days=2))
    OutboxMessage.objects.exclude(kind="letter").delete()
    pass_time(timedelta(days=40_000))
    run_all()
    assert [mail.to for mail in post.outbox] == [["dora.draft@example.org"]]
    states = dict(batch.messages.values_list("to", "state"))
    assert states["ada.applicant@example.org"] == MessageState.LEFT_OUT
    assert states["gil.gone@example.org"] == MessageState.LEFT_OUT
    assert AuditEvent.objects.get(verb="outbox.left-out").data == {"kind": "letter", "messages": 2}


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING])
def test_who_sends_while_the_mails_are_leaving_is_left_out_too(cast: Cast, state: MessageState) -> None:
    """`sending` is one whose worker was killed while it handed the mail over."""
    late = write(begin(cast), cast.at("call_opens", days=1))
    batch = prepared(cast)
    batch.messages.update(state=state)
    send(late, cast.at("call_opens", days=2))
    OutboxMessage.objects.exclude(kind="letter").delete()
    from tremplin.core.outbox import tasks

    tasks.enqueue(list(batch.messages.all()))
    run_all()
    assert post.outbox == []
    assert batch.messages.get().state == MessageState.LEFT_OUT


def test_a_letter_to_others_reaches_them_whatever_they_do_meanwhile(cast: Cast) -> None:
    crowd(cast, 1)
    batch = prepared(cast, queries.Choice(queries.BoardFilters(state="submitted")))
    programmes.release(
        cohort=cast.cohort, batch=batch, actor=cast.organiser, now=cast.at("call_opens", days=2)
    )
    Application.objects.update(state=ApplicationState.WITHDRAWN, withdrawn_at=cast.at("call_opens", days=2))
    pass_time(timedelta(days=40_000))
    run_all()
    assert len(post.outbox) == 1


def test_the_mails_wait_for_the_time_that_this_installation_has_set(cast: Cast) -> None:
    begin(cast)
    now = cast.at("call_opens", days=2)
    batch = programmes.release(cohort=cast.cohort, batch=prepared(cast), actor=cast.organiser, now=now)
    assert batch.release_after == now + timedelta(minutes=10)
    assert timedelta(minutes=10) == settings.MAIL_UNDO


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("subject_fr", {"subject": {"en": "One"}}),
        ("body_en", {"body": {**BODY, "en": "  "}}),
        ("body_fr", {"body": {**BODY, "fr": "Bonjour {nom}"}}),
        ("subject_en", {"subject": {**SUBJECT, "en": "x" * 151}}),
        ("body_en", {"body": {**BODY, "en": "x" * 10_001}}),
    ],
)
def test_a_letter_is_whole_in_every_language_and_names_only_what_exists(
    cast: Cast, field: str, texts: dict[str, Any]
) -> None:
    begin(cast)
    with pytest.raises(Invalid) as caught:
        prepared(cast, **texts)
    assert list(caught.value.errors) == [field]
    assert not Batch.objects.exists()


def test_organisers_alone_write_and_never_to_nobody(cast: Cast) -> None:
    with pytest.raises(Conflict):
        prepared(cast)
    begin(cast)
    for actor in (cast.observer, cast.reviewer, cast.stranger):
        with pytest.raises(NotAllowed):
            prepared(cast, actor=actor)


def test_the_page_says_to_whom_and_leads_to_the_mails(cast: Cast, organiser: Client) -> None:
    draft = begin(cast)
    address = page(cast, "applications:write")
    html = organiser.get(address, {"state": "draft"}).content.decode()
    assert "1 person would get this letter." in html
    assert "State: Drafts" in html
    assert draft.applicant.email in html
    assert "Your draft for {programme} is not sent yet" in html  # the programme's own reminder to begin with
    words = {
        f"{field}_{code}": texts[code]
        for field, texts in (("subject", SUBJECT), ("body", BODY))
        for code in texts
    }
    answer = organiser.post(address, {**hidden(html), **words}, follow=True)
    text = answer.content.decode()
    assert "Nothing has left" in text
    assert "Ada Applicant, " in text
    assert "Letter to 1 person: News of Small Scholars" in text
    assert "Whoever has sent their application by that moment is left out." in text
    assert "10 minutes after you release them" in text
    batch = Batch.objects.get()
    answer = organiser.post(
        page(cast, "programmes:batch-act", ref=batch.ref), {"deed": "release", "seen": "1"}, follow=True
    )
    assert "They leave at" in answer.content.decode()


def test_a_fault_in_the_text_is_said_at_its_field_and_nothing_is_lost(cast: Cast, organiser: Client) -> None:
    begin(cast)
    words = {"subject_en": "A", "body_en": "Hello {nmae}", "subject_fr": "B", "body_fr": "Bonjour"}
    answer = organiser.post(page(cast, "applications:write"), {"state": "draft", **words})
    assert answer.status_code == 422
    assert "{nmae} stands for nothing" in answer.content.decode()
    assert "Bonjour" in answer.content.decode()


def test_the_text_of_a_letter_that_waits_can_be_changed(cast: Cast, organiser: Client) -> None:
    begin(cast)
    first = prepared(cast)
    address = page(cast, "applications:write")
    html = organiser.get(address, {"again": first.ref}).content.decode()
    assert "News of {programme}" in html
    words = {"subject_en": "Better", "body_en": "Text", "subject_fr": "Mieux", "body_fr": "Texte"}
    organiser.post(address, {**hidden(html), **words})
    first.refresh_from_db()
    assert first.state == BatchState.CANCELLED
    assert Batch.objects.exclude(pk=first.pk).get().messages.get().subject == "Better"
    assert organiser.get(address, {"again": first.ref}).status_code == 404


def test_a_letter_to_nobody_says_so(cast: Cast, organiser: Client) -> None:
    html = organiser.get(page(cast, "applications:write"), {"state": "draft"}).content.decode()
    assert "Nobody to write to" in html


def test_the_page_asks_the_same_number_of_queries_for_one_reader_and_for_thirty(
    cast: Cast, organiser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 1)
    address = page(cast, "applications:write")
    with django_assert_max_num_queries(15) as one:
        organiser.get(address)
    crowd(cast, 29)
    with django_assert_max_num_queries(15) as thirty:
        organiser.get(address)
    assert len(thirty) <= len(one)


def test_thousands_of_mails_are_prepared_in_few_statements(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 1_200, state="draft")
    with django_assert_max_num_queries(40):
        batch = prepared(cast)
    assert batch.messages.count() == 1_200


LACKS = {"en": "Hello {name},\n{missing}\n{link}", "fr": "Bonjour {name},\n{missing}\n{link}"}


def test_each_mail_says_what_its_readers_draft_lacks_in_their_language(cast: Cast) -> None:
    begin(cast)
    begin(cast, person("Dora Draft", language="fr"))
    write(begin(cast, person("Nora Near")), cast.at("call_opens", days=1))
    mails = {mail.to: mail.body for mail in prepared(cast, body=LACKS).messages.all()}
    ada, dora = mails["ada.applicant@example.org"], mails["dora.draft@example.org"]
    form = cast.cohort.plan.application
    own = Application.objects.get(applicant=cast.applicant)
    for faults in all_problems(form, own.answers).values():
        assert all(f"- {fault}\n" in ada for fault in faults)
    assert "- This is still empty: " in ada
    assert "vide" in dora
    assert "still empty" not in dora
    assert "Nothing is missing." in mails["nora.near@example.org"]


def test_what_is_missing_is_said_in_the_text_and_never_in_a_subject(cast: Cast) -> None:
    begin(cast)
    subject = {"en": "Missing: {missing}", "fr": "Il manque : {missing}"}
    with pytest.raises(Invalid) as fault:
        prepared(cast, subject=subject)
    assert set(fault.value.errors) == {"subject_en", "subject_fr"}


def test_what_is_missing_costs_no_query_a_reader(cast: Cast) -> None:
    def queries_for(many: int) -> int:
        choice = queries.Choice(refs=tuple(row.ref for row in crowd(cast, many, state="draft")))
        with CaptureQueriesContext(connection) as seen:
            prepared(cast, choice, body=LACKS)
        return len(seen)

    assert queries_for(2) == queries_for(20)
