"""What scholars of a rehearsal answer later on follows from what became of them."""

import re
from collections.abc import Iterator

import pytest

from tremplin import programme_templates
from tremplin.programmes import file
from tremplin.programmes.schema.training import FormQuestion
from tremplin.rehearsal.answers import form_answers, what_became
from tremplin.rehearsal.population.outcomes import Outcome, Status
from tremplin.rehearsal.population.people import Cast
from tremplin.rehearsal.population.scene import Setting

NOW: dict[Status, str] = {
    "ml_job": r"AI|free software",
    "founder": r"AI|free software",
    "study": "Stud",
    "tech_job": "technical|Other paid work|Another job",
    "same_job": "Other paid work|Another job",
    "searching": "looking",
    "care": "Care|Something else",
}


def questions() -> Iterator[list[FormQuestion]]:
    for name in programme_templates.names():
        impact = file.read(programme_templates.text(name)).impact
        if impact is not None:
            yield impact.questions


@pytest.mark.parametrize("status", NOW)
def test_what_somebody_does_now_is_what_became_of_them(status: Status) -> None:
    for asked in questions():
        became = what_became(asked, Outcome(6, status, took_part=True, answers_survey=True))
        (code,) = became.values()
        labels = {option.code: option.label["en"] for question in asked for option in question.options}
        assert re.search(NOW[status], labels[code]), labels[code]


def test_nobody_has_published_thirty_things_in_half_a_year() -> None:
    cast = Cast(5, languages=("en", "fr"), french_share=0.5)
    for asked in questions():
        numbers = [question.code for question in asked if question.kind == "number"]
        for place in range(200):
            given = form_answers(
                asked, cast.invent("applicant", place), mood=0.6, setting=Setting(), purpose="later"
            )
            assert all(int(given.get(code, "0")) <= 10 for code in numbers)
