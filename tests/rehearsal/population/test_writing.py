"""What people of a rehearsal write is whole, speaks to its reader, and knows how things ended."""

import re
from collections.abc import Callable

import pytest

from tremplin.rehearsal.population.essays import Said, answer
from tremplin.rehearsal.population.grammar.library import habits, library
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.profiles import common_language, spoken
from tremplin.rehearsal.population.scene import Setting, tags
from tremplin.rehearsal.population.stories import story_of

Crowd = Callable[..., list[Person]]
LANGUAGES = ("en", "fr")
DONE = Setting(marks=frozenset({"done"}))
TOLD = frozenset({"t_made", "t_idea", "t_path", "t_obstacle"})
UNDER_WAY = re.compile(
    r"in progress|en cours|None yet|Aucun encore|will count|comptera|I am building|Ce que je construis :"
    r"|Planned:|Prévu :",
    re.I,
)


def written(person: Person, kind: str, setting: Setting, *, limit: int = 3500) -> str:
    return answer(person, kind, person.language, person.stream(kind), limit, setting=setting)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_whole_short_and_seldom_anybody_elses(language: str, crowd: Crowd) -> None:
    people = crowd(language, 300)
    titles = [written(person, "project_title", Setting(), limit=120) for person in people]
    assert max(map(len, titles)) <= 90
    assert not [title for title in titles if title.endswith((".", "…", ",", ":")) or "{" in title]
    assert len(set(titles)) > 0.6 * len(titles)
    for person, title in zip(people, titles, strict=True):
        names = library(language).ideas[story_of(person).idea]["name_"]
        assert any(title.replace("’", "'").startswith(name) for name in names), title


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_habit_of_writing_changes_the_name_of_a_project(language: str) -> None:
    written_otherwise = habits(language)
    patterns = [
        pattern
        for table in ("swaps", "american", "full", "short")
        for pattern, *_ in written_otherwise.get(table, [])
    ]
    for idea in library(language).ideas.values():
        for name in idea["name_"]:
            assert not [pattern for pattern in patterns if re.search(rf"\b{pattern}", name)], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_that_is_over_tells_results_limits_and_how_to_run_it(language: str, crowd: Crowd) -> None:
    parts = {
        "en": ("## Results", "## Limits", "## Run it"),
        "fr": ("## Résultats", "## Limites", "## Lancer"),
    }
    for person in crowd(language, 120):
        readme = written(person, "project_readme", DONE)
        assert all(part in readme for part in parts[language]), readme
        for text in (
            readme,
            written(person, "showcase_summary", DONE),
            written(person, "milestone_report", DONE),
        ):
            assert not UNDER_WAY.search(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_that_has_begun_claims_no_result(language: str, crowd: Crowd) -> None:
    claims = re.compile(
        r"\bbeat\b|ahead of|finished|five seeds|\bbat\b|(?:peu|nettement) devant|devance|terminé|cinq graines"
        r"|the demo runs|démonstration tourne"
    )
    for person in crowd(language, 120):
        for kind in ("project_readme", "showcase_summary"):
            assert not claims.search(written(person, kind, Setting(week=5))), kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_and_readme_agree_on_who_won(language: str, crowd: Crowd) -> None:
    won, lost = (
        re.compile(r"\bbeats?\b|ahead of|\bbat\b|(?:peu|nettement) devant|gagne "),
        re.compile(r"lost to|won,| a gagné"),
    )
    verdicts = set()
    for person in crowd(language, 120):
        verdict = next(iter(tags(story_of(person), DONE) & {"ahead", "level", "behind"}))
        verdicts.add(verdict)
        for kind in ("project_readme", "showcase_summary"):
            text = written(person, kind, DONE)
            assert not (won if verdict == "behind" else lost).search(text), (verdict, text)
    assert verdicts == {"ahead", "level", "behind"}


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_speaks_to_the_applicant_about_what_they_told(
    language: str, level: float, crowd: Crowd
) -> None:
    readers, applicants = crowd("en", 40, seed=9), crowd(language, 40)
    about = {"en": r"\byou(?:r|rself)?\b", "fr": r"\b(?:vous|votre|vos)\b"}[language]
    staff = r"this person|the applicant|cette personne|\bcandidate?\b|interview|entretien|first group|premier groupe"
    named = 0
    for reader, applicant in zip(readers, applicants, strict=True):
        setting = Setting(about=applicant, reading=True, level=level, marks=TOLD)
        text = answer(reader, "review_comment", language, reader.stream("read"), 500, setting=setting)
        assert re.search(about, text, re.I), text
        assert not re.search(staff, text, re.I), text
        assert not any(re.search(rf"\b{re.escape(mark)}\b", text) for mark in applicant.identity_marks()), (
            text
        )
        story, book = story_of(applicant), library(language)
        told = text.replace("’", "'")
        named += any(
            str(part) in told for part in (book.made[story.made]["title"], book.ideas[story.idea]["title"])
        )
    assert named >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_application_leaves_out_is_not_commented_on(language: str, crowd: Crowd) -> None:
    reader, *applicants = crowd(language, 60)
    for applicant in applicants:
        story, book = story_of(applicant), library(language)
        setting = Setting(about=applicant, reading=True, level=applicant.quality)
        text = answer(
            reader, "review_comment", language, reader.stream(applicant.email), 500, setting=setting
        )
        for part in (book.made[story.made]["title"], book.ideas[story.idea]["title"]):
            assert str(part) not in text.replace("’", "'")
        assert "obstacle" not in text


def test_three_readers_of_one_application_hardly_ever_say_the_same(crowd: Crowd) -> None:
    readers, applicants = crowd("en", 30, seed=9), crowd("en", 30)
    same = 0
    for number, applicant in enumerate(applicants):
        setting = Setting(about=applicant, reading=True, level=applicant.quality, marks=TOLD)
        panel = (readers[number], readers[number - 1], readers[number - 2])
        used: Said = set()
        texts = [
            answer(one, "review_comment", "en", one.stream(applicant.email), 500, setting=setting, said=used)
            for one in panel
        ]
        sentences = [sentence for text in texts for sentence in set(re.split(r"(?<=[.!?]) ", text))]
        same += len(sentences) - len(set(sentences))
    assert same <= 0.1 * len(applicants)


def test_a_mentor_calls_the_project_as_its_scholar_does(crowd: Crowd) -> None:
    mentor, *scholars = crowd("en", 40)
    for scholar in scholars:
        names = library("en").ideas[story_of(scholar).idea]["name_"]
        name = names[story_of(scholar).steady("idea.name_", len(names))]
        others = {other for other in names if other != name}
        setting = Setting(about=scholar, reading=True, level=0.0)
        for turn in range(4):
            text = answer(mentor, "milestone_feedback", "en", mentor.stream(str(turn)), 400, setting=setting)
            assert not [other for other in others if f"compare {other} with" in text.replace("’", "'")]


def test_a_project_keeps_its_name_in_another_language(crowd: Crowd) -> None:
    mentor = crowd("en", 1)[0]
    for scholar in crowd("fr", 40):
        names = library("fr").ideas[story_of(scholar).idea]["name_"]
        name = names[story_of(scholar).steady("idea.name_", len(names))]
        setting = Setting(about=scholar, mentor_side=True, week=10)
        text = answer(mentor, "checkin_next", "en", mentor.stream(scholar.email), 400, setting=setting)
        assert name in text.replace("’", "'")


def test_one_writes_to_another_in_the_readers_language_where_one_can(crowd: Crowd) -> None:
    (english, *_more), french = crowd("en", 60), crowd("fr", 1)[0]
    assert common_language(french, french) == "fr"
    for writer in [english, *_more]:
        assert common_language(writer, french) == ("fr" if "fr" in spoken(writer) else "en")
