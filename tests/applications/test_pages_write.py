"""Writing: every post is a save, and no text is lost."""

import html
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import ANSWERS, begin, fresh, send, write
from tests.cast import Cast
from tests.samples import a_pdf
from tests.visiting import Clock, content_of, hidden, page, signed_in
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.applications.rules.answers import LONGEST
from tremplin.applications.rules.touches import touch_of
from tremplin.web.sieve import for_body


@pytest.fixture
def client(cast: Cast, clock: Clock, draft: Application) -> Client:
    return signed_in(cast.applicant)


def essays(cast: Cast) -> str:
    return page(cast, "applications:section", section="essays")


def you(cast: Cast) -> str:
    return page(cast, "applications:section", section="you")


def test_the_list_of_sections_says_how_far_each_is(cast: Cast, client: Client, draft: Application) -> None:
    text = client.get(page(cast, "applications:hub")).content.decode()
    assert text.count("Not started") == 2
    assert draft.ref.upper() in text
    write(draft, cast.at("call_opens", days=1), motivation="x" * 1001)
    text = client.get(page(cast, "applications:hub")).content.decode()
    assert "There is a problem" in text
    assert "Done" in text


def test_saving_leads_on_to_the_next_section_and_then_to_the_check(cast: Cast, client: Client) -> None:
    first = hidden(client.get(you(cast)).content.decode())
    answer = client.post(you(cast), {**first, **ANSWERS["you"]})
    assert answer.headers["Location"] == essays(cast)
    second = hidden(client.get(essays(cast)).content.decode())
    answer = client.post(essays(cast), {**second, **ANSWERS["essays"]})
    assert answer.headers["Location"] == page(cast, "applications:check")


def test_coming_back_later_saves_too(cast: Cast, client: Client, draft: Application) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    answer = client.post(essays(cast), {**form, "motivation": "Half a", "_then": "later"}, follow=True)
    assert "Saved. Come back any time before the deadline." in answer.content.decode()
    assert fresh(draft).answers["motivation"] == "Half a"


def test_twenty_thousand_characters_pasted_over_a_limit_of_a_thousand_are_kept_with_an_error(
    cast: Cast, client: Client, draft: Application
) -> None:
    pasted = ("Ĝis la revido, 👩🏽‍🔬 & <b>gras</b>\n" * 700)[:20_000]
    form = hidden(client.get(essays(cast)).content.decode())
    answer = client.post(essays(cast), {**form, "motivation": pasted, "project": "p"}, follow=True)
    text = answer.content.decode()
    assert "19,000 characters too long" in text
    assert '<a href="#id_motivation">' in text
    assert "Everything is saved" in text
    assert "<title>Error:" in text
    assert html.escape(pasted).replace("&#x27;", "'")[:5000] in text.replace("&#x27;", "'")
    assert fresh(draft).answers["motivation"] == pasted


def test_wrong_answers_are_kept_and_shown_as_typed(cast: Cast, client: Client, draft: Application) -> None:
    form = hidden(client.get(you(cast)).content.decode())
    client.post(you(cast), {**form, "full_name": "Ada", "country": "Atlantis", "coded_before": "no"})
    assert fresh(draft).answers["country"] == "Atlantis"
    text = client.get(f"{you(cast)}?problems=all").content.decode()
    assert "Choose from the list: “Where do you live”." in text


def test_a_question_opens_on_saving_and_the_person_is_led_to_it(
    cast: Cast, client: Client, draft: Application
) -> None:
    text = client.get(you(cast)).content.decode()
    assert 'data-show-if="coded_before" data-show-for="yes" hidden' in text
    values = {**ANSWERS["you"], "coded_before": "yes"}
    answer = client.post(you(cast), {**hidden(text), **values})
    assert answer.headers["Location"] == f"{you(cast)}#id_code_where"
    text = client.get(you(cast)).content.decode()
    assert 'data-show-for="yes" hidden' not in text
    answer = client.post(you(cast), {**hidden(text), **values, "code_where": "A game."})
    assert answer.headers["Location"] == essays(cast)
    assert fresh(draft).answers["code_where"] == "A game."


def test_two_windows_show_both_texts_and_let_the_writer_choose(
    cast: Cast, client: Client, draft: Application
) -> None:
    one, two = (hidden(client.get(essays(cast)).content.decode()) for _window in range(2))
    client.post(essays(cast), {**one, "motivation": "From the first window.", "project": "p"})
    answer = client.post(essays(cast), {**two, "motivation": "From the second.", "project": "p"}, follow=True)
    text = answer.content.decode()
    assert "From the first window." in text
    assert "From the second." in text
    assert "changed in two windows" in text
    assert 'href="#keep_motivation"' in text
    assert 'id="keep_motivation"' in text
    # While the choice is open, saving other answers does not touch it.
    client.post(essays(cast), {**hidden(text), "project": "q"})
    assert fresh(draft).aside == {"motivation": "From the second."}
    text = client.get(essays(cast)).content.decode()
    merged = client.post(essays(cast), {**hidden(text), "project": "q", "_keep_motivation": "both"})
    assert merged.headers["Location"] == f"{essays(cast)}#id_motivation"
    assert fresh(draft).answers["motivation"] == "From the first window.\n\nFrom the second."
    assert fresh(draft).aside == {}


def test_going_back_in_the_browser_and_saving_again_is_no_clash(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    for text in ("One.", "One, two.", "One, two, three."):
        client.post(essays(cast), {**form, "motivation": text, "project": "p"})
    assert fresh(draft).answers["motivation"] == "One, two, three."
    assert fresh(draft).aside == {}


def test_autosave_keeps_the_text_and_hands_back_the_version(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    address = page(cast, "applications:autosave", section="essays")
    answer = client.post(address, {**form, "motivation": "By itself", "project": ""})
    assert json.loads(answer.content) == {"fields": {"_version": "1"}}
    assert fresh(draft).answers["motivation"] == "By itself"
    # The button of the same page, pressed with the old version, is not another window.
    client.post(essays(cast), {**form, "motivation": "By itself, then by hand", "project": ""})
    assert fresh(draft).answers["motivation"] == "By itself, then by hand"


def test_autosave_from_an_old_window_says_so_and_keeps_both_texts(
    cast: Cast, client: Client, draft: Application
) -> None:
    one, two = (hidden(client.get(essays(cast)).content.decode()) for _window in range(2))
    address = page(cast, "applications:autosave", section="essays")
    assert client.post(address, {**one, "motivation": "One", "project": ""}).status_code == 200
    clash = client.post(address, {**two, "motivation": "Two", "project": ""})
    assert "Both texts are kept" in json.loads(clash.content)["notice"]
    assert fresh(draft).answers["motivation"] == "One"
    assert fresh(draft).aside == {"motivation": "Two"}
    # Its button, pressed afterwards, brings the choice and overwrites nothing; the first window goes on writing.
    saved = client.post(essays(cast), {**two, "motivation": "Two, longer", "project": ""})
    window = two["_tab"]
    assert saved.headers["Location"] == f"{essays(cast)}?problems=two&window={window}"
    choice = client.get(saved.headers["Location"]).content.decode()
    assert "Typed in this window" in choice
    assert "Saved, from another window" in choice
    assert f'name="_tab" value="{window}"' in choice
    client.post(address, {**one, "motivation": "One, longer", "project": ""})
    assert fresh(draft).answers["motivation"] == "One, longer"
    assert fresh(draft).aside == {"motivation": "Two, longer"}


def test_a_file_far_too_large_is_refused_at_its_field_and_the_text_beside_it_is_kept(
    cast: Cast, client: Client, draft: Application, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 2 * 1024 * 1024
    form = hidden(client.get(essays(cast)).content.decode())
    film = SimpleUploadedFile("film.pdf", b"%PDF-1.7\n" + b"0" * 9_000_000)
    body = encode_multipart(
        "mark", {**form, "sample": film, "motivation": "Typed beside it.", "project": "p"}
    )
    sieve = for_body({b"content-type": b"multipart/form-data; boundary=mark"}, 3 * 1024 * 1024)
    assert sieve is not None
    kept = sieve.feed(body) + sieve.rest()
    assert len(kept) < 4_000_000
    answer = client.post(essays(cast), kept, content_type="multipart/form-data; boundary=mark")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The file is larger than 2 megabytes. Choose a smaller file." in text
    assert "Everything else on this page is saved." in text
    assert "Typed beside it.</textarea>" in text
    assert fresh(draft).answers["motivation"] == "Typed beside it."
    assert "sample" not in fresh(draft).answers


def cards(text: str) -> list[str]:
    """The two texts of a choice: heading, time, text."""
    return [part.split("</div>")[0] for part in text.split('<div class="card">')[1:]]


def test_each_of_two_texts_says_which_window_wrote_it_and_when(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    cast.applicant.time_zone = "Asia/Tokyo"
    cast.applicant.save(update_fields=["time_zone"])
    one, two = (hidden(client.get(essays(cast)).content.decode()) for _window in range(2))
    clock.at = cast.at("call_opens", days=2).replace(hour=6, minute=23)
    client.post(essays(cast), {**one, "motivation": "From A.", "project": "p"})
    clock.at += timedelta(minutes=1)
    answer = client.post(essays(cast), {**two, "motivation": "From B.", "project": "p"})
    chosen = client.get(answer.headers["Location"]).content.decode()
    assert "has two versions" in chosen
    assert "still empty" not in chosen  # one thing at a time
    saved, typed = cards(chosen)
    assert "Saved, from another window" in saved
    assert "15:23 (Tokyo)" in saved
    assert "From A." in saved
    assert "Typed in this window" in typed
    assert "15:24 (Tokyo)" in typed
    assert "From B." in typed
    # The other window, and one that knows of neither, read the same two texts from where they stand.
    saved, typed = cards(client.get(f"{essays(cast)}?window={one['_tab']}").content.decode())
    assert "Saved, from this window" in saved
    assert "Typed in another window" in typed
    for window in ("", "?window=another"):
        saved, typed = cards(client.get(f"{essays(cast)}{window}").content.decode())
        assert "What is saved" in saved
        assert "Typed in another window" in typed
    french = client.get(f"{essays(cast)}?window={two['_tab']}&lang=fr").content.decode()
    assert "Tapé dans cette fenêtre" in french
    assert "Enregistré, depuis une autre fenêtre" in french


def test_the_saved_text_keeps_its_time_up_to_date_while_the_other_waits(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    one, two = (hidden(client.get(essays(cast)).content.decode()) for _window in range(2))
    for form, text in ((one, "From A."), (two, "From B."), (one, "From A, longer.")):
        clock.at += timedelta(minutes=1)
        client.post(essays(cast), {**form, "motivation": text, "project": "p"})
    touch = touch_of(fresh(draft).touched, "motivation")
    assert touch.at == clock.at.replace(microsecond=0)
    assert touch.aside_at == touch.at - timedelta(minutes=1)
    assert (touch.window, touch.aside_window) == (one["_tab"], two["_tab"])


def test_a_third_window_loses_no_text_either(cast: Cast, client: Client, draft: Application) -> None:
    forms = [hidden(client.get(essays(cast)).content.decode()) for _window in range(3)]
    for form, text in zip(forms, ("From A.", "From B.", "From C."), strict=True):
        client.post(essays(cast), {**form, "motivation": text, "project": "p"})
    assert fresh(draft).answers["motivation"] == "From A."
    assert fresh(draft).aside["motivation"] == "From B.\n\nFrom C."
    client.post(essays(cast), {**forms[2], "motivation": "From C, longer.", "project": "p"})
    assert fresh(draft).aside["motivation"] == "From B.\n\nFrom C, longer."


def test_older_windows_that_save_in_turn_each_keep_their_newest_text_and_no_other(
    cast: Cast, client: Client, draft: Application
) -> None:
    one, two, three = (hidden(client.get(essays(cast)).content.decode()) for _window in range(3))
    client.post(essays(cast), {**one, "motivation": "From A.", "project": "p"})
    for turn in range(20):
        client.post(essays(cast), {**two, "motivation": f"From B, {turn}.", "project": "p"})
        client.post(essays(cast), {**three, "motivation": f"From C:\n\n{turn}.", "project": "p"})
    assert fresh(draft).answers["motivation"] == "From A."
    assert fresh(draft).aside["motivation"] == "From B, 19.\n\nFrom C:\n\n19."


def test_a_page_that_does_not_say_which_window_it_is_takes_the_place_of_nothing(
    cast: Cast, client: Client, draft: Application
) -> None:
    one, two = (hidden(client.get(essays(cast)).content.decode()) for _window in range(2))
    client.post(essays(cast), {**one, "motivation": "From A.", "project": "p"})
    for text in ("First.", "Second.", "First.", "Second."):
        client.post(essays(cast), {**two, "_tab": "", "motivation": text, "project": "p"})
    assert fresh(draft).aside["motivation"] == "First.\n\nSecond."


def test_when_too_much_waits_the_text_is_on_the_page_and_what_waits_stays(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    client.post(essays(cast), {**form, "motivation": "From A.", "project": "p"})
    for window in range(4):
        text = f"{window}" * (LONGEST - 100)
        client.post(essays(cast), {**form, "_tab": f"window{window}", "motivation": text, "project": "p"})
    waits = fresh(draft).aside["motivation"]
    answer = client.post(essays(cast), {**form, "_tab": "one more", "motivation": "Z" * 500, "project": "p"})
    assert answer.status_code == 409
    assert "Z" * 500 in answer.content.decode()
    assert "choose between the versions" in answer.content.decode()
    assert fresh(draft).aside["motivation"] == waits
    assert len(waits) > 4 * (LONGEST - 100)


def test_an_expired_session_shows_what_was_typed_and_nothing_of_the_page_s_own(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    client.logout()
    answer = client.post(essays(cast), {**form, "motivation": "An hour of work.", "project": "p"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "An hour of work." in text
    assert "_version" not in text
    assert form["_tab"] not in text


def test_too_late_is_said_and_the_text_is_on_the_page(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    clock.at = cast.at("call_closes", hours=2)
    answer = client.post(essays(cast), {**form, "motivation": "Finished at last.", "project": "p"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The call closed on 8 February 2027" in text
    assert "Finished at last." in text
    assert "Why deep learning, why now?" in text
    assert "motivation" not in fresh(draft).answers


def test_in_the_silent_grace_saving_and_sending_just_work(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    write(draft, clock.at)
    clock.at = cast.at("call_closes", minutes=5)
    form = hidden(client.get(essays(cast)).content.decode())
    client.post(essays(cast), {**form, "motivation": "Last words.", "project": "p"})
    check = client.get(page(cast, "applications:check")).content.decode()
    assert "grace" not in check
    answer = client.post(page(cast, "applications:check"), hidden(check))
    assert answer.headers["Location"] == page(cast, "applications:receipt")
    assert fresh(draft).submitted_at == clock.at


def test_after_the_deadline_the_page_says_what_happens_now_in_plain_words(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    clock.at = cast.at("call_closes", days=1)
    text = client.get(page(cast, "applications:hub")).content.decode()
    assert "Not sent: the call has closed" in text
    assert "drafts are not read" in text
    send(write(draft, cast.at("call_opens", days=2)), cast.at("call_opens", days=2))
    text = client.get(page(cast, "applications:hub")).content.decode()
    assert "We have it, and people are reading" in text
    assert "1 March 2027" in text
    for word in ("pending", "processing", "in progress"):
        assert word not in text.lower()


def test_a_file_is_given_with_the_rest_and_shown_with_its_name(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    upload = SimpleUploadedFile("mon travail <1>.pdf", a_pdf())
    client.post(essays(cast), {**form, **ANSWERS["essays"], "sample": upload})
    text = client.get(essays(cast)).content.decode()
    assert "mon travail &lt;1&gt;.pdf" in text
    # Saving again without a file keeps it; ticking the box removes it.
    client.post(essays(cast), {**hidden(text), **ANSWERS["essays"]})
    assert "sample" in fresh(draft).answers
    client.post(essays(cast), {**hidden(text), **ANSWERS["essays"], "_remove": "sample"})
    assert "sample" not in fresh(draft).answers


def test_a_wrong_file_is_named_at_its_field_and_the_texts_beside_it_are_saved(
    cast: Cast, client: Client, draft: Application
) -> None:
    form = hidden(client.get(essays(cast)).content.decode())
    upload = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00\xff")
    answer = client.post(essays(cast), {**form, **ANSWERS["essays"], "sample": upload})
    assert answer.status_code == 422
    assert '<a href="#id_sample">' in answer.content.decode()
    assert fresh(draft).answers["motivation"] == ANSWERS["essays"]["motivation"]


def download(client: Client, address: str) -> bytes:
    return content_of(client.get(address))


def test_files_are_for_their_owner_and_for_organisers_once_they_were_sent(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    kept = services.attach_file(
        application=draft,
        question="sample",
        upload=SimpleUploadedFile("work.pdf", a_pdf("words on a page")),
        actor=cast.applicant,
        now=clock.at,
    )
    address = page(cast, "applications:file", ref=kept.file.ref)
    assert b"words on a page" in download(client, address)
    organiser = signed_in(cast.organiser)
    assert organiser.get(address).status_code == 404
    send(write(fresh(draft), clock.at), clock.at)
    assert b"words on a page" in download(organiser, address)
    assert organiser.get(address.replace("home-lab", "rival-lab")).status_code == 404
    begin(cast, cast.scholar)
    assert signed_in(cast.scholar).get(address).status_code == 404
    assert signed_in(cast.reviewer).get(address).status_code == 403
    assert signed_in(cast.stranger).get(address).status_code == 404


def test_pages_of_an_application_are_nobody_else_s(cast: Cast, client: Client, draft: Application) -> None:
    other = signed_in(cast.scholar)
    for name, kwargs in (
        ("hub", {}),
        ("section", {"section": "you"}),
        ("check", {}),
        ("receipt", {}),
        ("copy", {}),
        ("withdraw", {}),
    ):
        address = page(cast, f"applications:{name}", **kwargs)
        assert other.get(address).status_code == 404, name
        assert signed_in(cast.organiser).get(address).status_code == 403, name
        assert signed_in(cast.stranger).get(address).status_code == 404, name
        assert client.get(address.replace("home-lab", "rival-lab")).status_code == 404, name
    assert client.get(page(cast, "applications:section", section="nowhere")).status_code == 404


@pytest.mark.parametrize("name", ["hub", "section", "check", "receipt"])
def test_a_page_of_the_applicant_is_asked_for_in_few_queries(
    cast: Cast,
    client: Client,
    ready: Application,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    send(ready, cast.at("call_opens", days=2))
    address = essays(cast) if name == "section" else page(cast, f"applications:{name}")
    client.get(address)
    with django_assert_max_num_queries(5):
        assert client.get(address).status_code == 200


def test_the_draft_can_be_downloaded_with_its_questions(
    cast: Cast, client: Client, draft: Application
) -> None:
    write(draft, cast.at("call_opens", days=1), motivation="Line one.\n\nLine two is long. " + "word " * 40)
    answer = client.get(page(cast, "applications:copy"))
    text = answer.content.decode()
    assert answer.headers["Content-Disposition"].endswith(f'{draft.ref.upper()}.txt"')
    assert "Why deep learning, why now?" in text
    assert "  Line one.\n\n  Line two" in text
    assert "Draft, not sent." in text
    assert max(len(line) for line in text.splitlines()) <= 90


def test_the_language_of_the_answers_is_marked_where_it_differs_from_the_page(
    cast: Cast, client: Client, draft: Application
) -> None:
    client.post(page(cast, "applications:language"), {"language": "fr"})
    assert "<textarea" in (text := client.get(essays(cast)).content.decode())
    assert 'lang="fr"' in text.split("<textarea", 1)[1].split(">")[0]


def test_nobody_is_let_into_the_form_when_nothing_can_be_saved_any_more(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    hub = page(cast, "applications:hub")
    services.withdraw(application=send(write(draft, clock.at), clock.at), actor=cast.applicant, now=clock.at)
    for address in (essays(cast), page(cast, "applications:check")):
        assert client.get(address).headers["Location"] == hub
    services.resume(application=fresh(draft), actor=cast.applicant, now=clock.at)
    assert client.get(essays(cast)).status_code == 200
    clock.at = cast.at("call_closes", hours=1)
    for address in (essays(cast), page(cast, "applications:check")):
        assert client.get(address).headers["Location"] == hub


def test_a_section_leads_back_and_after_sending_says_what_counts(
    cast: Cast, client: Client, draft: Application
) -> None:
    assert "Previous section" not in client.get(you(cast)).content.decode()
    text = client.get(essays(cast)).content.decode()
    assert f'href="{you(cast)}"' in text
    assert "what you sent counts" not in text
    assert 'data-saved="Saved {time}"' in text
    send(write(draft, cast.at("call_opens", days=1)), cast.at("call_opens", days=2))
    text = client.get(essays(cast)).content.decode()
    assert "What you change here counts once you send again." in text
    assert 'data-saved="Saved {time}, not sent again yet"' in text


def test_the_first_page_says_when_it_was_last_saved_and_where_this_device_may_hold_more(
    cast: Cast, client: Client, draft: Application
) -> None:
    hub = page(cast, "applications:hub")
    text = client.get(hub).content.decode()
    assert "Last saved" not in text
    assert f'data-kept="{hub}" data-who="{cast.applicant.ref}"' in text
    write(draft, cast.at("call_opens", days=1))
    assert "Last saved" in client.get(hub).content.decode()
    assert f'data-kept="{hub}"' in client.get(page(cast, "applications:check")).content.decode()
