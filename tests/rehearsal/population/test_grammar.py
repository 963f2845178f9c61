"""The grammar as written: nothing in it may be unreadable, unknown, or known in one language only."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.grammar import english, french
from tremplin.rehearsal.population.grammar.engine import Entry, Grower
from tremplin.rehearsal.population.grammar.library import habits, library
from tremplin.rehearsal.population.grammar.template import (
    Choice,
    MalformedTemplateError,
    Nodes,
    Ref,
    Voice,
    apart,
    parse,
    sentence,
)
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.scene import Setting, entries, slots, tags
from tremplin.rehearsal.population.stories import COURSES, catalogue, story_of

Crowd = Callable[..., list[Person]]
LANGUAGES = ("en", "fr")
OUTCOMES = ("ml_job", "tech_job", "same_job", "study", "founder", "searching", "care")


def references(nodes: Nodes) -> Iterator[Ref]:
    for node in nodes:
        if isinstance(node, Ref):
            yield node
        elif isinstance(node, Choice):
            for option in node.options:
                yield from references(option)


def texts_of(entry: Entry) -> Iterator[str]:
    for held in entry.values():
        yield from [held] if isinstance(held, str) else held


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reference_in_every_sentence_leads_somewhere(language: str, crowd: Crowd) -> None:
    book, person = library(language), crowd(language, 1)[0]
    story, setting = story_of(person), Setting(about=person)
    tables: dict[str, Mapping[str, Entry]] = {
        "bg": book.backgrounds, "made": book.made, "idea": book.ideas, "obs": book.obstacles, "spark": book.sparks,
        "t1": book.topics, "job": book.mentor_jobs,
    }  # fmt: skip
    sources = [
        (rules, text)
        for kind in book.kinds.values()
        for rules in [kind.rules]
        for told in rules.values()
        for text in told
    ]
    sources += [
        ({}, text) for table in tables.values() for entry in table.values() for text in texts_of(entry)
    ]
    known_slots, known_entries = slots(person, book, setting, digits=False), entries(person, book, setting)
    for rules, text in sources:
        for ref in references(sentence(apart(text)[0]).nodes):
            head, _, rest = ref.name.partition(".")
            assert (
                ref.name in known_slots
                or ref.name in rules
                or ref.name in book.shared
                or (
                    rest
                    and all(rest in entry for entry in tables.get(head, {}).values())
                    and head in known_entries
                )
                or story.figure(head.removesuffix("_cap"), rest) is not None
            ), f"{ref.name} in {text!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_move_of_every_outline_is_a_rule(language: str) -> None:
    book = library(language)
    for name, kind in book.kinds.items():
        for outline in kind.outlines:
            assert any(move.core for move in outline), name
            for move in outline:
                assert move.name in ("/", "//") or move.name in kind.rules or move.name in book.shared, (
                    name,
                    move.name,
                )


def test_both_languages_tell_the_same_lives() -> None:
    english_book, french_book = library("en"), library("fr")
    for table in (
        "kinds",
        "backgrounds",
        "made",
        "ideas",
        "obstacles",
        "sparks",
        "topics",
        "mentor_jobs",
        "subjects",
    ):
        assert set(getattr(english_book, table)) == set(getattr(french_book, table)), table
    assert len(english_book.courses) == len(french_book.courses) == COURSES
    for code, idea in english_book.ideas.items():
        for name, held in idea.items():
            if name.endswith("_"):
                assert len(held) == len(french_book.ideas[code][name]), (code, name)
    for name, words in english_book.words.items():
        assert len(words) == len(french_book.words[name]), name


def test_the_catalogue_and_the_grammar_know_the_same_things() -> None:
    book, rows = library("en"), catalogue()
    assert set(rows["backgrounds"]) == set(book.backgrounds)
    assert set(rows["made"]) == set(book.made)
    assert set(rows["ideas"]) == set(book.ideas)
    assert set(rows["obstacles"]) == set(book.obstacles)
    assert set(rows["sparks"]["ids"]) == set(book.sparks)
    assert set(rows["topics"]["course"]) == set(book.topics)
    assert set(rows["mentors"]["jobs"]) == set(book.mentor_jobs)
    assert set(rows["mentors"]["topics"]) == set(book.subjects)
    for background in rows["backgrounds"]:
        assert any(background in row["of"] for row in rows["made"].values()), background
        assert sum(background in row["of"] for row in rows["ideas"].values()) >= 1, background


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_can_be_written_by_everyone_on_every_occasion(language: str, crowd: Crowd) -> None:
    people = crowd(language, 60)
    for number, person in enumerate(people):
        for kind in library(language).kinds:
            setting = Setting(
                label="?", week=1 + number % 13, energy=number % 10 / 10, ill=number % 7 == 0, about=people[0],
                level=number % 9 / 8, mentor_side=number % 4 == 0, outcome=OUTCOMES[number % 7],
                took_part=number % 2 == 0,
            )  # fmt: skip
            text = answer(person, kind, language, person.stream("try", kind), 1000, setting=setting)
            assert text
            assert len(text) <= 1000
            assert not set("{}[]<>|") & set(text.replace("```", "")), text


def test_a_sentence_can_be_kept_for_the_concrete_for_the_vague_and_for_some_lives() -> None:
    assert sentence("+ said").depth == "+"
    assert sentence("- said").depth == "-"
    guarded = sentence("+?shifts,!phd: said")
    assert guarded.depth == "+"
    assert guarded.fits(frozenset({"shifts"}))
    assert not guarded.fits(frozenset())
    assert not guarded.fits(frozenset({"shifts", "phd"}))


@pytest.mark.parametrize(
    "source", ["[never closed", "a stray | bar", "a stray ] bracket", "{open", "<only one>"]
)
def test_a_malformed_sentence_is_refused(source: str) -> None:
    with pytest.raises(MalformedTemplateError):
        parse(source)


def test_choices_may_stand_inside_choices() -> None:
    assert parse("a[b[c|d]|]e") == ("a", Choice((("b", Choice((("c",), ("d",)))), ())), "e")
    assert parse("<né|née>") == (Voice("né", "née"),)
    assert parse("{agr:it:a|b|c|d}") == (Ref("it", "agr", ("a", "b", "c", "d")),)


def test_an_unknown_name_is_an_error_and_not_a_hole(crowd: Crowd) -> None:
    person = crowd("en", 1)[0]
    grower = _grower(person, {"open": ["{nobody.knows}"]})
    with pytest.raises(KeyError, match="nobody"):
        grower.grow("open")


def test_nothing_is_said_twice_while_there_is_something_else_to_say(crowd: Crowd) -> None:
    grower = _grower(crowd("en", 1)[0], {"open": ["one", "two", "three"]})
    assert {grower.grow("open") for _ in range(3)} == {"one", "two", "three"}
    assert grower.grow("open") in {"one", "two", "three"}


def _grower(person: Person, rules: dict[str, list[str]]) -> Grower:
    story, book = story_of(person), library("en")
    return Grower(
        tongue=english, rng=person.stream("test"), voice="f", concrete=0.5, tags=tags(story, Setting()),
        slots=slots(person, book, Setting(), digits=False), entries={}, rules=rules,
        figure=story.figure, steady=story.steady,
    )  # fmt: skip


def test_english_joints() -> None:
    assert english.joint("an", "agronomist", "", ()) == "an agronomist"
    assert english.joint("an", "university clerk", "", ()) == "a university clerk"
    assert english.joint("an", "SMS service", "", ()) == "an SMS service"
    assert english.joint("low", "I know", "", ()) == "I know"
    assert english.joint("low", "People know", "", ()) == "people know"
    assert (english.number(7), english.number(7, digits=True), english.number(2400)) == (
        "seven",
        "7",
        "2,400",
    )
    assert english.finish("one. two ; three", careful=False) == "One. Two; three"
    with pytest.raises(KeyError):
        english.joint("agr", "it", "", ())


def test_a_habit_never_needs_a_group_that_its_pattern_lacks() -> None:
    import re

    for language in LANGUAGES:
        for table in ("swaps", "american", "full", "short"):
            for pattern, *others in habits(language).get(table, []):
                groups = re.compile(pattern).groups
                assert others
                assert all(f"\\{groups + 1}" not in other for other in others), pattern
    assert french.number(12) == "douze"
