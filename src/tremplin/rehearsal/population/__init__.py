"""Invented people for a rehearsal: names, lives, words, habits. Nothing here is true of anyone.

The same seed gives the same people on every machine and in every process.
"""

from .arrivals import Habits, Journey
from .essays import QuestionKind, answer, limit_of_words
from .mentors import Mentor, Silence, preference
from .outcomes import Outcome, outcome
from .people import Person, quality_on
from .population import Population
from .reviewers import Reviewer, has_conflict, read_minutes, reading_times, score
from .scene import Setting
from .scholars import Illness, Scholar
from .stories import Story, story_of

__all__ = [
    "Habits",
    "Illness",
    "Journey",
    "Mentor",
    "Outcome",
    "Person",
    "Population",
    "QuestionKind",
    "Reviewer",
    "Scholar",
    "Setting",
    "Silence",
    "Story",
    "answer",
    "has_conflict",
    "limit_of_words",
    "outcome",
    "preference",
    "quality_on",
    "read_minutes",
    "reading_times",
    "score",
    "story_of",
]
