"""What anybody can read before they apply: light, complete, in two languages, true on every day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import OPENS, Cast, cohort_of, person
from tests.programmes.conftest import At, page
from tests.programmes.texts import SMALL, mended
from tests.visiting import signed_in, text_of
from tremplin import programme_templates
from tremplin.core.text import say
from tremplin.people.models import Institution
from tremplin.programmes import file, services
from tremplin.programmes.facts import call_facts, choosing
from tremplin.programmes.http import cohort_url
from tremplin.programmes.questions import as_text, limit, opens
from tremplin.programmes.roles import Role
from tremplin.programmes.schema import EligibilityQuestion
from tremplin.programmes.states import call_state, phase_of

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "days", "phase", "words"),
    [
        ("call_opens", -3, "coming", "Opens in 3 days"),
        ("call_opens", 1, "open", "Apply until 8 February 2027, end of the day anywhere on Earth"),
        ("call_closes", 1, "closed", "Decisions go out on 1 March 2027, 10:00 (Paris)"),
        ("decisions_out", 1, "decided", "The decisions are out"),
        ("training_starts", 1, "running", "It ends on 21 June 2027"),
        ("training_ends", 1, "over", "This edition is over"),
    ],
)
def test_the_page_says_where_the_call_stands(
    cast: Cast, client: Client, at: At, code: str, days: int, phase: str, words: str
) -> None:
    now = cast.at(code, days=days)
    at(now)
    assert phase_of(cast.cohort, now) == phase
    assert words in text_of(client, page(cast, "call"))


def test_the_silent_grace_is_never_mentioned(cast: Cast, client: Client, at: At) -> None:
    at(cast.at("call_closes", minutes=10))
    text = text_of(client, page(cast, "call"))
    assert "Apply until 8 February 2027" in text
    assert "grace" not in text.lower()


def test_a_programme_without_decisions_still_says_what_comes_next(db: None) -> None:
    text = SMALL
    start = text.index("stages = [")
    text = text[:start] + 'stages = ["review"]' + text[text.index("]", start) + 1 :]
    text = mended(('decisions_out = "7w"\n', ""), ('offers_answered = "8w"\n', ""), text=text)
    cohort = cohort_of("plain-lab", person("Olive Organiser"), text=text)
    assert call_state(cohort, cohort.date("call_closes") + DAY).next == "Applications are being read."
    assert [str(fact.label) for fact in call_facts(cohort)] == ["Places", "Where", "Applying takes"]


def test_the_page_answers_what_people_ask_first(cast: Cast, client: Client, at: At) -> None:
    text = text_of(client, page(cast, "call"))
    for words in (
        "Small Scholars",
        "1 to 2",
        "13 weeks",
        "€3,000.00 in 2 payments",
        "about 60 minutes",
        "At least 30.",
        "Will you be 18 or older",
        "Curiosity and care.",
        "Why deep learning, why now?",
        "2 people read your application",
        "drawn by lot",
        "GDPR",
        "scholars@example.org",
        "9 February 2027, 12:59 (Paris)",
        "11:59 UTC",
    ):
        assert words in text, words


def test_payments_stand_with_their_days_and_amounts(cast: Cast, client: Client, at: At) -> None:
    text = re.sub(r"<[^>]+>", " ", text_of(client, page(cast, "call")))
    assert re.search(r"22 March 2027\s+€1,000.00\s+12 April 2027\s+€2,000.00", text)


def test_the_page_is_in_french_throughout(cast: Cast, client: Client, at: At) -> None:
    text = text_of(client, page(cast, "call") + "?lang=fr")
    for words in (
        "Petite promotion",
        "Qui peut candidater",
        "Ouvert",
        "fin de la journée partout sur Terre",
        "tirées au sort",
        "Ce qui est versé",
    ):
        assert words in text, words
    main = text[text.index("<main") : text.index("</main")]
    for left_over in ("Who may", "Apply until", "Dates go", "people read", "Your data", "payments"):
        assert left_over not in main


@pytest.mark.parametrize("name", programme_templates.names())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_a_real_programme_is_light(
    db: None,
    client: Client,
    at: At,
    name: str,
    language: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cohort = cohort_of("home-lab", person("Olive Organiser"), text=programme_templates.text(name))
    address = f"{cohort_url(cohort, 'programmes:call')}?lang={language}"
    client.get(address)
    with django_assert_max_num_queries(5):
        response = client.get(address)
    assert len(response.content) <= 20_000
    assert "Set-Cookie" not in response.headers


def test_a_passer_by_gets_no_cookie(cast: Cast, at: At) -> None:
    response = Client().get(page(cast, "call"))
    assert not response.cookies


@pytest.mark.parametrize(
    ("code", "days", "button"),
    [("call_opens", -1, "apply/"), ("call_opens", 1, "apply/"), ("call_closes", 1, "")],
)
def test_the_button_is_there_when_it_leads_somewhere(
    cast: Cast, client: Client, at: At, code: str, days: int, button: str
) -> None:
    at(cast.at(code, days=days))
    text = text_of(client, page(cast, "call"))
    assert ('class="button' in text) == bool(button)
    if button:
        assert f"{page(cast, 'call')}{button}" in text


def test_an_applicant_is_led_to_their_application_and_not_to_the_doors(cast: Cast, at: At) -> None:
    services.grant(user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=OPENS)
    text = text_of(signed_in(cast.applicant), page(cast, "call"))
    assert "Go to your application" in text
    assert "See whether you may apply" not in text


def test_the_institutions_own_legal_notice_replaces_the_shipped_one(db: None, client: Client, at: At) -> None:
    notice = 'profile = "eu"\nnotice = { en = "Our **own** words.", fr = "Nos propres mots." }'
    cohort = cohort_of("own-lab", person("Olive Organiser"), text=mended(('profile = "eu"', notice)))
    text = text_of(client, cohort_url(cohort, "programmes:call"))
    assert "<strong>own</strong> words." in text
    assert "GDPR" not in text


def test_what_organisers_wrote_cannot_run_in_the_page(db: None, client: Client, at: At) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    text = mended(
        ("Learn **deep learning** with a mentor.", nasty.replace('"', "'")),
        ("Why deep learning, why now?", "<b>Why</b>"),
    )
    cohort = cohort_of("odd-lab", person("Olive Organiser"), text=text)
    source = client.get(cohort_url(cohort, "programmes:call")).content.decode()
    assert "<script>alert" not in source
    assert "onerror=alert(1)>" not in source
    assert 'href="javascript' not in source
    assert "<b>Why</b>" not in source


# ---- to take along -----------------------------------------------------------------------------------------


def test_the_questions_are_a_text_that_holds_everything(cast: Cast, client: Client, at: At) -> None:
    response = client.get(page(cast, "questions-file"))
    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="small-scholars.txt"'
    for question in cast.cohort.plan.application.questions():
        assert question.label["en"] in text
    for words in (
        "1.4 What did you write?",
        "[optional; only if you answered “yes” to “Have you written code before?”]",
        "at most 1,000 characters",
        "at most 200 words",
        "one file: PDF, TXT, PY, up to 10 MB",
        "[required; a country, from a list; organisers alone read it]",
        "[required; yes or no]",
        "[[ 2.1 motivation ]] Write your answer under this line.",
        "[[ /2.1 ]] Write your answer above this line.",
        "As long as it is still 8 February 2027 somewhere on Earth, you are in time.",
        "Applying takes: about 60 minutes, the organisers’ guess",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) < 110


def test_the_questions_speak_french(cast: Cast, client: Client, at: At) -> None:
    text = client.get(page(cast, "questions-file") + "?lang=fr").content.decode()
    assert "PUIS-JE CANDIDATER" in text
    assert "Votre nom complet" in text


def test_examples_and_choices_are_in_the_text(db: None) -> None:
    cohort = cohort_of(
        "home-lab", person("Olive Organiser"), text=programme_templates.text("openai-scholars-2019")
    )
    text = as_text(cohort)
    assert "Example: “I drove a bus" in text
    assert "( ) To mend my language or to translate" in text
    assert "choose any" in text


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("number", {"at_least": 3, "at_most": 5}, "From 3 to 5."),
        ("number", {"at_most": 5}, "At most 5."),
        ("country", {"refuses": ["FR", "DE"]}, "Anywhere but: France, Germany."),
        ("yes_no", {"passes": ["no"]}, "No"),
    ],
)
def test_doors_say_in_words_what_opens_them(kind: str, more: dict[str, object], words: str) -> None:
    text = {"en": "?", "fr": "?"}
    door = EligibilityQuestion.model_validate(
        {"code": "x", "kind": kind, "label": text, "refusal": text, **more}
    )
    assert opens(door) == words


def test_the_calendar_holds_each_public_date_under_a_lasting_name(cast: Cast, client: Client, at: At) -> None:
    response = client.get(page(cast, "calendar"))
    lines = response.content.decode().split("\r\n")
    assert response["Content-Type"].startswith("text/calendar")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART:20270209T115959Z" in lines
    assert f"UID:{cast.cohort.ref}-call_closes@tremplin" in lines
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 7
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "SUMMARY:Small Scholars: The call closes" in lines


def test_long_names_are_folded_between_characters(db: None, client: Client, at: At) -> None:
    name = "É" * 60 + ", une école; un été"
    cohort = cohort_of("long-lab", person("Olive Organiser"), text=mended(("Petite promotion", name)))
    content = client.get(cohort_url(cohort, "programmes:calendar") + "?lang=fr").content.decode()
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    assert "É" * 60 + "\\, une école\\; un été" in content.replace("\r\n ", "")


# ---- the institution ---------------------------------------------------------------------------------------


def test_an_institution_lists_its_programmes_and_no_others(cast: Cast, client: Client, at: At) -> None:
    text = text_of(client, "/home-lab/")
    assert "Home-Lab" in text
    assert page(cast, "call") in text
    assert "rival-lab" not in text


def test_rehearsals_stay_among_those_who_run_them(cast: Cast, client: Client, at: At) -> None:
    services.open_cohort(
        version=cast.cohort.version,
        slug="trial",
        opens=OPENS,
        organiser=cast.organiser,
        now=OPENS,
        rehearsal=True,
    )
    assert "trial" not in text_of(client, "/home-lab/")


def test_an_institution_without_a_programme_says_so(db: None, client: Client) -> None:
    Institution.objects.create(slug="new-lab", name="New Lab", created_at=OPENS)
    text = text_of(client, "/new-lab/")
    assert "No call yet" in text
    assert 'href="/"' in text


def test_an_institution_that_does_not_exist_is_not_found(db: None, client: Client) -> None:
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/nowhere/nothing/").status_code == 404


def test_a_shortened_address_leads_to_the_programme(cast: Cast, client: Client) -> None:
    assert client.get("/home-lab/small/")["Location"] == "/home-lab/#small"


def test_thirty_editions_cost_no_more_queries_than_one(
    cast: Cast, client: Client, at: At, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/home-lab/")
    with django_assert_max_num_queries(6) as one:
        client.get("/home-lab/")
    for number in range(29):
        services.open_cohort(
            version=cast.cohort.version,
            slug=f"edition-{number}",
            opens=OPENS + number * DAY,
            organiser=cast.organiser,
            now=OPENS,
        )
    with django_assert_max_num_queries(6) as thirty:
        assert client.get("/home-lab/").content.count(b'<li class="card') == 30
    assert len(thirty) == len(one)


def test_choosing_by_score_alone_says_so(db: None) -> None:
    cohort = cohort_of(
        "top-lab",
        person("Olive Organiser"),
        text=mended(('method = "draw"', 'method = "top"'), ("waitlist = 1", "waitlist = 0")),
    )
    lines = choosing(cohort)
    assert any("highest scores" in line for line in lines)
    assert not any("waitlist" in line for line in lines)


def test_a_first_day_in_another_zone_is_said_in_the_cohorts(db: None, client: Client, at: At) -> None:
    text = mended(('time_zone = "Europe/Paris"', 'time_zone = "Asia/Kathmandu"'))
    cohort = cohort_of("far-lab", person("Olive Organiser"), text=text)
    assert "11 January 2027, 14:45 (Kathmandu)" in text_of(client, cohort_url(cohort, "programmes:call"))
    assert file.read(text).cohort.time_zone == "Asia/Kathmandu"
    assert cohort.date("call_opens") == datetime(2027, 1, 11, 9, tzinfo=UTC)


def test_facts_are_as_short_as_they_can_be(db: None) -> None:
    text = mended(
        ("places_min = 1", "places_min = 2"),
        ("grace_minutes = 30", "grace_minutes = 30\nremote = false"),
        ("minutes = 60", "minutes = 150"),
    )
    cohort = cohort_of("exact-lab", person("Olive Organiser"), text=text)
    facts = {str(fact.label): fact.text for fact in call_facts(cohort)}
    assert (facts["Places"], facts["Where"], facts["Applying takes"]) == (
        "2",
        "On site",
        "about 2.5 hours, the organisers’ guess",
    )


def test_a_call_that_has_closed_tells_nobody_that_they_are_in_time(
    cast: Cast, client: Client, at: At
) -> None:
    at(cast.at("call_closes", days=-1))
    open_ = text_of(client, page(cast, "call"))
    assert "you are in time" in open_
    at(cast.at("decisions_out", days=1))
    over = text_of(client, page(cast, "call"))
    assert "you are in time" not in over
    assert '<h2 id="until">The call closed</h2>' in over


def test_each_question_of_the_call_says_how_long_an_answer_may_be_and_which_files_it_takes(
    cast: Cast, client: Client, at: At
) -> None:
    text = text_of(client, page(cast, "call"))
    asked = text.split('id="asked"')[1].split("</ol>")[0]
    questions = cast.cohort.plan.application.questions()
    limits = [limit(question) for question in questions]
    assert any("at most" in one for one in limits)
    assert any("up to 10 MB" in one for one in limits)
    for question, words in zip(questions, limits, strict=True):
        line = asked.split(say(question.label), 1)[1].split("</li>")[0]
        assert words in line, question.code
    french = text_of(client, page(cast, "call"), lang="fr").split('id="asked"')[1].split("</ol>")[0]
    assert "au plus" in french or "maximum" in french
