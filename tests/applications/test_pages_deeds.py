"""The pages of deeds, of drafts at risk and of figures: what they show to whom, and what they ask."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import begin, fresh, send, write
from tests.applications.crowd import crowd
from tests.applications.test_deeds import REASON, done, excluded, planned
from tests.cast import Cast, person
from tests.visiting import Clock, content_of, page, signed_in, text_of
from tremplin.applications import queries
from tremplin.applications.models import Application, ApplicationState, Deed, DeedState

SAID = {"step": "look", "cause": "spam", **{f"reason_{code}": text for code, text in REASON.items()}}


def test_from_ticked_rows_to_a_deed_that_was_looked_at_done_and_taken_back(
    cast: Cast, organiser: Client
) -> None:
    first, second = crowd(cast, 2)
    answer = organiser.post(
        page(cast, "applications:choose"), {"rows": [first.ref], "whom": "ticked", "deed": "exclude"}
    )
    address = answer["Location"]
    assert "Say what it is" in text_of(organiser, address)
    wrong = organiser.post(address, {"step": "look", "cause": "spam"})
    assert wrong.status_code == 422
    organiser.post(address, SAID)
    looked = text_of(organiser, address)
    assert (
        "1 application is excluded: nobody reads it, and a mail to its writer waits in the outbox." in looked
    )
    assert fresh(first).state == ApplicationState.SUBMITTED
    did = unescape(organiser.post(address, {"step": "do"}, follow=True).content.decode())
    assert "Done to 1 application." in did
    assert "Take it back" in did
    assert (fresh(first).state, fresh(second).state) == ("excluded", "submitted")
    board = text_of(organiser, page(cast, "applications:board"))
    assert "1 excluded." in board
    one = text_of(organiser, page(cast, "applications:application", ref=first.ref))
    assert REASON["en"] in one
    deed = Deed.objects.get()
    undo = page(cast, "applications:deed-undo", ref=deed.ref)
    back = unescape(organiser.post(undo, follow=True).content.decode())
    assert "Taken back for 1 application." in back
    assert fresh(first).state == ApplicationState.SUBMITTED
    assert "Taken back" in text_of(organiser, page(cast, "applications:deeds"))


def test_all_that_the_filter_finds_are_meant_not_those_on_the_page_alone(
    cast: Cast, organiser: Client
) -> None:
    crowd(cast, 60)
    begin(cast)
    answer = organiser.post(
        page(cast, "applications:choose"), {"whom": "all", "state": "submitted", "deed": "label"}
    )
    address = answer["Location"]
    organiser.post(address, {"step": "look", "word": "Checked"})
    assert "60 applications get the label “Checked”." in text_of(organiser, address)
    organiser.post(address, {"step": "do"})
    label = queries.labels(cast.cohort).get()
    board = text_of(organiser, page(cast, "applications:board"), label=label.ref)
    assert "all 60 that match" in board
    assert "Checked" in board


def test_writing_begins_with_those_who_were_chosen(cast: Cast, organiser: Client) -> None:
    first, _second = crowd(cast, 2)
    choose = page(cast, "applications:choose")
    ticked = organiser.post(choose, {"rows": [first.ref], "whom": "ticked", "deed": "write"})
    assert parse_qs(urlsplit(ticked["Location"]).query) == {"rows": [first.ref]}
    everybody = organiser.post(choose, {"whom": "all", "state": "draft", "progress": "half", "deed": "write"})
    assert parse_qs(urlsplit(everybody["Location"]).query) == {"state": ["draft"], "progress": ["half"]}


@pytest.mark.parametrize("deed", ["label", "write", "burn"])
def test_choosing_nothing_says_so_and_keeps_the_filter(cast: Cast, organiser: Client, deed: str) -> None:
    crowd(cast, 1)
    answer = organiser.post(page(cast, "applications:choose"), {"state": "submitted", "deed": deed})
    assert answer["Location"] == f"{page(cast, 'applications:board')}?state=submitted"
    assert "No application was chosen" in text_of(organiser, answer["Location"])


def test_a_deed_that_finds_nothing_any_more_says_so(cast: Cast, organiser: Client) -> None:
    words = {"whom": "all", "text": "nobody", "deed": "label"}
    answer = organiser.post(page(cast, "applications:choose"), words, follow=True)
    assert "No application was chosen." in unescape(answer.content.decode())


def test_after_a_day_the_page_says_what_to_do_instead(cast: Cast, organiser: Client, clock: Clock) -> None:
    crowd(cast, 1)
    deed = done(cast, planned(cast, "label"), word="Late")
    clock.at = cast.at("call_opens", days=5)
    undo = page(cast, "applications:deed-undo", ref=deed.ref)
    answer = unescape(organiser.post(undo, follow=True).content.decode())
    assert "more than a day ago" in answer
    assert "Take it back" not in text_of(organiser, page(cast, "applications:deeds"))
    deed.refresh_from_db()
    assert deed.state == DeedState.DONE


def test_pressing_do_too_late_or_too_early_says_why(cast: Cast, organiser: Client, clock: Clock) -> None:
    rows = crowd(cast, 1)
    deed = planned(cast, "exclude", rows)
    address = page(cast, "applications:deed", ref=deed.ref)
    early = unescape(organiser.post(address, {"step": "do"}, follow=True).content.decode())
    assert "Say first what is to be done." in early
    organiser.post(address, SAID)
    clock.at = cast.at("decisions_out", minutes=1)
    late = unescape(organiser.post(address, {"step": "do"}, follow=True).content.decode())
    assert "The decisions are out" in late


def test_a_deed_of_another_cohort_is_not_there(cast: Cast, organiser: Client) -> None:
    assert organiser.get(page(cast, "applications:deed", ref="nonsense00")).status_code == 404


def test_what_was_done_and_taken_stands_on_one_page(cast: Cast, organiser: Client) -> None:
    assert "Nothing yet" in text_of(organiser, page(cast, "applications:deeds"))
    rows = crowd(cast, 2)
    done(cast, planned(cast, "label", rows), word="Checked")
    answer = organiser.post(page(cast, "applications:export"), {"format": "json", "state": "submitted"})
    assert content_of(answer)
    text = text_of(organiser, page(cast, "applications:deeds"))
    assert "Label: Checked" in text
    assert "Done to 2 applications." in text
    assert "JSON, 2 rows" in text
    assert "State: Sent" in text


@pytest.mark.parametrize("name", ["applications:deeds", "applications:at-risk", "applications:figures-live"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 1, state="draft")
    crowd(cast, 1)
    done(cast, planned(cast, "label"), word="One")
    organiser.get(page(cast, name))
    with django_assert_max_num_queries(15) as one:
        organiser.get(page(cast, name))
    crowd(cast, 29, state="draft")
    crowd(cast, 29)
    for number in range(29):
        done(cast, planned(cast, "label"), word=f"Label {number}")
    with django_assert_max_num_queries(15) as thirty:
        organiser.get(page(cast, name))
    assert len(thirty) <= len(one)


def test_a_deed_asks_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 1)
    one = page(cast, "applications:deed", ref=done(cast, planned(cast, "label"), word="One").ref)
    crowd(cast, 29)
    thirty = page(cast, "applications:deed", ref=done(cast, planned(cast, "label"), word="Thirty").ref)
    with django_assert_max_num_queries(15) as few:
        organiser.get(one)
    with django_assert_max_num_queries(15) as many:
        organiser.get(thirty)
    assert len(many) <= len(few)


def test_drafts_at_risk_name_what_is_missing_by_section_and_not_a_word_of_it(
    cast: Cast, organiser: Client
) -> None:
    now = cast.at("call_opens", days=1)
    draft = write(begin(cast, now=now), now, project="", motivation="A secret beginning.")
    assert (draft.lacking, draft.lacks) == (1, ["essays"])
    text = text_of(organiser, page(cast, "applications:at-risk"), kind="one")
    title = cast.cohort.plan.application.sections[1].title["en"]
    assert title in text
    assert "1 answer" in text
    assert "secret" not in text
    assert "state=draft&progress=one" in text
    whole = write(fresh(draft), now)
    assert (whole.lacking, whole.lacks) == (0, [])
    assert "No such draft" in text_of(organiser, page(cast, "applications:at-risk"), kind="one")
    assert "it only waits to be sent" in text_of(organiser, page(cast, "applications:at-risk"))


def test_a_draft_that_nobody_touches_for_a_week_is_at_risk_however_short(
    cast: Cast, organiser: Client, clock: Clock
) -> None:
    begin(cast)
    assert "No such draft" in text_of(organiser, page(cast, "applications:at-risk"), kind="idle")
    clock.at = cast.at("call_opens", days=9)
    assert "Ada Applicant" in text_of(organiser, page(cast, "applications:at-risk"), kind="idle")
    assert queries.risks(cast.cohort, clock.at) == queries.Risks(half=0, one=0, idle=1)


def test_observers_see_how_many_and_never_who(cast: Cast, clock: Clock) -> None:
    crowd(cast, 3, state="draft")
    observer = signed_in(cast.observer)
    text = text_of(observer, page(cast, "applications:at-risk"))
    assert re.search(r'class="big">3<', text)
    assert "Crowd" not in text
    board = text_of(observer, page(cast, "applications:board"))
    assert 'type="checkbox"' not in board


def test_labels_stay_with_organisers(cast: Cast, organiser: Client) -> None:
    sent = send(write(begin(cast), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    done(cast, planned(cast, "label", [sent]), word="Zebrafish")
    assert "Zebrafish" in text_of(organiser, page(cast, "applications:application", ref=sent.ref))
    assert "Zebrafish" not in text_of(signed_in(cast.observer), page(cast, "applications:board"))
    applicant = signed_in(cast.applicant)
    for name in ("applications:hub", "applications:receipt"):
        assert "Zebrafish" not in text_of(applicant, page(cast, name))


def test_who_is_excluded_reads_it_in_plain_words(cast: Cast, clock: Clock) -> None:
    sent = send(write(begin(cast), cast.at("call_opens", days=1)), cast.at("call_opens", days=1))
    excluded(cast, [sent])
    text = text_of(signed_in(cast.applicant), page(cast, "applications:hub"))
    assert "Set aside: nobody reads it" in text


def test_the_figures_say_a_range_once_enough_is_known_and_before_that_that_it_is_too_early(
    cast: Cast, organiser: Client, clock: Clock
) -> None:
    crowd(cast, 40)
    clock.at = cast.at("call_closes", days=-1)
    text = text_of(organiser, page(cast, "applications:figures"))
    assert "In nine calls out of ten that begin like this one" in text
    assert 'data-live="' in text
    live = organiser.get(page(cast, "applications:figures-live")).content.decode()
    assert "<html" not in live
    assert "By the deadline" in live
    clock.at = cast.at("call_opens", hours=30)
    assert "too early to say" in text_of(organiser, page(cast, "applications:figures"))
    clock.at = cast.at("call_closes", days=1)
    assert "By the deadline" not in text_of(organiser, page(cast, "applications:figures"))


def test_a_programme_that_has_run_before_is_measured_against_itself(
    cast: Cast, organiser: Client, clock: Clock
) -> None:
    crowd(cast, 40)
    from tremplin.programmes import services as programmes

    later = cast.at("call_closes", days=200)
    second = programmes.open_cohort(
        version=cast.cohort.version, slug="2028", opens=later, organiser=cast.organiser, now=later
    )
    now = second.date("call_closes")
    assert queries.arrivals_before(second, later) is not None
    assert queries.arrivals_before(cast.cohort, later) is None
    assert now > later


def test_the_board_filters_by_progress_pause_and_label_and_ignores_nonsense(
    cast: Cast, organiser: Client, clock: Clock
) -> None:
    crowd(cast, 2, state="draft")
    begin(cast, person("Nora New"))
    clock.at = cast.at("call_opens", days=5)
    board = page(cast, "applications:board")

    def found(**words: str) -> int:
        return int(organiser.get(board, words).context["page"].paginator.count)

    assert found(progress="half") == 2
    assert found(progress="one") == 2
    assert found(progress="begun") == 1
    assert found(idle="3") == 3 - found(idle="14")
    assert found(progress="x", idle="y", label="z") == 3
    assert Application.objects.count() == 3
