"""What was done, who did it, and the file that the cohort runs on."""

from base64 import b64encode
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import OPENS, Cast
from tests.programmes.conftest import At, page
from tests.programmes.texts import SMALL, mended
from tests.programmes.world import batch_of
from tests.visiting import signed_in, text_of
from tremplin.core import audit
from tremplin.core.models import AuditEvent
from tremplin.programmes import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.views import record

DAY = timedelta(days=1)
BEFORE = OPENS - DAY


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
        ("deed=outbox", {"outbox.batch-cancelled"}),
        ("who=colin", {"programmes.date-moved"}),
        ("who=nobody", set()),
        ("deed=programmes.date-moved", {"programmes.date-moved"}),
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


def test_the_chain_is_checked_at_once_and_a_long_one_on_demand(
    cast: Cast, organiser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(organiser, page(cast, "log"))
    assert "The chain holds" in text
    assert AuditEvent.objects.filter(scope=cast.cohort.scope).order_by("-position")[0].digest in text
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_auditevent SET verb = 'programmes.nothing' WHERE scope = %s AND position = 3",
            [cast.cohort.scope],
        )
    assert audit.first_break(cast.cohort.scope) == 3
    assert "The chain breaks at entry 3" in text_of(organiser, page(cast, "log"))
    monkeypatch.setattr(record, "CHECKED_AT_ONCE", 2)
    text = text_of(organiser, page(cast, "log"))
    assert "The chain" not in text
    assert "Check that nobody has changed the log" in text
    assert "The chain breaks at entry 3" in text_of(organiser, page(cast, "log") + "?check=1")


def test_an_observer_reads_the_log_and_changes_nothing(cast: Cast, at: At) -> None:
    client = signed_in(cast.observer)
    assert client.get(page(cast, "log")).status_code == 200
    assert client.post(page(cast, "log")).status_code == 405


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
