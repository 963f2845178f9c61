import re
import statistics
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest

from tremplin.rehearsal.population.essays import answer, limit_of_words
from tremplin.rehearsal.population.grammar.library import library
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.scene import Setting, offset, study_weeks, topic_of
from tremplin.rehearsal.population.stories import concreteness, story_of

Crowd = Callable[..., list[Person]]
ESSAYS = (
    "background",
    "motivation",
    "project_made",
    "project_idea",
    "obstacle",
    "learning_plan",
    "stuck",
    "together",
)
# Copies and light rewrites of one text share well over half of their five-word sequences (Broder's resemblance;
# plagiarism tools alert at 0.5 and more). Two invented people may share a profession and even a project, and may
# then word a few sentences alike, but must stay clearly below what a reader would call the same essay.
TOO_ALIKE = 0.45


def grams(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[at : at + 5]) for at in range(len(words) - 4))


def likeness(texts: list[str]) -> list[float]:
    sets = [grams(text) for text in texts]
    return [len(one & other) / max(1, len(one | other)) for one, other in combinations(sets, 2)]


@pytest.mark.parametrize("kind", ESSAYS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_two_of_many_essays_are_alike(language: str, kind: str, crowd: Crowd) -> None:
    texts = [
        answer(person, kind, language, person.stream("alike", kind), 1000) for person in crowd(language, 150)
    ]
    assert len(set(texts)) == len(texts)
    alike = likeness(texts)
    assert max(alike) < TOO_ALIKE
    assert statistics.median(alike) < 0.02
    assert sorted(alike)[int(len(alike) * 0.99)] < 0.25


@pytest.mark.parametrize("kind", ["background", "motivation", "project_made", "project_idea"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_limit_of_a_thousand_is_filled_as_people_fill_it(language: str, kind: str, crowd: Crowd) -> None:
    lengths = [
        len(answer(person, kind, language, person.stream("long", kind), 1000))
        for person in crowd(language, 120)
    ]
    typical = sum(500 <= length <= 900 for length in lengths) / len(lengths)
    assert typical > 0.75
    assert max(lengths) <= 1000
    assert statistics.stdev(lengths) > 60


@pytest.mark.parametrize("limit", [1, 2, 20, 80, 150, 280, 500, 1000, 3000])
def test_no_answer_is_longer_than_its_limit(limit: int, crowd: Crowd) -> None:
    for person in crowd("en", 12) + crowd("fr", 12):
        for kind in library("en").kinds:
            text = answer(person, kind, person.language, person.stream("limit", kind), limit)
            assert 0 < len(text) <= limit


def test_a_short_answer_ends_with_a_sentence_when_one_fits(crowd: Crowd) -> None:
    for person in crowd("en", 60):
        text = answer(person, "availability", "en", person.stream("short"), 200)
        assert text.endswith((".", "?", "!", "…"))


def test_more_room_makes_longer_answers(crowd: Crowd) -> None:
    people = crowd("en", 60)

    def mean(limit: int) -> float:
        return statistics.mean(
            len(answer(one, "motivation", "en", one.stream("room"), limit)) for one in people
        )

    assert mean(300) < mean(600) < mean(1000)


def test_a_limit_in_words_leaves_room_in_letters(crowd: Crowd) -> None:
    for person in crowd("en", 40):
        text = answer(person, "motivation", "en", person.stream("words"), limit_of_words(120))
        assert len(text.split()) <= 120


def test_the_same_question_has_the_same_answer(crowd: Crowd) -> None:
    person = crowd("en", 1)[0]
    first, second = (answer(person, "motivation", "en", person.stream("a"), 1000) for _ in range(2))
    assert first == second
    assert first != answer(person, "motivation", "en", person.stream("b"), 1000)


def test_the_better_applicants_write_more_concretely(crowd: Crowd) -> None:
    """Counted by what only concrete sentences contain: figures, and names of things."""
    people = crowd("en", 240)

    def figures(chosen: list[Person]) -> float:
        texts = [answer(one, kind, "en", one.stream("deep", kind), 1000) for one in chosen for kind in ESSAYS]
        return statistics.mean(
            len(re.findall(r"\d+|\b(?:three|four|five|six|seven|eight|nine|ten)\b", text)) for text in texts
        )

    best = sorted(people, key=lambda one: one.quality)[-50:]
    worst = sorted(people, key=lambda one: one.quality)[:50]
    assert figures(best) > 1.8 * figures(worst)
    assert concreteness(best[-1]) > 0.8 > 0.2 > concreteness(worst[0])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reader_of_a_whole_application_hardly_ever_meets_a_sentence_twice(
    language: str, crowd: Crowd
) -> None:
    people, repeated = crowd(language, 100), 0
    for person in people:
        told = [answer(person, kind, language, person.stream("whole", kind), 1000) for kind in ESSAYS]
        sentences = [one for text in told for one in re.split(r"(?<=[.!?])\s+", text) if len(one.split()) > 5]
        repeated += len(sentences) - len(set(sentences))
    assert repeated <= 0.05 * len(people)


def test_figures_agree_between_the_answers_of_one_person(crowd: Crowd) -> None:
    story = story_of(crowd("en", 1)[0])
    assert story.figure("dozens", "people") == story.figure("dozens", "people")
    assert story.figure("nothing", "people") is None
    for number in range(60):
        few, more = story.figure("few", f"k{number}"), story.figure("few_more", f"k{number}")
        assert few is not None
        assert more is not None
        assert few < more


def test_the_project_a_person_proposes_is_the_same_in_every_answer(crowd: Crowd) -> None:
    ideas = library("en").ideas
    every_name = {name for idea in ideas.values() for name in idea["name_"]}
    for person in crowd("en", 80):
        story = story_of(person)
        names = ideas[story.idea]["name_"]
        name = names[story.steady("idea.name_", len(names))]
        for kind in ("project_title", "project_readme", "showcase_summary", "reflection", "learning_plan"):
            text = answer(person, kind, "en", person.stream("name", kind), 2000).replace("’", "'")
            assert {other for other in every_name if other in text} <= {name} | _parts_of(name), text
        assert (
            answer(person, "project_readme", "en", person.stream("r"), 2000)
            .replace("’", "'")
            .startswith(f"# {name}")
        )


def _parts_of(name: str) -> set[str]:
    """Names that stand inside another one by accident, or are ordinary words."""
    return {"Hum", "Apart", "Float", "Dots", "Pocket", "Aloud", "Upstream", "Empty Cells"} | {name}


def test_a_life_fits_the_country_it_is_lived_in(crowd: Crowd) -> None:
    for person in crowd("en", 500) + crowd("fr", 300):
        story = story_of(person)
        if person.country in {"FR", "GB", "US", "DE", "JP", "CA"}:
            assert story.obstacle not in {"power", "data", "visa", "displaced", "far"}
            assert story.background not in {"momo", "vendor_child", "midwife"}
        if story.background == "carer":
            assert story.obstacle not in {"parent", "nights"}
        if "phd" in story.tags:
            assert "fees" not in {story.obstacle, story.obstacle_too}
        assert story.obstacle != story.obstacle_too


def sentences(crowd: Crowd) -> Iterator[str]:
    for person in crowd("en", 60) + crowd("fr", 60):
        for kind in library("en").kinds:
            yield answer(
                person, kind, person.language, person.stream("web", kind), 1500, setting=Setting(about=person)
            )


def test_no_text_names_an_address_that_could_be_real(crowd: Crowd) -> None:
    host = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|ai|dev|app|fr|uk|edu|gov|info|eu)\b", re.I)
    for text in sentences(crowd):
        for found in host.findall(text) and host.finditer(text):
            assert re.search(r"(?:^|\.)example\.(?:org|net|com)$", found[0]), found[0]


def test_some_sign_although_reading_is_blind(crowd: Crowd) -> None:
    people = crowd("en", 300)
    signed = [
        one for one in people if answer(one, "motivation", "en", one.stream("sign"), 1000).endswith(one.name)
    ]
    assert 4 <= len(signed) <= 40


def test_a_question_nobody_prepared_for_is_answered_all_the_same(crowd: Crowd) -> None:
    person = next(one for one in crowd("en", 50) if one.quality > 0.6)
    setting = Setting(label="What would you do with a free year?")
    texts = [
        answer(person, "a kind of the future", "en", person.stream("x", n), 900, setting=setting)
        for n in range(12)
    ]
    assert all(len(text) > 200 for text in texts)
    assert any(setting.label in text for text in texts)


def test_another_language_than_the_two_is_answered_in_english(crowd: Crowd) -> None:
    person = crowd("en", 1)[0]
    assert answer(person, "motivation", "pt", person.stream("x"), 800) == answer(
        person, "motivation", "en", person.stream("x"), 800
    )


def test_weeks_go_from_the_foundations_to_the_project() -> None:
    assert study_weeks(13) == 8
    assert [topic_of(week, 13) for week in (1, 8, 9, 13, 40)] == [
        "tensors",
        "finetune",
        "evaluation",
        "shipping",
        "writing",
    ]
    assert topic_of(1, 1) == "tensors"
    for weeks in range(2, 27):
        assert all(topic_of(week, weeks) in library("en").topics for week in range(1, weeks + 2))


def test_the_week_decides_what_a_journal_is_about(crowd: Crowd) -> None:
    person = next(one for one in crowd("en", 50) if one.quality > 0.7)
    early = answer(person, "journal_post", "en", person.stream("j"), 1500, setting=Setting(week=2))
    ill = answer(
        person, "checkin_note", "en", person.stream("c"), 800, setting=Setting(week=3, ill=True, energy=0.1)
    )
    assert "linear" in early.lower() or "regression" in early.lower()
    assert "ill" in ill


def test_a_review_follows_what_the_reader_thought(crowd: Crowd) -> None:
    reader, applicant = crowd("en", 2)
    good = answer(
        reader,
        "review_comment",
        "en",
        reader.stream("r"),
        900,
        setting=Setting(about=applicant, reading=True, level=0.9),
    )
    bad = answer(
        reader,
        "review_comment",
        "en",
        reader.stream("r"),
        900,
        setting=Setting(about=applicant, reading=True, level=0.1),
    )
    assert re.search(r"agree with each other|concrete, and modest|I knew", good)
    assert re.search(r"stay general|What I miss|retell", bad)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/Bogota", "UTC−5"),
        ("Africa/Accra", "UTC+0"),
        ("America/St_Johns", "UTC−3:30"),
    ],
)
def test_a_time_zone_is_written_as_people_write_it(zone: str, written: str) -> None:
    assert offset(zone) == written
