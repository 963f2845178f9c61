"""The account of a selection: from the first word to the page that everybody reads."""

import json
import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language

from tests.cast import PLANS, Cast, gather
from tests.review.world import read_all, reviewers
from tests.selection.world import by_hand, by_number, decide, propose, read_cohort, sign
from tests.selection_report.world import TEXTS, published, told, written
from tests.visiting import hold, signed_in
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.people.models import User
from tremplin.programmes import groups
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection import services as selection
from tremplin.selection.models import Decision
from tremplin.selection_report import desk, queries, rules, services
from tremplin.selection_report.figures import content_of
from tremplin.selection_report.models import SelectionReport, Words


@pytest.fixture
def late(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    now = cast.at("decisions_out", days=3)
    hold(monkeypatch, now)
    return now


def page(cast: Cast, name: str, user: User | None = None, query: str = "", **words: Any) -> str:
    client = signed_in(user) if user else Client()
    answer = client.get(cohort_url(cast.cohort, f"selection_report:{name}", **words) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(cast: Cast, user: User, **data: Any) -> Any:
    return signed_in(user).post(cohort_url(cast.cohort, "selection_report:write"), data)


def boxes() -> dict[str, str]:
    return {
        services.field(code, language): text
        for code, said in TEXTS.items()
        for language, text in said.items()
    }


def test_a_stranger_reads_how_people_were_chosen_in_both_languages(cast: Cast, late: datetime) -> None:
    report = published(cast)
    english, french = page(cast, "newest"), page(cast, "newest", query="?lang=fr")
    for words in ("The rules", "How applications were read", "The scores and the line", "Two evenings with"):
        assert words in english
    assert "Les règles" in french
    assert "Deux soirées" in french
    assert report.checksum in english
    assert report.checksum in page(cast, "numbered", number=1)


def test_before_there_is_a_report_the_page_says_when_it_comes(cast: Cast, late: datetime) -> None:
    assert "No report yet" in page(cast, "newest")


def test_the_file_for_machines_has_the_checksum_that_the_page_names(cast: Cast, late: datetime) -> None:
    report = published(cast)
    answer = Client().get(cohort_url(cast.cohort, "selection_report:json", number=1))
    content = json.loads(answer.content)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sha256(text.encode()).hexdigest() == report.checksum
    assert content["format"] == "tremplin-selection-report/1"


def test_a_report_holds_no_reference_of_a_person_an_application_or_a_reader(
    cast: Cast, late: datetime
) -> None:
    content = json.dumps(published(cast).content)
    secrets = {row.draw_code for row in Decision.objects.all()}
    for model in (Application, User, Decision):
        secrets |= set(model._default_manager.values_list("ref", flat=True))
    secrets |= {text for row in User.objects.values_list("email", "name") for text in row if text}
    assert secrets
    assert not [secret for secret in secrets if secret.lower() in content.lower()]


def test_an_anonymous_survey_is_said_to_compare_nothing(cast: Cast, late: datetime) -> None:
    content = published(cast, 6).content
    assert content["audit"] == {"state": "anonymous", "said": {"en": [], "fr": []}}
    assert "nobody can tell who answered what" in page(cast, "newest")
    assert "personne ne peut dire qui a répondu quoi" in page(cast, "newest", query="?lang=fr")


def test_what_may_be_told_of_groups_stands_in_the_report_in_both_languages(
    cast: Cast, late: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def teller(_cohort: object, _now: datetime) -> groups.Told:
        return groups.Told("open", [f"said in {get_language()}"])

    monkeypatch.setattr(groups, "_tellers", [teller])
    published(cast, 6)
    assert "said in en" in page(cast, "newest")
    assert "said in fr" in page(cast, "newest", query="?lang=fr")


def test_the_figures_are_those_of_the_selection(cast: Cast, late: datetime) -> None:
    content = published(cast).content
    assert content["funnel"]["sent"] == content["funnel"]["decided"] == 30
    assert content["reading"]["reads"] == 60
    assert content["reading"]["least_each"] == 2
    assert content["rules"]["at_opening"]["checksum"] == cast.cohort.version.checksum
    assert [row["days_late"] for row in content["times"]["events"] if row["event"] == "told"] == [2]
    draw = content["draw"]
    assert draw["places"] <= draw["entries"] == sum(row["people"] for row in draw["chances"])
    assert sum(row["chance"] * row["people"] for row in draw["chances"]) == pytest.approx(
        draw["places"], abs=1e-4
    )
    assert sum(row["people"] for row in content["field"]["neighbours"]) == 30
    one, low, high = content["reading"]["agreement"]["one_read"]
    assert 0 <= low <= one <= high <= 1
    criteria = content["reading"]["agreement"]["criteria"]
    assert [row["code"] for row in criteria] == ["drive", "making"]
    one, low, high = criteria[0]["one_read"]
    assert 0 <= low <= one <= high <= 1
    assert criteria[1] == {"code": "making", "one_read": None, "alpha": None}, "all marks are the same"
    assert content["reading"]["extra"] is None
    assert "All criteria together" in page(cast, "newest")


def test_extra_reads_are_told_with_the_number_that_the_file_fixed(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    cast = gather(text=text.replace('method = "draw"', 'method = "draw"\nextra_reads = 9'))
    reviewers(cast, 3)
    hold(monkeypatch, cast.at("decisions_out", days=3))
    read_cohort(cast, 30)
    selection.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_closes", days=3))
    read_all(cast, by_number)
    assert content_of(cast.cohort, words={}, now=cast.at("reading_ends"))["reading"]["extra"] == {
        "planned": 9,
        "read": 3,
    }


def test_a_small_field_gives_no_picture_and_no_agreement(cast: Cast, late: datetime) -> None:
    content = published(cast, count=6).content
    assert content["field"] == {"neighbours": [], "line": None}
    assert content["reading"]["agreement"] is None
    assert "too small for a picture" in page(cast, "newest")


def test_nothing_is_published_before_everybody_has_been_told(cast: Cast, late: datetime) -> None:
    version = written(cast, cast.at("call_opens"))

    def publish() -> SelectionReport:
        return services.publish(cohort=cast.cohort, version=version, actor=cast.organiser, now=late)

    with pytest.raises(Conflict, match="Decisions are not final"):
        publish()
    assert "Save and publish" not in page(cast, "draft", cast.organiser)
    read_cohort(cast, 6)
    decide(cast)
    with pytest.raises(Conflict, match="Not everybody has been told"):
        publish()
    assert not SelectionReport.objects.exists()


def test_what_is_missing_is_named_by_field_and_nothing_typed_is_lost(cast: Cast, late: datetime) -> None:
    told(cast)
    answer = send(cast, cast.organiser, version="0", publish="1", **{"preparation-en": "A long evening."})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Write this in French: it belongs to every report." in text
    assert "A long evening." in text
    assert Words.objects.get().sections == {"preparation": {"en": "A long evening."}}
    assert not SelectionReport.objects.exists()


def test_two_organisers_at_once_see_both_texts(cast: Cast, late: datetime) -> None:
    told(cast)
    written(cast)
    answer = send(cast, cast.colleague, version="0", save="1", **{"wrong-en": "Nothing that I know of."})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "The mails came a day late." in text
    assert "Nothing that I know of." in text
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    again = send(
        cast, cast.colleague, version=version[1], save="1", **{"wrong-en": "Nothing that I know of."}
    )
    assert again.status_code == 302
    assert Words.objects.get().sections == {"wrong": {"en": "Nothing that I know of."}}


def test_saving_and_publishing_by_the_button(cast: Cast, late: datetime) -> None:
    told(cast)
    assert send(cast, cast.organiser, version="0", save="1", **boxes()).status_code == 302
    assert send(cast, cast.organiser, version="1", publish="1", **boxes()).status_code == 302
    assert SelectionReport.objects.get().content["words"] == TEXTS
    assert "Save and publish a new version" in page(cast, "draft", cast.organiser)


def test_publishing_twice_is_one_report_and_a_correction_is_a_second_one(cast: Cast, late: datetime) -> None:
    first = published(cast)
    again = services.publish(cohort=cast.cohort, version=1, actor=cast.colleague, now=late)
    assert again == first
    texts = {**TEXTS, "next": {"en": "More readers."}}
    row = services.save_words(
        cohort=cast.cohort, sections=texts, expected_version=1, actor=cast.organiser, now=late
    )
    second = services.publish(cohort=cast.cohort, version=row.version, actor=cast.organiser, now=late)
    assert second.number == 2
    assert "More readers." in page(cast, "newest")
    assert "More readers." not in page(cast, "numbered", number=1)


def test_words_that_another_has_changed_are_not_published_unread(cast: Cast, late: datetime) -> None:
    told(cast)
    written(cast)
    with pytest.raises(Stale):
        services.publish(cohort=cast.cohort, version=0, actor=cast.organiser, now=late)


def test_a_change_by_hand_has_to_be_told(cast: Cast, late: datetime) -> None:
    read_cohort(cast, 30)
    proposal = propose(cast)
    decision = Decision.objects.order_by("-priority").first()
    assert decision
    by_hand(cast, decision, "waitlist", proposal.version, "They lacked a page.")
    proposal.refresh_from_db()
    sign(cast, proposal)
    selection.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )
    found = queries.draft(cast.cohort, cast.organiser)
    assert ("by_hand", "en") in [(section.code, language) for section, language in found.missing(cast.cohort)]
    content = content_of(cast.cohort, words={}, now=late)
    assert content["decisions"]["by_hand"] == 1
    assert (content["decisions"]["kinds"], content["decisions"]["constrained"]) == ([], False)
    assert "They lacked a page" not in json.dumps(content)


def test_a_text_that_is_too_long_is_refused_with_its_length_and_kept_on_the_page(
    cast: Cast, late: datetime
) -> None:
    text = "x" * (services.LONGEST + 1)
    answer = send(cast, cast.organiser, version="0", save="1", **{"next-en": text})
    assert answer.status_code == 422
    assert "it has 5001 now" in answer.content.decode()
    assert text in answer.content.decode()


def test_observers_read_the_draft_and_write_nothing(cast: Cast, late: datetime) -> None:
    told(cast)
    written(cast)
    seen = page(cast, "draft", cast.observer)
    assert "Two evenings with" in seen
    assert "<textarea" not in seen
    with pytest.raises(NotAllowed):
        services.publish(cohort=cast.cohort, version=1, actor=cast.observer, now=late)
    with pytest.raises(NotAllowed):
        queries.draft(cast.cohort, cast.reviewer)


def test_the_desk_asks_for_it_once_everybody_has_been_told(cast: Cast, late: datetime) -> None:
    def titles() -> list[str]:
        roles = frozenset({Role.ORGANISER})
        found = desk.cards(cohort=cast.cohort, actor=cast.organiser, roles=roles, now=late)
        return [str(card.title) for card in found]

    assert titles() == []
    told(cast, 6)
    assert titles() == ["The selection report is not published"]
    services.publish(cohort=cast.cohort, version=written(cast), actor=cast.organiser, now=late)
    assert titles() == []


def test_the_draft_asks_the_same_number_of_questions_for_a_larger_field(cast: Cast, late: datetime) -> None:
    told(cast, 12)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            content_of(cast.cohort, words={}, now=late)
        return len(context)

    assert asked() <= 42


def test_an_invalid_number_is_not_found(cast: Cast, late: datetime) -> None:
    answer = Client().get(cohort_url(cast.cohort, "selection_report:numbered", number=9))
    assert answer.status_code == 404


def test_what_is_missing_without_words_is_invalid_by_field(cast: Cast, late: datetime) -> None:
    told(cast, 6)
    with pytest.raises(Invalid) as refused:
        services.publish(cohort=cast.cohort, version=0, actor=cast.organiser, now=late)
    assert set(refused.value.errors) == {
        services.field(section.code, language)
        for section in rules.SECTIONS
        if section.needed and section.code != "by_hand"
        for language in ("en", "fr")
    }


def test_the_call_leads_to_the_report_once_there_is_one(cast: Cast, late: datetime) -> None:
    def call() -> str:
        return Client().get(cohort_url(cast.cohort, "programmes:call")).content.decode()

    assert "Selection report" not in call()
    published(cast, 6)
    assert cohort_url(cast.cohort, "selection_report:newest") in call()
