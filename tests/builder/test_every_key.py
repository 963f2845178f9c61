"""Nothing of the form, the doors and the rubric needs the file: each key of the schema can be edited on a page."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import pytest
from pydantic import BaseModel

from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import Cast
from tremplin.builder.edits import KEYS, MODELS, Form
from tremplin.builder.edits.parts import Kind
from tremplin.builder.rules.comparing import NAMES
from tremplin.programmes import file
from tremplin.programmes import services as programmes

NOT_EDITED: Mapping[str, str] = {
    "section.code": "made from the words when it is added; addresses and answers hang on it",
    "question.code": "made from the words when it is added; answers are stored under it",
    "question.options.code": "made from the words when it is added; answers hold it",
    "door.code": "made from the words when it is added",
    "door.options.code": "made from the words when it is added",
    "criterion.code": "made from the words when it is added; scores are stored under it",
    "form.sections": "sections are items of their own: added, moved, copied, deleted and edited one by one",
    "section.questions": "questions are items of their own",
    "reading.criteria": "criteria are items of their own",
    **{
        f"reading.second_pass.{key}": "fixed in the file before the call opens, as the rule of selection is"
        for key in ("who", "per_place", "share", "reads", "days", "opens", "same_reviewers", "guide")
    },
}
"""Keys that no field edits, and why."""

WORDS = {"en": "Changed", "fr": "Changé"}
COMMITMENTS = {
    "kind": "commitments",
    "free_hours": "30",
    "weeks": "8",
    "week_hours": "70",
    "label_en": "Hours?",
    "label_fr": "Heures ?",
}
REASON = {
    f"why_{name}_{language}": text
    for name in ("needed", "measures", "considered", "affected")
    for language, text in WORDS.items()
}
OPTIONS = {
    f"option{number}_{language}": f"{text} {number}"
    for number in range(2)
    for language, text in WORDS.items()
}


def said(key: str) -> dict[str, str]:
    """A text in both languages, as fields."""
    return {f"{key}_{language}": text for language, text in WORDS.items()}


# Kind and key → the item that is edited, what is typed, what the file then says.
EDITED: Mapping[str, tuple[str, dict[str, Any], Any]] = {
    "form.minutes": ("form", {"minutes": "75"}, 75),
    "form.looks_for": ("form", said("looks_for"), WORDS),
    "section.title": ("you", said("title"), WORDS),
    "section.lead": ("you", said("lead"), WORDS),
    "question.kind": ("motivation", {"kind": "short"}, "short"),
    "question.label": ("motivation", said("label"), WORDS),
    "question.help": ("motivation", said("help"), WORDS),
    "question.example": ("motivation", said("example"), WORDS),
    "question.required": ("motivation", {"required": ""}, False),
    "question.max_characters": ("motivation", {"max_characters": "700"}, 700),
    "question.max_words": ("project", {"max_words": "150"}, 150),
    "question.options.label": (
        "heard",
        OPTIONS,
        [{"en": f"Changed {n}", "fr": f"Changé {n}"} for n in (0, 1)],
    ),
    "question.minimum": ("years", {"minimum": "1"}, 1),
    "question.maximum": ("years", {"maximum": "9"}, 9),
    "question.files": ("sample", {"files": ["pdf", "zip"]}, ["pdf", "zip"]),
    "question.show_if.question": ("project", {"show_if": ["coded_before=yes"]}, "coded_before"),
    "question.show_if.answers": ("project", {"show_if": ["coded_before=no"]}, ["no"]),
    "question.identifies": ("motivation", {"readers": "names"}, True),
    "question.names": ("motivation", {"readers": "school"}, "school"),
    "question.for_reviewers": ("motivation", {"readers": "organisers"}, False),
    "question.autocomplete": ("code_where", {"autocomplete": "organization"}, "organization"),
    "question.attribute": ("code_where", {"guarded": "disability|support"}, "disability"),
    "question.use": ("code_where", {"guarded": "disability|support"}, "support"),
    "door.kind": ("adult", {**COMMITMENTS}, "commitments"),
    "door.label": ("adult", said("label"), WORDS),
    "door.help": ("adult", said("help"), WORDS),
    "door.options.label": (
        "adult",
        {"kind": "choice", **OPTIONS, "option1_passes": "on"},
        [{"en": f"Changed {n}", "fr": f"Changé {n}"} for n in (0, 1)],
    ),
    "door.passes": ("adult", {"passes": "no"}, ["no"]),
    "door.refuses": ("adult", {"kind": "country", "refuses": "France"}, ["FR"]),
    "door.at_least": ("hours", {"at_least": "12"}, 12),
    "door.at_most": ("hours", {"at_most": "80"}, 80),
    "door.weeks": ("adult", COMMITMENTS, 8),
    "door.week_hours": ("adult", COMMITMENTS, 70),
    "door.refusal": ("adult", said("refusal"), WORDS),
    "door.elsewhere": ("adult", said("elsewhere"), WORDS),
    "door.attribute": ("hours", {"attribute": "age"}, "age"),
    **{
        f"{kind}.rationale.{name}": (code, REASON, WORDS)
        for kind, code in (("door", "adult"), ("criterion", "drive"))
        for name in ("needed", "measures", "considered", "affected")
    },
    "reading.reads": ("reading", {"reads": "3"}, 3),
    "reading.minutes": ("reading", {"minutes": "11"}, 11),
    "reading.guide": ("reading", said("guide"), WORDS),
    "criterion.label": ("drive", said("label"), WORDS),
    "criterion.help": ("drive", said("help"), WORDS),
    "criterion.weight": ("drive", {"weight": "5"}, 5),
    "criterion.levels.score": ("drive", {"level0_score": "0", "level1_remove": "on"}, [0, 3, 4, 5]),
    "criterion.levels.label": (
        "drive",
        {**said("level4"), **{f"level{n}_remove": "on" for n in (0, 1, 2)}},
        [{"en": "Strong", "fr": "Fort"}, WORDS],
    ),
}


def keys_of(model: type[BaseModel], path: str) -> Iterator[str]:
    """Every key of a part of the schema, down to the last table, items of their own aside."""
    for name, field in model.model_fields.items():
        inner = next(_models(field.annotation), None)
        if inner is None or inner in MODELS.values():
            yield f"{path}.{name}"
        else:
            yield from keys_of(inner, f"{path}.{name}")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if get_origin(annotation) in {list, Union, UnionType}:
        for part in get_args(annotation):
            yield from _models(part)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation


ALL = [key for kind, model in MODELS.items() for key in keys_of(model, kind)]


def test_every_key_is_edited_here_or_has_a_reason_why_not() -> None:
    assert {*EDITED, *NOT_EDITED} == set(ALL)
    assert not set(EDITED) & set(NOT_EDITED)


def test_every_key_has_a_name_among_the_changes() -> None:
    named = {key for keys in KEYS.values() for key in keys} - {"code", "rationale"}
    assert named <= set(NAMES)


@pytest.fixture
def whole(cast: Cast) -> Cast:
    """A programme with a choice and a number among its questions, under a law that lets ask about age."""
    more = """
[[application.sections.questions]]
code = "heard"
kind = "choice"
label = { en = "Where from?", fr = "D’où ?" }
options = [
    { code = "a", label = { en = "A", fr = "A" } },
    { code = "b", label = { en = "B", fr = "B" } },
]

[[application.sections.questions]]
code = "years"
kind = "number"
label = { en = "Years?", fr = "Années ?" }

[review]
"""
    text = cast.cohort.version.text.replace("\n[review]\n", more)
    text = text.replace('profile = "eu"', 'profile = "us-private"')
    programmes.replace_file(
        cohort=cast.cohort,
        text=text,
        actor=cast.organiser,
        now=cast.at("call_opens", days=-8),
        seen=cast.cohort.version.number,
    )
    return cast


@pytest.mark.django_db
@pytest.mark.parametrize("key", EDITED)
def test_the_page_edits_it(key: str, whole: Cast, olive: Visitor) -> None:
    kind, _dot, path = key.partition(".")
    code, typed, expected = EDITED[key]
    page = olive.get("item", kind=kind, code=code)
    if typed.get("kind"):  # as one does who chooses another kind of answer: show what it needs, fill it in
        page = olive.post("item", {**fields(page), **typed, "_show": "1"}, kind=kind, code=code)
    missing = {name for name in typed if f'name="{name}"' not in page.content.decode()}
    assert not missing
    saved = olive.post("item", {**fields(page), **typed}, kind=kind, code=code)
    assert saved.status_code == 302, saved.content.decode()
    text = copy_of(whole).text
    file.read(text)
    assert kind in get_args(Kind)
    value = Form(text).raw(cast(Kind, kind), code)
    assert value_at(value, path) == expected
    other = olive.get("publish").content.decode()
    assert "What changes" in other
    assert "Nothing differs" not in other


def value_at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = [item[step] for item in value] if isinstance(value, list) else value[step]
    return value


@pytest.mark.django_db
def test_what_is_not_edited_is_shown_or_made(olive: Visitor) -> None:
    assert "<code>motivation</code>" in olive.get("item", kind="question", code="motivation").content.decode()
