"""Writing a question: every fault at once, fields of the kind, what was answered, what was begun before; moving it."""

import re
from typing import Any

import pytest
from django.http import HttpResponse

from tests.applications.conftest import begin, send, write
from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import Cast, speaks
from tests.visiting import Clock
from tremplin.builder.models import Unfinished
from tremplin.programmes import file

pytestmark = pytest.mark.django_db
IN_YOU = "?section=you"


def errors(page: HttpResponse) -> dict[str, str]:
    """Each fault by the field that it stands at."""
    found = re.findall(r'id="id_(\w+)_error">(.*?)</div>', page.content.decode(), re.DOTALL)
    return {
        name: " ".join(re.sub("<[^>]+>", " ", text).replace("Error:", "").split()) for name, text in found
    }


def new(visitor: Visitor, query: str = IN_YOU, of: str = "question", **typed: str) -> Any:
    return visitor.fill("new", typed, query, kind=of)


def section_of(cast: Cast, code: str) -> str:
    sections = file.read(copy_of(cast).text).application.sections
    return next(part.code for part in sections if code in [one.code for one in part.questions])


# ---- all faults at once ------------------------------------------------------------------------------------


def test_every_fault_of_a_choice_is_said_at_once_at_its_field(olive: Visitor) -> None:
    bad = new(olive, label_en="Which?", help_fr="Une aide", option0_en="One")
    assert bad.status_code == 422
    bad = olive.post("new", {**fields(bad), "kind": "choice"}, kind="question")
    assert errors(bad) == {
        "label_fr": "“The question” is missing in French.",
        "help_en": "“A line under it that helps” is missing in English.",
        "option0_fr": "“Answer 1” is missing in French.",
        "option1_en": "Write at least two answers to choose from.",
    }
    bad = olive.post(
        "new", {**fields(bad), "option0_fr": "Un", "show_if": ["coded_before=yes"]}, kind="question"
    )
    assert set(errors(bad)) == {"label_fr", "help_en", "option1_en"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"kind": "choice"}, "option0_en", "Write at least two answers to choose from."),
        ({"kind": "file"}, "files", "Tick at least one kind of file."),
        (
            {"kind": "number", "minimum": "9", "maximum": "3"},
            "maximum",
            "The greatest number is below the least",
        ),
        ({"kind": "long", "max_words": "many"}, "max_words", "Write a whole number."),
        ({"kind": "long", "max_words": "9000"}, "max_words", "Write 4000 or less."),
        ({"label_en": "Gender"}, "guarded", "is guarded by law and may not be asked about here"),
    ],
)
def test_what_a_kind_needs_is_said_beside_everything_else(
    olive: Visitor, typed: dict[str, str], field: str, words: str
) -> None:
    found = errors(new(olive, **{"label_en": "What?", **typed}))
    assert words in found[field]
    assert found["label_fr"] == "“The question” is missing in French."


def test_no_fault_names_a_code_or_an_option(olive: Visitor) -> None:
    for kind in ("choice", "choices", "file", "number"):
        said = " ".join(
            errors(new(olive, label_en="What?", kind="number", minimum="3", maximum="2")).values()
        )
        said += " ".join(errors(new(olive, label_en="What?", kind=kind)).values())
        assert "option" not in said
        assert "kind =" not in said


def test_what_was_typed_for_another_kind_is_no_fault_and_goes_nowhere(olive: Visitor, cast: Cast) -> None:
    typed = {
        "label_en": "Born?",
        "label_fr": "Naissance ?",
        "kind": "date",
        "max_words": "many",
        "option0_en": "x",
    }
    assert new(olive, **typed).status_code == 302
    found = next(q for q in file.read(copy_of(cast).text).application.questions() if q.code == "born")
    assert (found.kind, found.max_words, found.options) == ("date", None, [])


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        (
            "choice",
            {"option0_en": "A", "option0_fr": "A", "option1_en": "B", "option1_fr": "B"},
            "option0_passes",
        ),
        ("number", {}, "at_least"),
        ("number", {"at_least": "9", "at_most": "3"}, "at_most"),
        ("country", {}, "refuses"),
        ("commitments", {}, "free_hours"),
        ("commitments", {"free_hours": "70"}, "free_hours"),
        ("yes_no", {}, "passes"),
    ],
)
def test_a_door_says_all_its_faults_at_once(
    olive: Visitor, kind: str, typed: dict[str, str], field: str
) -> None:
    page = olive.post("new", {"kind": kind, "label_en": "Where?", **typed}, kind="door")
    found = errors(page)
    assert set(found) == {"label_fr", "refusal_en", "refusal_fr", field}


def test_answers_of_later_questions_are_not_offered(olive: Visitor) -> None:
    new(olive, "?section=essays", label_en="Late?", label_fr="Tard ?", kind="yes_no")
    first = olive.get("new", IN_YOU, kind="question").content.decode()
    assert 'value="coded_before=yes"' in first
    assert "late=yes" not in first
    assert "late=yes" in olive.get("new", "?section=essays", kind="question").content.decode()


def test_a_yes_or_no_question_opens_another_one(olive: Visitor, cast: Cast) -> None:
    new(olive, label_en="Paid?", label_fr="Payé ?", kind="yes_no")
    page = olive.get("item", kind="question", code="paid").content.decode()
    way = re.search(r'href="[^"]*(\?section=you&amp;after=paid)"', page)
    assert way
    query = way[1].replace("&amp;", "&")
    assert fields(olive.get("new", query, kind="question"))["show_if"] == "paid=yes"
    assert new(olive, query, label_en="By whom?", label_fr="Par qui ?").status_code == 302
    asked = next(q for q in file.read(copy_of(cast).text).application.questions() if q.code == "by_whom")
    assert asked.show_if
    assert (asked.show_if.question, asked.show_if.answers) == ("paid", ["yes"])


def test_an_answer_that_opens_a_question_is_not_taken_out_unseen(olive: Visitor) -> None:
    rows = {
        f"option{n}_{lang}": f"{word}"
        for n, word in enumerate(("One", "Two", "Three"))
        for lang in ("en", "fr")
    }
    page = fields(olive.get("new", IN_YOU, kind="question"))
    data = {**page, **rows, "kind": "choice", "label_en": "Which?", "label_fr": "Lequel ?"}
    assert olive.post("new", data, kind="question").status_code == 302
    new(olive, label_en="Why?", label_fr="Pourquoi ?", kind="short", show_if="which=two")
    bad = olive.fill("item", {"option1_remove": "on"}, kind="question", code="which")
    assert errors(bad) == {
        "option1_remove": "“Why?” is asked only after this answer. Take that condition off first."
    }


# ---- what people have answered ------------------------------------------------------------------------------


@pytest.fixture
def answered(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_opens", days=2)
    sent = send(write(begin(cast), clock.at, coded_before="yes"), clock.at)
    # What was sent counts, even where the draft beside it is empty by now.
    write(sent, clock.at, project="")
    write(begin(cast, cast.scholar), clock.at, motivation="Because.", country="")


def test_a_kind_that_was_answered_is_locked_and_says_why(olive: Visitor, cast: Cast, answered: None) -> None:
    page = olive.get("item", kind="question", code="motivation").content.decode()
    assert "2 people have answered it, so it stays of this kind." in page
    assert '<select name="kind"' not in page
    assert olive.fill("item", {"label_en": "Why?"}, kind="question", code="motivation").status_code == 302
    # A page from before the answers came still sends another kind: what was answered stays as it is.
    olive.fill("item", {"kind": "short"}, kind="question", code="motivation")
    found = next(q for q in file.read(copy_of(cast).text).application.questions() if q.code == "motivation")
    assert found.kind == "long"


def test_lists_and_the_page_that_deletes_show_how_many_answered(olive: Visitor, answered: None) -> None:
    listed = olive.get("form").content.decode()
    counts = dict(re.findall(r'id="question-(\w+)".*?answered by (\d)', listed, re.DOTALL))
    assert (counts["project"], counts["country"]) == ("2", "1")
    assert "answered by 0" not in listed
    assert (
        "2 people have answered it"
        in olive.get("delete", kind="question", code="motivation").content.decode()
    )
    section = olive.get("delete", kind="section", code="you").content.decode()
    assert "Where do you live? · answered by 1 person" in section


def test_a_question_that_nobody_answered_may_be_of_another_kind(olive: Visitor, answered: None) -> None:
    assert '<select name="kind"' in olive.get("item", kind="question", code="sample").content.decode()


# ---- what was begun before -----------------------------------------------------------------------------------


def test_a_new_question_begins_empty_and_what_was_begun_before_stands_apart(
    olive: Visitor, cast: Cast
) -> None:
    bad = new(olive, label_en="Half a question")
    assert bad.status_code == 422
    page = olive.get("new", IN_YOU, kind="question")
    assert fields(page)["label_en"] == ""
    text = page.content.decode()
    assert "Before this you began another one" in text
    assert "Half a question" in text
    # A second one that stays unfinished does not take the place of the first.
    new(olive, label_en="Another half")
    assert sorted(row.said[0] for row in Unfinished.objects.all()) == ["Another half", "Half a question"]
    first = next(row for row in Unfinished.objects.all() if row.said == ["Half a question"])
    resumed = olive.get("new", f"{IN_YOU}&go-on={first.ref}", kind="question")
    data = fields(resumed)
    assert data["label_en"] == "Half a question"
    assert olive.post("new", {**data, "label_fr": "Une question"}, kind="question").status_code == 302
    assert [row.said for row in Unfinished.objects.all()] == [["Another half"]]


def test_what_was_begun_is_thrown_away_from_where_one_is(olive: Visitor) -> None:
    new(olive, label_en="Half a question")
    page = olive.get("new", IN_YOU, kind="question").content.decode()
    drop, place = re.search(r'value="(drop:\w+)"', page), re.search(r'name="page" value="([^"]+)"', page)
    assert drop
    assert place
    back = olive.post("act", {"do": drop[1], "page": place[1]})
    assert back.url.endswith("/programme/form/add/question/?section=you")
    assert not Unfinished.objects.exists()
    olive.fill("item", {"label_en": ""}, kind="question", code="motivation")
    page = olive.get("item", kind="question", code="motivation").content.decode()
    assert "What is saved, and what you typed" in page
    drop = re.search(r'value="(drop:\w+)"', page)
    assert drop
    back = olive.post("act", {"do": drop[1], "page": "question:motivation"})
    assert back.url.endswith("/programme/form/question/motivation/")
    assert "did not finish it" not in olive.get("item", kind="question", code="motivation").content.decode()


def test_what_a_colleague_began_is_not_gone_on_with(olive: Visitor, colin: Visitor) -> None:
    new(olive, label_en="Olive’s half")
    ref = Unfinished.objects.get().ref
    page = colin.get("new", f"{IN_YOU}&go-on={ref}", kind="question")
    assert fields(page)["label_en"] == ""
    assert "Olive’s half" not in page.content.decode()


# ---- moving --------------------------------------------------------------------------------------------------


def test_a_question_goes_to_another_section_in_one_step(olive: Visitor, cast: Cast) -> None:
    page = olive.get("place", kind="question", code="project").content.decode()
    assert "After “Your full name”" in page
    done = olive.fill("place", {"place": "you:full_name"}, kind="question", code="project")
    assert done.status_code == 302
    codes = [q.code for q in file.read(copy_of(cast).text).application.sections[0].questions]
    assert codes[:3] == ["full_name", "project", "country"]
    listed = olive.client.get(done.url).content.decode()
    assert "It is now question 2 of 5 in “About you”." in listed
    olive.fill("place", {"place": "essays:"}, kind="question", code="project")
    assert section_of(cast, "project") == "essays"
    olive.fill("place", {"place": "essays:sample"}, kind="question", code="project")
    olive.fill("place", {"place": ":essays"}, kind="section", code="you")
    assert [part.code for part in file.read(copy_of(cast).text).application.sections] == ["essays", "you"]
    olive.fill("place", {"place": ":hours"}, kind="door", code="adult")
    olive.fill("place", {"place": ":making"}, kind="criterion", code="drive")
    plan = file.read(copy_of(cast).text)
    assert [door.code for door in plan.eligibility] == ["hours", "adult"]
    assert [q.code for q in plan.application.questions()][:3] == ["motivation", "sample", "project"]


def test_places_above_what_opens_a_question_are_not_offered(olive: Visitor) -> None:
    page = olive.get("place", kind="question", code="code_where").content.decode()
    assert "After “Your full name”" not in page
    assert "Places that would put a question above the one that opens it are left out" in page
    bad = olive.post(
        "place",
        {**fields(olive.get("place", kind="question", code="code_where")), "place": "you:"},
        kind="question",
        code="code_where",
    )
    assert bad.status_code == 422
    assert "It cannot stand there any more" in bad.content.decode()


def test_a_place_from_a_page_that_is_out_of_date_is_refused(olive: Visitor, colin: Visitor) -> None:
    data = fields(olive.get("place", kind="question", code="project"))
    colin.do("copy:question:country")
    late = olive.post("place", {**data, "place": "you:full_name"}, kind="question", code="project")
    assert late.status_code == 409
    assert olive.post("place", {**data, "place": ""}, kind="question", code="project").status_code == 422
    assert olive.get("place", kind="question", code="nobody").status_code == 302
    assert olive.get("place", kind="form", code="form").status_code == 404


def test_the_button_that_moved_an_item_keeps_the_focus_and_says_where_it_stands(olive: Visitor) -> None:
    done = olive.do("down:question:full_name")
    page = olive.client.get(done.url).content.decode()
    assert re.search(r'value="down:question:full_name" autofocus aria-describedby="moved"', page)
    assert re.search(r'id="moved">It is now question 2 of 4 in “About you”\.<', page)
    assert page.count("autofocus") == 1
    # At the edge the button goes: the other one takes the focus.
    page = olive.client.get(olive.do("up:question:full_name").url).content.decode()
    assert re.search(r'value="down:question:full_name" autofocus', page)
    refused = olive.client.get(olive.do("up:question:code_where").url).content.decode()
    assert "so it cannot stand above it" in refused
    assert re.search(r'value="up:question:code_where" autofocus', refused)


def test_a_french_organiser_reads_where_it_stands(olive: Visitor, cast: Cast) -> None:
    speaks(cast.organiser, "fr")
    page = olive.client.get(olive.do("down:question:full_name").url).content.decode()
    assert "C’est maintenant la question 2 sur 4 de «" in page


def test_whoever_only_looks_at_the_kinds_leaves_nothing_unfinished(olive: Visitor) -> None:
    page = fields(olive.get("new", kind="door"))
    olive.post("autosave", {**page, "kind": "commitments"}, kind="door", code="new")
    assert olive.post("new", {**page, "kind": "commitments"}, kind="door").status_code == 422
    assert not Unfinished.objects.exists()
    olive.post("autosave", {**page, "label_en": "Where?"}, kind="door", code="new")
    assert Unfinished.objects.count() == 1


def test_french_faults_read_as_french(olive: Visitor, cast: Cast) -> None:
    speaks(cast.organiser, "fr")
    bad = new(olive, label_fr="Quoi ?", kind="choice", option0_fr="Un")
    assert "« La question » manque en anglais." in errors(bad)["label_en"].replace("\xa0", " ")
    # The row that is half filled in lacks its other half; the second answer is missed in a row of its own.
    assert set(errors(bad)) == {"label_en", "option0_en", "option1_en"}
    assert "« Avez-vous déjà programmé ? » : Oui" in " ".join(bad.content.decode().split())


def test_the_return_key_saves_rather_than_showing_more_rows(olive: Visitor) -> None:
    """A browser presses the first button of a form for whoever presses return in one of its lines."""
    page = olive.get("item", kind="question", code="full_name").content.decode()
    form = page[page.index("data-autosave=") :]
    assert (
        'name="_' not in form[: form.index("<button")] + form[form.index("<button") : form.index("</button>")]
    )
