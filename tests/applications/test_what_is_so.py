"""Every page, file and mail about an application says what is so: after sending, after changes, after it went."""

import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.applications.conftest import fresh, send, write
from tests.cast import Cast
from tests.samples import a_pdf
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import erasing, services
from tremplin.applications.models import AnswerFile, Application, ApplicationState, Snapshot
from tremplin.core.errors import Conflict
from tremplin.core.models import StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.core.outbox.post_office import mail_of
from tremplin.people import personal_data
from tremplin.people.services.erasure import ask_to_be_erased


@pytest.fixture
def client(cast: Cast, clock: Clock, sent: Application) -> Client:
    return signed_in(cast.applicant)


def _change(cast: Cast, sent: Application, words: str = "Better words.") -> Application:
    return write(fresh(sent), cast.at("call_opens", days=4), motivation=words)


def _give(cast: Cast, application: Application, name: str) -> AnswerFile:
    return services.attach_file(
        application=application,
        question="sample",
        upload=SimpleUploadedFile(name, a_pdf()),
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
    )


def _begin_upload(cast: Cast, application: Application) -> None:
    services.begin_upload(
        application=application,
        question="sample",
        name="film.mp4",
        size=8_000_000,
        sha256="0" * 64,
        actor=cast.applicant,
        now=cast.at("call_opens", hours=2),
    )


def _receipts() -> list[OutboxMessage]:
    kinds = ["application-received", "application-updated"]
    return list(OutboxMessage.objects.filter(kind__in=kinds).order_by("pk"))


def _erased(application: Application, cast: Cast) -> None:
    row = fresh(application)
    erasing.let_go(row, cast.at("decisions_out", days=400))


def test_the_copy_of_what_was_sent_and_not_changed_never_calls_it_a_draft(cast: Cast, client: Client) -> None:
    copy = text_of(client, page(cast, "applications:copy"))
    assert "Draft" not in copy
    assert Snapshot.objects.get().checksum in copy


def test_the_copy_of_changes_says_that_another_version_counts(
    cast: Cast, client: Client, sent: Application
) -> None:
    _change(cast, sent)
    copy = text_of(client, page(cast, "applications:copy"))
    assert "Better words." in copy
    assert "Changes that were not sent." in copy
    assert "What counts was sent" in copy
    assert "Draft, not sent" not in copy


def test_the_copy_of_a_draft_says_so(cast: Cast, clock: Clock, ready: Application) -> None:
    copy = text_of(signed_in(cast.applicant), page(cast, "applications:copy"))
    assert "Draft, not sent. Saved" in copy


def test_the_copy_of_what_was_withdrawn_says_that_nobody_reads_it(
    cast: Cast, client: Client, clock: Clock, sent: Application
) -> None:
    services.withdraw(application=sent, actor=cast.applicant, now=clock())
    assert "Withdrawn since: nobody reads it." in text_of(client, page(cast, "applications:copy"))
    services.resume(application=sent, actor=cast.applicant, now=clock())
    _change(cast, sent)
    copy = text_of(client, page(cast, "applications:copy"))
    assert "Draft, not sent." in copy
    assert "was withdrawn" in copy


def test_after_the_deadline_a_draft_is_offered_only_where_it_differs(
    cast: Cast, client: Client, clock: Clock, sent: Application
) -> None:
    clock.at = cast.at("call_closes", days=1)
    told = text_of(client, page(cast, "applications:hub"))
    assert "Download what you sent" in told
    assert "Download your" not in told
    _change(cast, sent)
    assert "Download your changes, which were not sent" in text_of(client, page(cast, "applications:hub"))


def test_what_was_erased_is_said_to_be_erased_and_not_shown_as_empty(
    cast: Cast, client: Client, clock: Clock, sent: Application
) -> None:
    _erased(sent, cast)
    clock.at = cast.at("decisions_out", days=401)
    told = text_of(client, page(cast, "applications:receipt"))
    assert "What you had written was erased on" in told
    assert "as announced" in told
    for untrue in ("Your application is in", "No answer", "on its way", "survey", "Checksum", "?sent"):
        assert untrue not in told, untrue
    status = text_of(client, page(cast, "applications:hub"))
    assert "What you had written was erased on" in status
    assert "Download" not in status
    for query in ("", "?sent"):
        assert client.get(page(cast, "applications:copy") + query).status_code == 302


def test_what_is_erased_early_is_not_called_announced(cast: Cast, client: Client, clock: Clock) -> None:
    application = Application.objects.get(applicant=cast.applicant)
    application.cohort = cast.cohort
    services.withdraw(application=application, actor=cast.applicant, now=clock())
    erasing.erase(cast.applicant, cast.cohort.scope, clock())
    told = text_of(client, page(cast, "applications:hub"))
    assert "because that was asked" in told
    assert "what I had sent" not in told


def test_the_receipt_says_on_its_way_only_while_it_may_be(cast: Cast, client: Client, clock: Clock) -> None:
    clock.at = cast.at("call_opens", days=3, minutes=1)
    assert "is on its way to" in text_of(client, page(cast, "applications:receipt"))
    clock.at = cast.at("call_opens", days=4)
    assert "is on its way to" not in text_of(client, page(cast, "applications:receipt"))


def test_only_those_who_erase_read_that_it_withdraws(cast: Cast, client: Client) -> None:
    assert "withdrawn by this" not in text_of(client, page(cast, "privacy:mine"))
    [held] = [
        row
        for row in personal_data.holdings(cast.applicant, now=cast.at("call_opens", days=4))
        if "sent" in str(row.what)
    ]
    assert held.means == "The application is withdrawn by this."


def test_sections_changed_after_sending_are_marked_on_the_list_and_on_the_check(
    cast: Cast, client: Client, sent: Application
) -> None:
    hub, check = page(cast, "applications:hub"), page(cast, "applications:check")
    assert "Changed since" not in text_of(client, hub) + text_of(client, check)
    _change(cast, sent)
    told = text_of(client, hub)
    assert told.count("Changed since it was sent") == 1
    assert text_of(client, check).count("Changed since you sent it") == 1
    _change(cast, sent, "")
    assert "Changed since you sent it" in text_of(client, hub)  # beside “In progress”
    send(write(fresh(sent), cast.at("call_opens", days=5)), cast.at("call_opens", days=5))
    assert "Changed since" not in text_of(client, hub) + text_of(client, check)


def test_a_file_that_arrived_in_part_is_named_before_and_after_sending(
    cast: Cast, client: Client, sent: Application, queries_of: Callable[[Client, str], int]
) -> None:
    pages = [page(cast, f"applications:{name}") for name in ("hub", "check", "receipt")]
    before = {address: queries_of(client, address) for address in pages}
    assert max(before.values()) <= 5, before
    _change(cast, sent)
    _begin_upload(cast, fresh(sent))
    for address in pages:
        told = text_of(client, address)
        assert "“film.mp4” has arrived in part only" in told, address
        assert "#id_sample" in told
        assert queries_of(client, address) == before[address] + 1


def test_changes_can_be_discarded_after_a_look_at_what_that_means(
    cast: Cast, client: Client, sent: Application
) -> None:
    hub = page(cast, "applications:hub")
    assert "Discard my changes" not in text_of(client, hub)
    changed = _change(cast, sent, "")
    assert "Discard my changes" in text_of(client, hub)
    client.post(page(cast, "applications:resume"), {"as": "sent"})
    back = fresh(changed)
    assert back.answers["motivation"] == "Because I want to build."
    assert back.version > changed.version
    assert not back.unsent_changes
    assert back.state == ApplicationState.SUBMITTED
    assert back.lacking == 0
    assert Snapshot.objects.count() == 1
    assert len(_receipts()) == 1  # nothing new counts, so nothing is confirmed anew


def test_a_window_that_was_open_meanwhile_does_not_overwrite_what_came_back(
    cast: Cast, sent: Application
) -> None:
    changed = _change(cast, sent)
    services.restore(application=changed, actor=cast.applicant, now=cast.at("call_opens", days=5))
    saved = services.save_section(
        application=fresh(changed),
        section="essays",
        values={"motivation": "From the old window."},
        expected_version=changed.version,
        actor=cast.applicant,
        now=cast.at("call_opens", days=5),
        tab="old",
    )
    assert saved.aside == ("motivation",)
    assert saved.application.answers["motivation"] == "Because I want to build."


def test_after_withdrawing_what_was_sent_can_count_again_at_once(
    cast: Cast, client: Client, clock: Clock, sent: Application
) -> None:
    _change(cast, sent, "")
    services.withdraw(application=fresh(sent), actor=cast.applicant, now=clock())
    told = text_of(client, page(cast, "applications:hub"))
    assert "Take up again what I had sent" in told
    assert "Take up my draft again" in told
    client.post(page(cast, "applications:resume"), {"as": "sent"})
    back = fresh(sent)
    assert back.state == ApplicationState.SUBMITTED
    assert back.answers["motivation"] == "Because I want to build."
    assert back.sent == 1
    assert Snapshot.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="application-updated").count() == 1


def test_the_draft_can_still_be_taken_up_as_it_was_left(
    cast: Cast, client: Client, clock: Clock, sent: Application
) -> None:
    _change(cast, sent)
    services.withdraw(application=fresh(sent), actor=cast.applicant, now=clock())
    client.post(page(cast, "applications:resume"))
    assert fresh(sent).state == ApplicationState.DRAFT
    assert fresh(sent).answers["motivation"] == "Better words."


def test_files_come_back_with_what_was_sent_and_those_given_since_go(cast: Cast, ready: Application) -> None:
    first = _give(cast, ready, "first.pdf").file.ref
    sent = send(fresh(ready), cast.at("call_opens", days=3))
    second = _give(cast, sent, "second.pdf").file.ref
    given = fresh(sent).answers["sample"]
    assert isinstance(given, dict)
    assert given["file"] == second
    services.restore(application=fresh(sent), actor=cast.applicant, now=cast.at("call_opens", days=4))
    assert fresh(sent).answers["sample"]["file"] == first
    row = AnswerFile.objects.select_related("file").get()
    assert (row.file.ref, row.current) == (first, True)
    assert not StoredFile.objects.filter(ref=second).exists()


def test_nothing_is_put_back_that_was_never_sent_or_is_set_aside_or_too_late(
    cast: Cast, ready: Application
) -> None:
    now = cast.at("call_opens", days=3)
    with pytest.raises(Conflict):
        services.restore(application=ready, actor=cast.applicant, now=now)
    sent = _change(cast, send(ready, now))
    with pytest.raises(services.Late):
        services.restore(application=sent, actor=cast.applicant, now=cast.at("call_closes", days=1))
    Application.objects.filter(pk=sent.pk).update(state=ApplicationState.EXCLUDED)
    with pytest.raises(Conflict):
        services.restore(application=fresh(sent), actor=cast.applicant, now=now)
    assert fresh(sent).answers["motivation"] == "Better words."


def test_a_required_answer_of_a_letter_is_asked_about_and_may_be_sent(
    cast: Cast, clock: Clock, ready: Application
) -> None:
    client = signed_in(cast.applicant)
    check = page(cast, "applications:check")
    assert "very short" not in text_of(client, check)
    write(fresh(ready), cast.at("call_opens", days=2), motivation="a")
    told = text_of(client, check)
    assert "1 answer is very short" in told
    assert told.count("Very short") == 1
    essays = page(cast, "applications:section", section="essays")
    assert f'<a href="{essays}?return=check#id_motivation">Why deep learning, why now?</a>' in told
    assert client.post(check, {"once": "a"}).status_code == 302
    assert fresh(ready).state == ApplicationState.SUBMITTED


def test_the_first_receipt_proves_what_arrived_when_and_what_follows(cast: Cast, sent: Application) -> None:
    mail = OutboxMessage.objects.get(kind="application-received")
    snapshot = Snapshot.objects.get()
    assert snapshot.checksum in mail.body
    assert "Arrived: " in mail.body
    assert "Decisions go out on 1 March 2027." in mail.body
    assert "8 February 2027" in mail.body  # the deadline
    assert "/application/copy/?sent" in mail.body or "?sent" in mail.body


def test_the_second_receipt_says_that_it_is_an_update(cast: Cast, sent: Application) -> None:
    send(_change(cast, sent), cast.at("call_opens", days=5))
    first, second = _receipts()
    assert first.subject != second.subject
    assert second.subject.startswith("Updated: ")


def test_who_gave_their_name_in_the_form_alone_is_called_by_it(cast: Cast, ready: Application) -> None:
    cast.applicant.name = ""
    cast.applicant.save()
    send(fresh(ready), cast.at("call_opens", days=3))
    assert _receipts()[0].body.startswith("Hello Ada,")


def test_the_receipt_carries_the_copy_of_what_was_sent_and_the_outbox_keeps_none(
    cast: Cast, sent: Application
) -> None:
    _change(cast, sent, "Written later.")
    [row] = _receipts()
    assert "Because I want to build." not in row.body
    [(name, text, kind)] = mail_of(row).attachments
    assert name.endswith(f"{sent.ref.upper()}.txt")
    assert kind == "text/plain"
    assert "Because I want to build." in text
    assert "Written later." not in text
    assert Snapshot.objects.get().checksum in text


def test_a_receipt_that_leaves_after_everything_was_erased_carries_nothing(
    cast: Cast, sent: Application
) -> None:
    [row] = _receipts()
    _erased(sent, cast)
    assert mail_of(row).attachments == []


def _proved(cast: Cast) -> Client:
    """The applicant, who has just shown that it is they."""
    client = signed_in(cast.applicant)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "code", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(cast.applicant.pk)
    session.save()
    return client


def test_who_asks_to_be_erased_is_told_that_their_application_goes_on_and_may_end_that_too(
    cast: Cast, clock: Clock, sent: Application
) -> None:
    clock.at = cast.at("call_closes", days=2)
    client = _proved(cast)
    address = reverse("people:erase")
    told = text_of(client, address)
    assert "is sent, and may be read." in told
    client.post(address)
    assert fresh(sent).state == ApplicationState.SUBMITTED  # nothing is withdrawn that was not asked for
    assert "Withdraw it now too" in text_of(client, address)
    done = client.post(address, {"withdraw": "1"}, follow=True).content.decode()
    assert "nobody reads it any more" in done
    assert fresh(sent).state == ApplicationState.WITHDRAWN
    assert cast.applicant.erasure_requests.count() == 1
    assert "is sent, and may be read." not in text_of(client, address)


def test_both_can_be_asked_with_one_press(cast: Cast, clock: Clock, sent: Application) -> None:
    clock.at = cast.at("call_closes", days=2)
    client = _proved(cast)
    client.post(reverse("people:erase"), {"withdraw": "1"})
    assert fresh(sent).state == ApplicationState.WITHDRAWN
    assert OutboxMessage.objects.filter(kind="application-withdrawn").count() == 1


def test_decided_applications_cannot_be_left_any_more(cast: Cast, clock: Clock, sent: Application) -> None:
    clock.at = cast.at("decisions_out", days=2)
    client = _proved(cast)
    assert "Withdraw it now" not in text_of(client, reverse("people:erase"))
    client.post(reverse("people:erase"), {"withdraw": "1"})
    assert fresh(sent).state == ApplicationState.SUBMITTED


def test_an_answer_that_was_spoken_comes_back_as_long_as_it_was(cast: Cast, ready: Application) -> None:
    spoken = "word " * 3_000
    Application.objects.filter(pk=ready.pk).update(
        uncounted=["motivation"], answers={**ready.answers, "motivation": spoken}
    )
    now = cast.at("call_opens", days=3)
    sent = send(fresh(ready), now)
    assert _change(cast, sent).uncounted == []
    services.restore(application=fresh(sent), actor=cast.applicant, now=cast.at("call_opens", days=5))
    back = fresh(sent)
    assert back.answers["motivation"] == spoken
    assert back.uncounted == ["motivation"]
    assert back.lacking == 0


def test_organisers_who_erase_are_told_that_it_withdraws(cast: Cast, clock: Clock, sent: Application) -> None:
    request = ask_to_be_erased(user=cast.applicant, now=clock())
    part = request.parts.get(scope=cast.cohort.scope)
    told = text_of(signed_in(cast.organiser), page(cast, "privacy:request", ref=part.ref))
    assert "The application is withdrawn by this." in told
