"""Mails that wait, the log, the file, the overview and the desk: what organisers share."""

import re
from base64 import b64encode
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import OPENS, Cast
from tests.programmes.conftest import At, page, signed_in
from tests.programmes.texts import SMALL, mended
from tremplin.core import audit
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.programmes import desk, mail, queries, services
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

DAY = timedelta(days=1)
BEFORE = OPENS - DAY


def batch_of(cast: Cast, count: int, *, title: str = "Reminders") -> Batch:
    """An open batch with a mail to `count` people."""
    batch = mail.open_batch(
        cohort=cast.cohort, code="draft-reminder", title=title, actor=cast.organiser, now=OPENS
    )
    for number in range(count):
        to = type(cast.organiser).objects.create_user(
            f"{title.replace(' ', '.')}{number}@example.org".lower(), name=f"N{number}", now=OPENS
        )
        values = {"link": "/x/", "date": cast.cohort.date("call_closes")}
        key = f"{title}:{number}"
        mail.send(
            cohort=cast.cohort, code="draft-reminder", to=to, values=values, now=OPENS, key=key, batch=batch
        )
    return batch


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


# ---- mails -------------------------------------------------------------------------------------------------


def test_a_batch_waits_until_somebody_has_looked_at_each_mail(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 3)
    assert "3 mails" in text_of(organiser, page(cast, "outbox"))
    text = text_of(organiser, page(cast, "batch", ref=batch.ref))
    assert "Send these 3 mails" in text
    for number in range(3):
        assert f"reminders{number}@example.org" in text
    assert "Hello N0," in text
    assert "8 February 2027, end of the day anywhere on Earth" in text


def test_sending_can_be_undone_and_done_again(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 2)
    act = page(cast, "batch-act", ref=batch.ref)
    text = unescape(organiser.post(act, {"deed": "release", "seen": "2"}, follow=True).content.decode())
    assert "leave in one minute" in text
    assert "Undo: send nothing" in text
    assert Batch.objects.get().state == BatchState.RELEASED
    assert (
        "no mail of this batch has left"
        in organiser.post(act, {"deed": "undo"}, follow=True).content.decode()
    )
    assert Batch.objects.get().state == BatchState.OPEN


def test_a_batch_that_is_cancelled_is_never_sent(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 2)
    act = page(cast, "batch-act", ref=batch.ref)
    organiser.post(act, {"deed": "cancel"})
    assert set(batch.messages.values_list("state", flat=True)) == {MessageState.CANCELLED}
    text = unescape(organiser.post(act, {"deed": "release", "seen": "2"}, follow=True).content.decode())
    assert "This batch was cancelled." in text


def test_a_second_tab_sends_nothing_twice(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    act = page(cast, "batch-act", ref=batch.ref)
    organiser.post(act, {"deed": "release", "seen": "1"})
    text = unescape(organiser.post(act, {"deed": "release", "seen": "1"}, follow=True).content.decode())
    assert "This batch has been released." in text
    assert AuditEvent.objects.filter(verb="outbox.released").count() == 1


def test_a_batch_that_has_grown_since_it_was_looked_at_is_not_sent(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    seen = {"deed": "release", "seen": "1"}
    values = {"link": "/x/", "date": OPENS}
    mail.send(
        cohort=cast.cohort,
        code="draft-reminder",
        to=cast.mentor,
        values=values,
        now=OPENS,
        key="late",
        batch=batch,
    )
    text = unescape(
        organiser.post(page(cast, "batch-act", ref=batch.ref), seen, follow=True).content.decode()
    )
    assert "has changed since you looked at it" in text
    assert Batch.objects.get().state == BatchState.OPEN


def test_an_unknown_deed_does_nothing(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    assert organiser.post(page(cast, "batch-act", ref=batch.ref), {"deed": "burn"}).status_code == 404


def test_a_mail_that_failed_can_be_sent_again_to_a_mended_address(cast: Cast, organiser: Client) -> None:
    failed = mail.send(
        cohort=cast.cohort, code="offer-accepted", to=cast.mentor, values={"link": "/"}, now=OPENS, key="k"
    )
    OutboxMessage.objects.update(
        state=MessageState.FAILED, fault="The mail server refused the address (SMTP 550)."
    )
    assert "SMTP 550" in text_of(organiser, page(cast, "outbox"))
    address = page(cast, "mail", ref=failed.ref)
    response = organiser.post(address, {"to": "not an address", "deed": "again"})
    assert response.status_code == 422
    assert "This is not a mail address." in response.content.decode()
    organiser.post(address, {"to": "mended@example.org", "deed": "again"})
    failed.refresh_from_db()
    assert (failed.to, failed.state) == ("mended@example.org", MessageState.QUEUED)
    assert "no longer waiting" in unescape(
        organiser.post(address, {"to": "x@example.org"}, follow=True).content.decode()
    )


def test_one_mail_can_be_kept_from_leaving(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    message = batch.messages.get()
    address = page(cast, "mail", ref=message.ref)
    assert "Do not send it" in text_of(organiser, address)
    organiser.post(address, {"deed": "cancel"})
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert "Do not send it" not in text_of(organiser, address)
    assert "No mail in it" in text_of(organiser, page(cast, "batch", ref=batch.ref))


def test_every_mail_can_be_found(cast: Cast, organiser: Client) -> None:
    batch_of(cast, 2)
    mail.send(
        cohort=cast.cohort, code="offer-accepted", to=cast.mentor, values={"link": "/"}, now=OPENS, key="k"
    )
    found = organiser.get(page(cast, "mails") + "?q=mona").context["page"]
    assert [message.kind for message in found] == ["offer-accepted"]
    assert len(organiser.get(page(cast, "mails") + "?state=waiting").context["page"].object_list) == 2
    assert "No mail" in text_of(organiser, page(cast, "mails") + "?q=nothing-like-it")


def test_mails_of_another_cohort_are_nobodys_business(cast: Cast) -> None:
    batch = batch_of(cast, 1)
    with pytest.raises(Conflict):
        services.release(cohort=cast.rival_cohort, batch=batch, actor=cast.stranger, now=OPENS)
    with pytest.raises(NotAllowed):
        services.release(cohort=cast.cohort, batch=batch, actor=cast.stranger, now=OPENS)
    with pytest.raises(NotAllowed):
        services.cancel(cohort=cast.cohort, message=batch.messages.get(), actor=cast.reviewer, now=OPENS)


def test_a_note_in_confidence_is_seen_by_the_organiser_it_went_to_alone(
    cast: Cast, organiser: Client
) -> None:
    values = {"link": "/x/", "title": "Week 2"}
    note = mail.send(
        cohort=cast.cohort, code="note-in-confidence", to=cast.colleague, values=values, now=OPENS, key="k"
    )
    OutboxMessage.objects.update(state=MessageState.FAILED)
    for address in (page(cast, "mails"), page(cast, "outbox")):
        assert "to the organisers alone" not in text_of(organiser, address)
        assert "to the organisers alone" in text_of(signed_in(cast.colleague), address)
    assert organiser.get(page(cast, "mail", ref=note.ref)).status_code == 404


# ---- the log -----------------------------------------------------------------------------------------------


def test_the_log_says_who_did_what_in_words(cast: Cast, organiser: Client) -> None:
    services.move_date(
        cohort=cast.cohort,
        code="midpoint",
        to=cast.at("midpoint", days=1),
        actor=cast.colleague,
        now=OPENS,
        reason="The room is taken.",
    )
    text = text_of(organiser, page(cast, "log"))
    assert "Date moved" in text
    assert "Colin Colleague" in text
    assert "The room is taken." in text


def test_deeds_of_the_clock_are_its_own(cast: Cast, organiser: Client) -> None:
    services.grant(user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=OPENS)
    assert "the programme itself" in text_of(organiser, page(cast, "log"))


@pytest.mark.parametrize(
    ("asked", "verbs"),
    [
        ("stage=outbox", {"outbox.batch-cancelled"}),
        ("who=colin", {"programmes.date-moved"}),
        ("who=nobody", set()),
        ("stage=nothing", set()),
    ],
)
def test_the_log_can_be_searched(cast: Cast, organiser: Client, asked: str, verbs: set[str]) -> None:
    services.cancel_batch(cohort=cast.cohort, batch=batch_of(cast, 1), actor=cast.organiser, now=OPENS)
    to = cast.at("midpoint", days=1)
    services.move_date(
        cohort=cast.cohort, code="midpoint", to=to, actor=cast.colleague, now=OPENS, reason="x"
    )
    response = organiser.get(f"{page(cast, 'log')}?{asked}")
    assert {event.verb for event in response.context["page"]} == verbs
    assert ("Nothing fits" in response.content.decode()) == (not verbs)


def test_the_log_can_be_searched_by_reference(cast: Cast, organiser: Client) -> None:
    found = organiser.get(f"{page(cast, 'log')}?about={cast.reviewer.ref.upper()}").context["page"]
    assert [(event.verb, event.subject_ref) for event in found] == [
        ("programmes.role-granted", cast.reviewer.ref)
    ]


def test_the_chain_is_checked_on_demand(cast: Cast, organiser: Client) -> None:
    assert "The chain holds" in text_of(organiser, page(cast, "log") + "?check=1")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_auditevent SET verb = 'programmes.nothing' WHERE scope = %s AND position = 3",
            [cast.cohort.scope],
        )
    assert audit.first_break(cast.cohort.scope) == 3
    assert "The chain breaks at entry 3" in text_of(organiser, page(cast, "log") + "?check=1")


def test_an_observer_reads_the_log_and_changes_nothing(cast: Cast, at: At) -> None:
    client = signed_in(cast.observer)
    assert client.get(page(cast, "log")).status_code == 200
    assert client.post(page(cast, "log")).status_code == 405


# ---- the file ----------------------------------------------------------------------------------------------


def upload(client: Client, cast: Cast, text: str | bytes) -> tuple[int, str]:
    content = text.encode() if isinstance(text, str) else text
    data = {"file": SimpleUploadedFile("mine.toml", content), "seen": str(cast.cohort.version.number)}
    response = client.post(page(cast, "file-change"), data)
    return response.status_code, unescape(response.content.decode())


def test_the_file_is_shown_and_downloaded_as_it_stands(cast: Cast, organiser: Client) -> None:
    to = cast.at("midpoint", days=1)
    services.move_date(
        cohort=cast.cohort, code="midpoint", to=to, actor=cast.organiser, now=OPENS, reason="x"
    )
    text = text_of(organiser, page(cast, "file"))
    assert '-midpoint = "17w"\n+midpoint = "120d"' in text
    assert "in use" in text
    response = organiser.get(page(cast, "file-download"))
    assert response.content.decode() == SMALL.replace('midpoint = "17w"', 'midpoint = "120d"')
    assert response["Content-Disposition"] == 'attachment; filename="small-2027.toml"'


def test_a_changed_file_is_looked_at_before_it_does_anything(cast: Cast, organiser: Client, at: At) -> None:
    at(BEFORE)
    status, text = upload(
        organiser, cast, mended(('midpoint = "17w"', 'midpoint = "18w"'), ("Read slowly.", "Read twice."))
    )
    assert status == 200
    assert "17 May 2027" in text
    assert "Read twice." in text
    cast.cohort.refresh_from_db()
    cast.cohort.forget_dates()
    assert cast.cohort.version.number == 1
    assert cast.cohort.version.programme.versions.count() == 1
    assert AuditEvent.objects.filter(verb="programmes.file-adopted").count() == 0


def test_dates_that_were_moved_by_hand_stay_and_the_page_says_so(
    cast: Cast, organiser: Client, at: At
) -> None:
    at(BEFORE)
    to = cast.at("midpoint", days=1)
    services.move_date(
        cohort=cast.cohort, code="midpoint", to=to, actor=cast.organiser, now=BEFORE, reason="x"
    )
    status, text = upload(organiser, cast, mended(("Read slowly.", "Read twice.")))
    assert status == 200
    assert "moved by hand stay where they are" in text
    assert "midpoint" not in text[text.index("<main") :]
    assert "Read twice." in text


def test_the_second_press_runs_the_cohort_on_it_byte_for_byte(cast: Cast, organiser: Client, at: At) -> None:
    at(BEFORE)
    changed = "\ufeff" + mended(("Read slowly.", "Read twice.")).replace("\n", "\r\n")
    data = {"text": b64encode(changed.encode()).decode(), "seen": "1", "confirm": "yes"}
    response = organiser.post(page(cast, "file-change"), data, follow=True)
    assert "now runs on the changed file" in response.content.decode()
    assert organiser.get(page(cast, "file-download")).content == changed.encode()
    event = AuditEvent.objects.get(verb="programmes.file-adopted")
    assert event.actor == cast.organiser.ref


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "This file is empty."),
        ("schema = 1\nx = [", "not valid TOML"),
        (SMALL.replace("places_min", "places_mni"), "did you mean “places_min”?"),
        ("é".encode("latin-1"), "not UTF-8"),
        (SMALL.replace('code = "small"', 'code = "other"'), "programme “other”"),
        (b"#" * (2 * 1024 * 1024 + 1), "larger than 2 MiB"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    cast: Cast, organiser: Client, content: str | bytes, words: str
) -> None:
    status, text = upload(organiser, cast, content)
    assert status == 422
    assert words in text


def test_no_file_at_all_is_told(cast: Cast, organiser: Client) -> None:
    response = organiser.post(page(cast, "file-change"), {"seen": "1"})
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_what_people_rely_on_is_not_changed_by_a_file(cast: Cast, organiser: Client, at: At) -> None:
    at(OPENS + DAY)
    status, text = upload(organiser, cast, mended(('code = "country"', 'code = "land"')))
    assert status == 422
    assert "can no longer change: application" in text


def test_a_file_that_was_quicker_wins(cast: Cast, organiser: Client, at: At) -> None:
    at(BEFORE)
    services.replace_file(
        cohort=cast.cohort,
        text=mended(("Read slowly.", "Read twice.")),
        actor=cast.colleague,
        now=BEFORE,
        seen=1,
    )
    data = {"text": b64encode(SMALL.encode()).decode(), "seen": "1", "confirm": "yes"}
    response = organiser.post(page(cast, "file-change"), data)
    assert response.status_code == 422
    assert "Somebody changed the file" in response.content.decode()
    assert Cohort.objects.get(pk=cast.cohort.pk).version.number == 2


def test_text_that_was_tampered_with_on_its_way_is_refused(cast: Cast, organiser: Client) -> None:
    response = organiser.post(page(cast, "file-change"), {"text": "%%%", "seen": "1", "confirm": "yes"})
    assert response.status_code == 422


def test_an_observer_sees_the_file_and_no_way_to_change_it(cast: Cast, at: At) -> None:
    client = signed_in(cast.observer)
    assert "Hand in a changed file" not in text_of(client, page(cast, "file"))
    assert client.get(page(cast, "file-change")).status_code == 403


# ---- overview and desk -------------------------------------------------------------------------------------


def test_the_overview_shows_the_journey_and_where_to_change_it(cast: Cast, organiser: Client, at: At) -> None:
    at(OPENS + DAY)
    text = text_of(organiser, page(cast, "overview"))
    assert page(cast, "date", code="call_closes") in text
    assert page(cast, "date", code="call_opens") not in text
    assert "Milestone: Proposal" in text
    assert "European Union" in text
    assert "<code>application</code>" in text
    observer = text_of(signed_in(cast.observer), page(cast, "overview"))
    assert page(cast, "date", code="call_closes") not in observer


def test_the_overview_says_when_a_newer_file_is_not_in_use(cast: Cast, organiser: Client) -> None:
    services.apply_file(
        institution=cast.cohort.institution, text=mended(("Read slowly.", "Read twice.")), now=OPENS
    )
    assert "version 2 is not in use here" in text_of(organiser, page(cast, "overview"))


def cards(cast: Cast, **changes: object) -> list[desk.Card]:
    given: dict[str, object] = {
        "actor": cast.organiser,
        "roles": frozenset({Role.ORGANISER}),
        "now": OPENS,
        **changes,
    }
    return desk.cards(cohort=cast.cohort, **given)  # type: ignore[arg-type]


def test_the_desk_shows_mails_that_wait_and_the_next_date(cast: Cast) -> None:
    (card,) = cards(cast)
    assert str(card.title) == "Next: The call closes"
    assert card.due == cast.cohort.date("call_closes")
    assert card.urgency == "calm"
    batch = batch_of(cast, 2)
    waiting, _date = cards(cast)
    assert (str(waiting.title), waiting.urgency) == ("Reminders", "now")
    assert waiting.href == page(cast, "batch", ref=batch.ref)
    assert str(waiting.line).startswith("2 mails wait.")
    batch_of(cast, 1, title="More")
    assert str(cards(cast)[0].title) == "Mails wait for you"


def test_the_desk_warns_of_mails_that_could_not_be_sent(cast: Cast) -> None:
    batch_of(cast, 1)
    OutboxMessage.objects.update(state=MessageState.FAILED)
    assert "Mails could not be sent" in [str(card.title) for card in cards(cast)]


def test_a_date_that_is_near_is_urgent(cast: Cast) -> None:
    assert cards(cast, now=cast.at("call_closes", days=-2))[-1].urgency == "soon"


def test_the_desk_of_others_and_of_a_past_cohort_is_empty(cast: Cast) -> None:
    assert cards(cast, roles=frozenset({Role.REVIEWER})) == []
    assert cards(cast, now=cast.at("follow_up_ends", days=1)) == []


# ---- as many rows as you like ------------------------------------------------------------------------------


def fill(cast: Cast, count: int) -> None:
    for number in range(count):
        batch = batch_of(cast, 1, title=f"Batch {cast.cohort.memberships.count()} {number}")
        services.invite(
            cohort=cast.cohort,
            email=f"r{number}.{count}@example.org",
            role=Role.REVIEWER,
            actor=cast.organiser,
            now=OPENS,
        )
        if number % 2:
            services.cancel_batch(cohort=cast.cohort, batch=batch, actor=cast.organiser, now=OPENS)
        log(cohort=cast.cohort, actor=cast.colleague, verb="review.assigned", subject=batch, now=OPENS)


@pytest.mark.parametrize("name", ["overview", "people", "outbox", "mails", "log", "file"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, name: str, django_assert_max_num_queries: object
) -> None:
    fill(cast, 2)
    organiser.get(page(cast, name))
    with django_assert_max_num_queries(15) as few:  # type: ignore[operator]
        organiser.get(page(cast, name))
    fill(cast, 28)
    with django_assert_max_num_queries(15) as many:  # type: ignore[operator]
        assert organiser.get(page(cast, name)).status_code == 200
    assert len(many) == len(few)


def test_a_batch_of_thirty_costs_no_more_queries_than_one_of_one(
    cast: Cast, organiser: Client, django_assert_max_num_queries: object
) -> None:
    one, thirty = batch_of(cast, 1), batch_of(cast, 30, title="Thirty")
    organiser.get(page(cast, "batch", ref=one.ref))
    with django_assert_max_num_queries(15) as few:  # type: ignore[operator]
        organiser.get(page(cast, "batch", ref=one.ref))
    with django_assert_max_num_queries(15) as many:  # type: ignore[operator]
        text = text_of(organiser, page(cast, "batch", ref=thirty.ref))
    assert len(many) == len(few)
    assert text.count("<details") == 20


@pytest.mark.parametrize("name", ["overview", "people", "outbox", "mails", "log", "file", "file-change"])
def test_pages_speak_french(cast: Cast, organiser: Client, name: str) -> None:
    fill(cast, 2)
    text = text_of(organiser, page(cast, name) + "?lang=fr")
    main = re.sub(r"<pre.*?</pre>", "", text[text.index("<main") : text.index("</main")], flags=re.DOTALL)
    for left_over in (" the ", " and ", " you ", " with ", "Show", "Nothing"):
        assert left_over not in main.replace("Reminders", ""), left_over


def test_those_concerned_by_a_date_are_those_of_its_roles(cast: Cast) -> None:
    assert set(queries.concerned_by(cast.cohort, "reading_ends")) == {cast.reviewer, cast.second_reviewer}
    assert not queries.concerned_by(cast.cohort, "call_opens")
