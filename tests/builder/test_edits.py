"""Edits of a programme file by the builder: always a file that reads, nothing else touched, no condition ahead."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import PLANS
from tremplin.builder import edits
from tremplin.builder.edits import Form, Refused
from tremplin.programmes import file
from tremplin.programmes.schema import Plan

TEMPLATES = sorted(
    entry.name for entry in files("tremplin.programme_templates").iterdir() if entry.name.endswith(".toml")
)
SMALL = (PLANS / "small.toml").read_text("utf-8")


def template(name: str) -> str:
    return files("tremplin.programme_templates").joinpath(name).read_text("utf-8")


def words(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def codes(text: str, section: str = "") -> list[str]:
    sections = file.read(text).application.sections
    return [q.code for part in sections if section in {"", part.code} for q in part.questions]


typed = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\"'\\#[]{}=é"), min_size=1
).filter(str.strip)
deeds = st.lists(
    st.tuples(
        st.sampled_from(["move", "put", "remove", "duplicate", "save", "add"]),
        st.sampled_from(["section", "question", "door"]),
        st.integers(0, 30),
        st.sampled_from([-1, 1]),
        typed,
    ),
    max_size=7,
)


def _items(plan: Plan, kind: str) -> list[str]:
    if kind == "section":
        return [section.code for section in plan.application.sections]
    if kind == "door":
        return [door.code for door in plan.eligibility]
    return [question.code for question in plan.application.questions()]


def _put(text: str, kind: Any, code: str, number: int) -> str:
    """The item in some place of some list: it stands there afterwards, and all others in their order."""
    sections = file.read(text).application.sections
    section = sections[number % len(sections)] if kind == "question" else None
    listed = [q.code for q in section.questions] if section else _items(file.read(text), kind)
    others = [one for one in listed if one != code]
    after = ["", *others][number % (len(others) + 1)]
    moved = edits.put(text, kind, code, after=after, section=section.code if section else "")
    plan = file.read(moved)
    now = codes(moved, section.code) if section else _items(plan, kind)
    at = others.index(after) + 1 if after else 0
    assert now == [*others[:at], code, *others[at:]]
    rest = [one for one in _items(file.read(text), kind) if one != code]
    assert [one for one in _items(plan, kind) if one != code] == rest
    return moved


def _do(text: str, deed: str, kind: Any, code: str, step: Any, said: str) -> str:
    if deed == "move":
        return edits.move(text, kind, code, step)
    if deed == "put":
        return _put(text, kind, code, len(said))
    if deed == "remove":
        return edits.remove(text, kind, code)
    if deed == "duplicate":
        return edits.duplicate(text, kind, code)[0]
    key = "title" if kind == "section" else "label"
    if deed == "save":
        return edits.save(text, kind, code, {key: words(said)})
    wanted: dict[str, Any] = {key: words(said), "kind": "yes_no"}
    if kind == "door":
        wanted |= {"passes": ["yes"], "refusal": words(said)}
    if kind == "section":
        wanted = {"title": words(said), "questions": [{"name": said, "kind": "short", "label": words(said)}]}
    section = file.read(text).application.sections[0].code
    return edits.add(text, kind, wanted, section=section, label=said)[0]


@pytest.mark.parametrize("name", TEMPLATES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(deeds=deeds)
def test_any_row_of_edits_gives_a_file_that_reads(name: str, deeds: list[Any]) -> None:
    text = template(name)
    plan, now = _read(text)
    for deed, kind, number, step, said in deeds:
        items = _items(plan, kind)
        if not items:
            continue
        try:
            after = _do(text, deed, kind, items[number % len(items)], step, said)
        except (Refused, file.BrokenFile):
            continue
        plan, now = _checked(now, text, after)
        text = after


@cache
def _read(text: str) -> tuple[Plan, dict[str, Any]]:
    return file.read(text), tomllib.loads(text)


def _checked(before: dict[str, Any], text: str, after: str) -> tuple[Plan, dict[str, Any]]:
    plan, now = _read(after)
    seen: set[str] = set()
    for question in plan.application.questions():
        assert question.show_if is None or question.show_if.question in seen
        seen.add(question.code)
    for part in before.keys() - {"eligibility", "application", "stages"}:
        assert now[part] == before[part]
    # Every line of the file that is no part of the form stands in it as it did, in the same order.
    outside = _outside(after)
    assert outside == _outside(text)
    return plan, now


def _outside(text: str) -> str:
    head = text[: min(text.index(mark) for mark in ("[[eligibility]]", "[application]") if mark in text)]
    end = text.index("[review]")
    lines = [line for line in head.splitlines() if not line.startswith("stages")]
    return "\n".join(lines).rstrip() + text[end:]


def test_a_saved_text_changes_its_own_bytes_alone() -> None:
    text = template("openai-scholars-2019.toml")
    old = file.read(text).application.questions()[4].label
    after = edits.save(text, "question", "background", {"label": {**old, "en": "What have you done?"}})
    assert after == text.replace(old["en"], "What have you done?")


def test_saving_what_is_there_changes_nothing() -> None:
    text = template("openai-scholars-2019.toml")
    assert edits.save(text, "question", "heard", dict(Form(text).raw("question", "heard"))) == text


def test_values_that_are_understood_are_left_out_and_those_written_stay() -> None:
    after = edits.save(SMALL, "question", "code_where", {"required": True, "identifies": False, "help": None})
    assert after == SMALL.replace(
        'required = false\nshow_if = { question = "coded_before"', 'show_if = { question = "coded_before"'
    )
    with_default = SMALL.replace("identifies = true", "identifies = true\nrequired = true")
    assert edits.save(with_default, "question", "full_name", {"required": True}) == with_default


def test_comments_and_line_ends_stay() -> None:
    text = SMALL.replace(
        '[[application.sections.questions]]\ncode = "country"',
        '# for paying\n[[application.sections.questions]]\ncode = "country" # ISO',
    )
    text = "\ufeff" + text.replace("\n", "\r\n")
    down = edits.move(text, "question", "country", -1)
    assert codes(down, "you")[:2] == ["country", "full_name"]
    assert '# for paying\r\n[[application.sections.questions]]\r\ncode = "country" # ISO' in down
    assert edits.move(down, "question", "country", 1) == text
    added, code = edits.add(
        text, "question", {"label": words("New"), "kind": "short"}, section="you", label="New"
    )
    assert "\n" not in added.replace("\r\n", "")
    assert edits.remove(added, "question", code) == text


def test_a_question_goes_over_the_edge_of_its_section_and_back() -> None:
    over = edits.move(SMALL, "question", "motivation", -1)
    assert codes(over, "you")[-1] == "motivation"
    assert codes(over) == codes(SMALL)
    back = edits.move(over, "question", "motivation", 1)
    assert file.read(back) == file.read(SMALL)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (lambda: edits.move(SMALL, "question", "code_where", -1), "cannot stand above it"),
        (lambda: edits.move(SMALL, "question", "coded_before", 1), "cannot stand above it"),
        (lambda: edits.put(SMALL, "question", "code_where", section="you"), "cannot stand above it"),
        (lambda: edits.put(SMALL, "question", "country", section="nowhere"), "no longer"),
        (lambda: edits.put(SMALL, "question", "country", section="you", after="project"), "no longer"),
        (lambda: edits.put(SMALL, "form", "form"), "at the end"),
        (lambda: edits.move(SMALL, "section", "you", -1), "at the end"),
        (lambda: edits.move(SMALL, "question", "full_name", -1), "at the end"),
        (lambda: edits.remove(SMALL, "question", "coded_before"), "only after an answer"),
        (lambda: edits.remove(SMALL, "question", "nobody"), "no longer"),
    ],
)
def test_what_would_break_the_form_is_refused_with_a_sentence(deed: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        deed()


def test_the_last_of_its_kind_stays() -> None:
    one = edits.remove(SMALL, "section", "essays")
    with pytest.raises(Refused, match="only section"):
        edits.remove(one, "section", "you")
    for code in ("code_where", "coded_before", "country"):
        one = edits.remove(one, "question", code)
    with pytest.raises(Refused, match="only question"):
        edits.remove(one, "question", "full_name")


def test_doors_turn_their_stage_off_and_on() -> None:
    none = edits.remove(edits.remove(SMALL, "door", "adult"), "door", "hours")
    assert not file.read(none).runs("eligibility")
    door = {"kind": "yes_no", "label": words("Of age?"), "passes": ["yes"], "refusal": words("No.")}
    some, code = edits.add(none, "door", door, label="Of age?")
    assert (code, file.read(some).runs("eligibility")) == ("of_age", True)


def test_a_copied_section_asks_its_own_questions() -> None:
    text, code = edits.duplicate(SMALL, "section", "you")
    assert code == "you_2"
    copied = file.read(text).application.sections[1].questions
    assert [q.code for q in copied] == ["full_name_2", "country_2", "coded_before_2", "code_where_2"]
    assert copied[3].show_if
    assert copied[3].show_if.question == "coded_before_2"


@pytest.mark.parametrize("shape", ["table", "dotted", "inline"])
def test_other_ways_of_writing_toml_are_kept_or_refused(shape: str) -> None:
    label = 'label = { en = "Where do you live?", fr = "Où habitez-vous ?" }'
    other = {
        "table": (
            "for_reviewers = false\n[application.sections.questions.label]\n"
            'en = "Where do you live?" # asked\nfr = "Où habitez-vous ?"'
        ),
        "dotted": 'label.en = "Where do you live?"\nlabel.fr = "Où habitez-vous ?"\nfor_reviewers = false',
        "inline": f"{label}\nfor_reviewers = false",
    }[shape]
    text = SMALL.replace(f"{label}\nfor_reviewers = false", other)
    assert file.read(text) == file.read(SMALL)
    after = edits.save(text, "question", "country", {"label": {"en": "Where?", "fr": "Où habitez-vous ?"}})
    assert after == text.replace("Where do you live?", "Where?")
    assert codes(edits.move(text, "question", "country", 1), "you")[2] == "country"
    assert "help" not in edits.save(text, "question", "country", {"for_reviewers": True, "help": None})


def test_a_form_in_one_inline_list_is_refused_with_a_way_out() -> None:
    plan = tomllib.loads(SMALL)
    from tremplin.builder.text import written

    start, end = SMALL.index("[[application.sections]]"), SMALL.index("[review]")
    sections = plan["application"]["sections"]
    inline = ",".join(written(section).replace("\n", " ") for section in sections)
    inline = inline.replace(", ]", "]").replace(",  ]", "]")
    text = SMALL[:start] + f"sections = [{inline}]\n\n" + SMALL[end:]
    assert file.read(text) == file.read(SMALL)
    with pytest.raises(Refused, match="cannot change safely"):
        edits.move(text, "question", "country", 1)


def _rubric_deed(text: str, deed: str, code: str, step: Any, said: str) -> str:
    if deed == "add":
        levels = [{"score": score, "label": words(said)} for score in (0, 4)]
        return edits.add(text, "criterion", {"label": words(said), "levels": levels}, label=said)[0]
    if deed == "save":
        reason = {name: words(said) for name in ("needed", "measures", "considered", "affected")}
        return edits.save(text, "criterion", code, {"rationale": reason, "weight": 1 + len(said) % 10})
    if deed == "levels":
        levels = [{"score": score, "label": words(said)} for score in range(2, 2 + max(2, len(said) % 9))]
        return edits.save(text, "criterion", code, {"levels": levels, "rationale": None})
    if deed == "guide":
        return edits.save(text, "reading", "reading", {"guide": words(said), "minutes": 10, "reads": 3})
    return {"remove": edits.remove, "duplicate": lambda *of: edits.duplicate(*of)[0]}.get(
        deed, lambda *of: edits.move(*of, step)
    )(text, "criterion", code)


@pytest.mark.parametrize("name", TEMPLATES)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["add", "save", "levels", "guide", "move", "remove", "duplicate"]),
            st.integers(0, 30),
            st.sampled_from([-1, 1]),
            typed,
        ),
        max_size=6,
    )
)
def test_any_row_of_edits_of_the_rubric_leaves_the_rest_alone(name: str, deeds: list[Any]) -> None:
    before = text = template(name)
    for deed, number, step, said in deeds:
        codes_now = list(Form(text).places("criterion"))
        try:
            text = _rubric_deed(text, deed, codes_now[number % len(codes_now)], step, said)
        except Refused:
            continue
    file.read(text)
    for part in (before, text):
        assert "[review]" in part
    assert text[: text.index("[review]")] == before[: before.index("[review]")]
    assert text[text.index("\n[selection]") :] == before[before.index("\n[selection]") :]


def test_a_reason_written_as_a_table_goes_without_a_trace() -> None:
    text = template("openai-scholars-2019.toml")
    without = edits.save(text, "criterion", "drive", {"rationale": None})
    assert "\n\n\n" not in without[without.index("[review]") :]
    reason = Form(text).raw("criterion", "drive")["rationale"]
    assert file.read(edits.save(without, "criterion", "drive", {"rationale": reason})) == file.read(text)
