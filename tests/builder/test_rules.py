"""Small decisions of the builder: codes, completeness, what differs, what the law lets a form ask."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.cast import PLANS
from tremplin.builder import edits
from tremplin.builder.edits import Kind
from tremplin.builder.rules.codes import fresh_code
from tremplin.builder.rules.comparing import changes, moved_codes
from tremplin.builder.rules.completeness import lacking, shares
from tremplin.builder.rules.guarded import guarded, permitted_uses
from tremplin.programmes import file
from tremplin.programmes.rules import refusals
from tremplin.programmes.schema.base import Code

SMALL = (PLANS / "small.toml").read_text("utf-8")
PLAN = file.read(SMALL)
REASONS = ("needed", "measures", "considered", "affected")


@pytest.mark.parametrize(
    ("label", "taken", "code"),
    [
        ("Your full name", (), "your_full_name"),
        ("Où habitez-vous ?", (), "ou_habitez_vous"),
        ("What’s new?", (), "whats_new"),
        ("名前", (), "question"),
        ("42 things", (), "question_42_things"),
        ("Name", ("name",), "name_2"),
        ("name_2", ("name", "name_2"), "name_3"),
        (
            "A very long label that goes on and on until nobody reads it",
            (),
            "a_very_long_label_that_goes_on_and_on",
        ),
    ],
)
def test_codes_are_made_from_what_people_wrote(label: str, taken: tuple[str, ...], code: str) -> None:
    assert fresh_code(label, taken, fallback="question") == code


@given(st.text(max_size=80), st.sets(st.sampled_from(["a", "b", "question", "a_2"])))
def test_every_label_gives_a_code_that_a_file_takes(label: str, taken: set[str]) -> None:
    code = fresh_code(label, taken, fallback="question")
    assert code not in taken
    TypeAdapter(Code).validate_python(code)


def test_a_form_that_reads_is_complete_and_what_is_unfinished_lowers_the_share() -> None:
    whole = shares(PLAN, [])
    assert [share.part for share in whole] == [1.0, 1.0]
    typed = {"label_en": ["Why?"], "label_fr": [""], "help_en": [""], "help_fr": [""]}
    less = shares(PLAN, [typed])
    assert [share.written for share in less] == [whole[0].wanted + 1, whole[1].wanted]
    assert lacking(typed, ["en", "fr"]) == ["fr"]


@pytest.mark.parametrize(
    ("kind", "code", "wanted", "more"),
    [
        ("criterion", "drive", {"help": {"en": "Look.", "fr": "Voyez."}}, 1),
        ("criterion", "drive", {"rationale": {key: {"en": "Why", "fr": "Quoi"} for key in REASONS}}, 4),
        ("door", "adult", {"rationale": {key: {"en": "Why", "fr": "Quoi"} for key in REASONS}}, 4),
        (
            "criterion",
            "making",
            {"levels": [{"score": n, "label": {"en": "a", "fr": "a"}} for n in range(5)]},
            2,
        ),
        ("section", "you", {"lead": {"en": "First.", "fr": "D’abord."}}, 1),
    ],
)
def test_every_text_of_the_form_is_counted(kind: Kind, code: str, wanted: dict[str, Any], more: int) -> None:
    after = file.read(edits.save(SMALL, kind, code, wanted))
    assert [share.wanted for share in shares(after, [])] == [shares(PLAN, [])[0].wanted + more] * 2


def test_what_differs_is_said_item_by_item() -> None:
    text = edits.save(
        SMALL, "question", "motivation", {"max_characters": 500, "label": {"en": "Why?", "fr": "Pourquoi ?"}}
    )
    text = edits.save(text, "question", "code_where", {"show_if": None, "required": True})
    text = edits.move(text, "question", "country", 1)
    text = edits.remove(text, "question", "sample")
    text = with_minutes(text)
    found = {(change.kind, change.code, change.what): change for change in changes(PLAN, file.read(text))}
    assert set(found) == {
        ("form", "form", "changed"),
        ("question", "motivation", "changed"),
        ("question", "code_where", "changed"),
        ("question", "sample", "removed"),
        next(key for key in found if key[2] == "moved"),
    }
    lines = {
        str(line.name): (line.before, line.after) for line in found["question", "motivation", "changed"].lines
    }
    assert lines["Most characters"] == ("1,000", "500")
    assert lines["Label (English)"] == ("Why deep learning, why now?", "Why?")
    where = {
        str(line.name): (line.before, line.after) for line in found["question", "code_where", "changed"].lines
    }
    assert where["Required"] == ("No", "Yes")
    assert where["Asked only after"][1] == ""
    assert changes(PLAN, PLAN) == []


def with_minutes(text: str) -> str:
    return text.replace("minutes = 60", "minutes = 45", 1)


def test_the_fewest_items_count_as_moved() -> None:
    before = [(code, "") for code in "abcde"]
    assert moved_codes(before, [(code, "") for code in "bcdea"]) == {"a"}
    assert moved_codes(before, [*before[:4], ("e", "other")]) == {"e"}
    assert moved_codes(before, [*before[1:], ("new", "")]) == set()


def test_the_law_says_what_may_be_asked_and_why_not() -> None:
    rows = guarded(PLAN)
    assert rows
    assert any(not row.uses and row.reason for row in rows)
    choices = dict(permitted_uses(PLAN))
    assert all("|" in code for code in choices)
    assert all("|" not in code for code, _label in permitted_uses(PLAN, "eligibility"))


def test_before_anybody_has_answered_questions_may_go_and_change_their_kind() -> None:
    text = edits.remove(SMALL, "question", "sample")
    text = edits.save(text, "question", "project", {"kind": "short"})
    assert refusals(PLAN, file.read(text), {}) == []


CHOICE = edits.save(
    SMALL,
    "question",
    "coded_before",
    {
        "kind": "choice",
        "options": [{"code": code, "label": {"en": code, "fr": code}} for code in ("yes", "no", "some")],
    },
)


def test_an_answer_that_somebody_chose_stays() -> None:
    old = file.read(CHOICE)
    fewer = [
        option
        for option in edits.Form(CHOICE).raw("question", "coded_before")["options"]
        if option["code"] != "some"
    ]
    new = file.read(edits.save(CHOICE, "question", "coded_before", {"options": fewer}))
    assert refusals(old, new, {"coded_before": {"yes"}}) == []
    refused = refusals(old, new, {"coded_before": {"some"}})
    assert [(row.code, "some" in row.reason) for row in refused] == [("coded_before", True)]


def test_doors_open_wider_and_never_close_on_those_who_have_begun() -> None:
    def after(code: str, **wanted: object) -> list[str]:
        return [row.code for row in refusals(PLAN, file.read(edits.save(SMALL, "door", code, wanted)), {})]

    assert after("hours", at_least=10) == []
    assert after("hours", at_most=60) == ["hours"]
    assert after("adult", passes=["no"]) == ["adult"]
    door = {
        "kind": "country",
        "label": {"en": "W", "fr": "O"},
        "refuses": ["KP", "IR"],
        "refusal": {"en": "N", "fr": "N"},
    }
    wider, code = edits.add(SMALL, "door", door, label="W")
    assert [row.code for row in refusals(PLAN, file.read(wider), {})] == [code]
    one = edits.save(wider, "door", code, {"refuses": ["KP"]})
    assert refusals(file.read(wider), file.read(one), {}) == []
    assert refusals(file.read(one), file.read(wider), {})
    assert refusals(file.read(wider), PLAN, {}) == []


def test_what_is_asked_about_guarded_attributes_is_fixed() -> None:
    attribute = permitted_uses(PLAN)[0][0].split("|")
    asked = edits.save(SMALL, "question", "project", {"attribute": attribute[0], "use": attribute[1]})
    assert [row.code for row in refusals(PLAN, file.read(asked), {})] == ["project"]
    new = {"label": {"en": "X", "fr": "X"}, "kind": "short", "attribute": attribute[0], "use": attribute[1]}
    added, code = edits.add(SMALL, "question", new, section="you", label="X")
    assert [row.code for row in refusals(PLAN, file.read(added), {})] == [code]


def test_of_levels_and_answers_only_those_that_differ_are_shown() -> None:
    raw = edits.Form(SMALL).raw("criterion", "drive")
    levels = [*raw["levels"][:-1], {"score": 5, "label": {"en": "Seldom", "fr": "Rare"}}]
    (change,) = changes(PLAN, file.read(edits.save(SMALL, "criterion", "drive", {"levels": levels})))
    assert [(line.before, line.after) for line in change.lines] == [("5: Rare", "5: Seldom")]
