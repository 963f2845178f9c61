"""Writing questions, sections, doors and criteria through the pages."""

import pytest

from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import PLANS, Cast
from tests.visiting import Clock
from tremplin.builder.models import Unfinished, WorkingCopy
from tremplin.programmes import file
from tremplin.programmes.schema import Question

pytestmark = pytest.mark.django_db
SMALL = (PLANS / "small.toml").read_text("utf-8")


def question(cast: Cast, code: str) -> Question:
    return next(q for q in file.read(copy_of(cast).text).application.questions() if q.code == code)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        *(("question", q.code) for q in file.read(SMALL).application.questions()),
        ("section", "you"),
        ("door", "adult"),
        ("door", "hours"),
        ("criterion", "drive"),
    ],
)
def test_saving_what_the_page_shows_changes_not_a_byte(
    olive: Visitor, cast: Cast, kind: str, code: str
) -> None:
    assert olive.fill("item", {}, kind=kind, code=code).status_code == 302
    assert copy_of(cast).text == cast.cohort.version.text


def test_the_form_lists_what_is_asked(olive: Visitor) -> None:
    text = olive.get("form").content.decode()
    for words in (
        "Your full name",
        "names the person",
        "at most 200 words",
        "only after “Yes” to “Have you written",
    ):
        assert words in text
    assert "This is the form in force" in text
    assert not WorkingCopy.objects.exists()


def test_a_changed_question_stands_in_the_working_copy_alone(olive: Visitor, cast: Cast) -> None:
    done = olive.fill(
        "item", {"label_en": "Why now?", "max_characters": "900"}, kind="question", code="motivation"
    )
    assert done.status_code == 302
    assert done.url.endswith("/programme/form/#question-motivation")
    assert question(cast, "motivation").label["en"] == "Why now?"
    assert question(cast, "motivation").max_characters == 900
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 1
    for page in ("", "questions.txt"):
        public = olive.client.get(f"/home-lab/small/2027/{page}").content.decode()
        assert "Why now?" not in public


def test_what_is_not_sound_is_kept_and_shown_again_with_its_faults(olive: Visitor, cast: Cast) -> None:
    bad = olive.fill(
        "item", {"label_en": "Why?", "label_fr": "", "max_words": "many"}, kind="question", code="motivation"
    )
    text = bad.content.decode()
    assert bad.status_code == 422
    assert "“The question” is missing in French." in text
    assert "Write a whole number." in text
    again = olive.get("item", kind="question", code="motivation").content.decode()
    assert "You typed this and did not finish it" in again
    assert ">\nWhy?</textarea>" in again
    assert "“The question” is missing in French." in again
    listed = olive.get("form").content.decode()
    assert "unfinished: Olive Organiser" in listed
    assert "Missing in: French" in listed
    assert "Why deep learning, why now?" in again
    good = olive.post(
        "item",
        {
            **fields(olive.get("item", kind="question", code="motivation")),
            "label_fr": "Pourquoi ?",
            "max_words": "",
        },
        kind="question",
        code="motivation",
    )
    assert good.status_code == 302
    assert not Unfinished.objects.exists()


def test_faults_of_the_file_stand_at_their_fields(olive: Visitor, cast: Cast) -> None:
    bad = olive.fill(
        "new",
        {"section": "you", "label_en": "Gender", "label_fr": "Genre", "kind": "short"},
        "?section=you",
        kind="question",
    )
    assert bad.status_code == 422
    text = bad.content.decode()
    assert "is guarded by law" in text
    assert 'id="id_guarded_error"' in text
    assert "may not be asked here." in text


def test_a_new_question_gets_a_code_of_its_own(olive: Visitor, cast: Cast) -> None:
    olive.fill(
        "new",
        {"label_en": "Your full name?", "label_fr": "Votre nom ?", "kind": "short", "required": "on"},
        "?section=essays",
        kind="question",
    )
    assert question(cast, "your_full_name").label["fr"] == "Votre nom ?"
    codes = [q.code for q in file.read(copy_of(cast).text).application.sections[1].questions]
    assert codes[-1] == "your_full_name"


def test_a_choice_gets_rows_and_codes_and_keeps_them(olive: Visitor, cast: Cast) -> None:
    page = olive.get("new", "?section=you", kind="question")
    shown = olive.post(
        "new",
        {**fields(page), "kind": "choice", "label_en": "Which?", "label_fr": "Lequel ?", "_show": "1"},
        kind="question",
    )
    data = fields(shown)
    assert data["label_en"] == "Which?"
    data |= {
        "option0_en": "The first",
        "option0_fr": "Le premier",
        "option1_en": "The second",
        "option1_fr": "Le deuxième",
    }
    more = olive.post("new", {**data, "_more": "1"}, kind="question")
    assert "option5_en" in more.content.decode()
    assert olive.post("new", data, kind="question").status_code == 302
    assert [option.code for option in question(cast, "which").options] == ["the_first", "the_second"]
    data = fields(olive.get("item", kind="question", code="which"))
    data |= {
        "option0_en": "Number one",
        "option0_place": "2",
        "option1_place": "1",
        "option2_en": "Third",
        "option2_fr": "Troisième",
    }
    assert olive.post("item", data, kind="question", code="which").status_code == 302
    options = question(cast, "which").options
    assert [option.code for option in options] == ["the_second", "the_first", "third"]
    assert options[1].label["en"] == "Number one"
    data = fields(olive.get("item", kind="question", code="which")) | {"option0_remove": "on"}
    olive.post("item", data, kind="question", code="which")
    assert [option.code for option in question(cast, "which").options] == ["the_first", "third"]


def test_conditions_are_ticked_among_earlier_answers(olive: Visitor, cast: Cast) -> None:
    olive.fill("item", {"show_if": ["coded_before=yes"]}, kind="question", code="project")
    assert question(cast, "project").show_if.answers == ["yes"]
    assert "show_if" not in fields(olive.get("item", kind="question", code="full_name"))
    hanging = olive.get("item", kind="question", code="coded_before").content.decode()
    assert "Other questions hang on this one" in hanging
    bad = olive.fill("item", {"kind": "short"}, kind="question", code="coded_before")
    assert bad.status_code == 422
    text = bad.content.decode()
    assert "“What did you write?” is asked only after an answer to this" in text
    assert 'id="id_kind_error"' in text


def test_who_reads_an_answer(olive: Visitor, cast: Cast) -> None:
    olive.fill("item", {"readers": "organisers"}, kind="question", code="motivation")
    assert not question(cast, "motivation").for_reviewers
    olive.fill("item", {"readers": "names"}, kind="question", code="motivation")
    assert question(cast, "motivation").identifies
    olive.fill("item", {"readers": "all"}, kind="question", code="motivation")
    assert copy_of(cast).text == cast.cohort.version.text


def test_sections_come_with_their_first_question(olive: Visitor, cast: Cast) -> None:
    data = {
        "title_en": "More",
        "title_fr": "Encore",
        "first_en": "What else?",
        "first_fr": "Quoi d’autre ?",
        "first_kind": "long",
    }
    assert olive.fill("new", {**data, "first_fr": ""}, kind="section").status_code == 422
    assert "Go on with it" in olive.get("form").content.decode()
    assert olive.fill("new", data, kind="section").status_code == 302
    plan = file.read(copy_of(cast).text)
    assert (plan.application.sections[2].code, question(cast, "what_else").kind) == ("more", "long")


def test_doors_say_which_answers_open_them(olive: Visitor, cast: Cast) -> None:
    words = {"label_en": "Where?", "label_fr": "Où ?", "refusal_en": "Not there.", "refusal_fr": "Pas là."}
    page = olive.post("new", {**words, "kind": "country", "_show": "1"}, kind="door")
    bad = olive.post("new", {**fields(page), "refuses": "Frankreich, Iran"}, kind="door")
    assert "“Frankreich” is no country that we know." in bad.content.decode()
    assert olive.post("new", {**fields(page), "refuses": "Corée du Nord, ir"}, kind="door").status_code == 302
    assert file.read(copy_of(cast).text).eligibility[2].refuses == ["KP", "IR"]
    olive.fill("item", {"passes": "no"}, kind="door", code="adult")
    assert file.read(copy_of(cast).text).eligibility[0].passes == ["no"]
    page = olive.post(
        "item",
        {**fields(olive.get("item", kind="door", code="where")), "kind": "choice", "_show": "1"},
        kind="door",
        code="where",
    )
    rows = {
        "option0_en": "A",
        "option0_fr": "A",
        "option1_en": "B",
        "option1_fr": "B",
        "option1_passes": "on",
    }
    assert olive.post("item", {**fields(page), **rows}, kind="door", code="where").status_code == 302
    door = file.read(copy_of(cast).text).eligibility[2]
    assert (door.kind, door.passes, door.refuses) == ("choice", ["b"], [])


def test_the_words_of_the_rubric(olive: Visitor, cast: Cast) -> None:
    assert olive.fill("item", {"level0_en": ""}, kind="criterion", code="drive").status_code == 422
    olive.fill(
        "item",
        {"level0_en": "Very little", "help_en": "Look.", "help_fr": "Voyez."},
        kind="criterion",
        code="drive",
    )
    criterion = file.read(copy_of(cast).text).review.criteria[0]
    assert criterion.levels[0].label["en"] == "Very little"
    assert criterion.help == {"en": "Look.", "fr": "Voyez."}


def test_pages_of_things_that_are_gone_lead_back(olive: Visitor) -> None:
    assert olive.get("item", kind="question", code="nobody").status_code == 302
    assert olive.get("delete", kind="question", code="nobody").status_code == 302
    assert olive.get("new", "?section=nowhere", kind="question").status_code == 302
    assert olive.get("item", kind="poem", code="full_name").status_code == 404


def test_typing_is_kept_while_one_types(olive: Visitor, cast: Cast) -> None:
    data = fields(olive.get("item", kind="question", code="motivation"))
    olive.post("autosave", {**data, "label_en": "Half a sen"}, kind="question", code="motivation")
    assert "Half a sen" in olive.get("item", kind="question", code="motivation").content.decode()
    assert copy_of(cast).text == cast.cohort.version.text
    olive.post("autosave", data, kind="question", code="motivation")
    assert not Unfinished.objects.exists()
    new = fields(olive.get("new", "?section=you", kind="question"))
    olive.post("autosave", {**new, "label_en": "New one"}, kind="question", code="new")
    assert "New one" in olive.get("new", "?section=you", kind="question").content.decode()
    assert "no longer part" in olive.post("autosave", {}, kind="question", code="gone").json()["notice"]


def test_someone_signed_out_meanwhile_gets_their_text_back(olive: Visitor) -> None:
    data = fields(olive.get("item", kind="question", code="motivation"))
    olive.client.logout()
    answer = olive.post(
        "item", {**data, "label_en": "A very long thought"}, kind="question", code="motivation"
    )
    assert answer.status_code == 403
    assert "A very long thought" in answer.content.decode()


def test_what_no_database_holds_is_left_out(olive: Visitor, cast: Cast) -> None:
    olive.fill("item", {"label_en": "Why\x00 now?\r\nReally?"}, kind="question", code="motivation")
    assert question(cast, "motivation").label["en"] == "Why now? Really?"
    olive.fill("item", {"label_en": "Bell\x07"}, kind="question", code="motivation")
    assert question(cast, "motivation").label["en"] == "Bell"


def test_a_french_organiser_reads_french(olive: Visitor, cast: Cast, clock: Clock) -> None:
    cast.organiser.language = "fr"
    cast.organiser.save()
    assert "copie de travail" in olive.get("form").content.decode()
