"""Code read line by line: scholars ask, those who help answer, and nobody else reads along."""

from typing import Any

import pytest
from django.utils import translation

from tests.cast import Cast, enrol, person, speaks
from tests.training.world import hand_in, scholar_of
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.selection.models import ScholarState
from tremplin.training import desk, queries, services
from tremplin.training.models import LabSubmission, Remark

MARKER = "xylophone-4711"
CODE = "import numpy as np\n\ndef softmax(x):\n    return x  # <b>why</b>?\n"


def submission_of(cast: Cast) -> LabSubmission:
    row = hand_in(scholar_of(cast), CODE)
    row.scholar.cohort = cast.cohort
    return row


def say(
    cast: Cast, row: LabSubmission, who: User, text: str = MARKER, line: int = 4, **changed: Any
) -> Remark | None:
    now = cast.at("training_starts", days=len(text) % 3)
    return services.remark(submission=row, line=line, text=text, actor=who, now=now, **changed)


def cards(cast: Cast, who: User, role: str) -> list[str]:
    found = desk.cards(
        cohort=cast.cohort, actor=who, roles=frozenset({Role(role)}), now=cast.at("training_starts", days=3)
    )
    return [str(card.title) for card in found]


def test_a_question_stands_under_its_line_for_the_mentor_and_organisers(cast: Cast, clock: Clock) -> None:
    row = submission_of(cast)
    path = page(cast, "training:code", ref=row.ref)
    for who in (cast.scholar, cast.mentor, cast.organiser, cast.observer):
        speaks(who, "en")
    client = signed_in(cast.scholar)
    assert 'value="4"' in client.get(f"{path}?line=4").text
    answer = client.post(path, {"line": "4", "text": f"{MARKER} <script>"})
    assert answer.headers["Location"] == f"{path}#line-4"
    for who in (cast.scholar, cast.mentor, cast.organiser, cast.observer):
        shown = signed_in(who).get(path).text
        assert f"{MARKER} &lt;script&gt;" in shown
        assert "&lt;b&gt;why&lt;/b&gt;" in shown, "code is shown, not run"
    assert 'name="text"' not in signed_in(cast.observer).get(path).text


def test_nobody_reads_or_writes_about_code_that_they_do_not_follow(cast: Cast, clock: Clock) -> None:
    row = submission_of(cast)
    remark = say(cast, row, cast.scholar)
    assert remark is not None
    path = page(cast, "training:code", ref=row.ref)
    other = enrol(cast, person("Otto Other"))
    for who, status in ((other.user, 404), (cast.reviewer, 403), (cast.stranger, 404)):
        assert signed_in(who).get(path).status_code == status
        assert signed_in(who).post(path, {"text": MARKER}).status_code == status
    assert signed_in(cast.stranger).get(rival_page(cast, "training:code", ref=row.ref)).status_code == 404
    for actor in (other.user, cast.observer, cast.reviewer):
        with pytest.raises(NotAllowed):
            say(cast, row, actor)
    assert Remark.objects.count() == 1


@pytest.mark.parametrize(("line", "text"), [(5, "a"), (-1, "a"), (1, "  "), (1, "x" * 2001)])
def test_what_cannot_be_said_is_refused(cast: Cast, line: int, text: str) -> None:
    row = submission_of(cast)
    with pytest.raises(Invalid):
        say(cast, row, cast.scholar, text, line)


def test_what_was_typed_stays_when_the_line_is_wrong(cast: Cast, clock: Clock) -> None:
    row = submission_of(cast)
    speaks(cast.scholar, "en")
    answer = signed_in(cast.scholar).post(
        page(cast, "training:code", ref=row.ref), {"line": "99", "text": MARKER}
    )
    assert answer.status_code == 422
    assert MARKER in answer.text
    assert "The code has 4 lines" in answer.text


def test_the_same_words_sent_twice_are_said_once(cast: Cast) -> None:
    row = submission_of(cast)
    assert say(cast, row, cast.scholar, key="one")
    assert say(cast, row, cast.scholar, key="one") is None
    assert Remark.objects.count() == 1


def test_a_question_waits_on_the_mentors_desk_until_it_is_answered(cast: Cast, clock: Clock) -> None:
    speaks(cast.mentor, "en")
    row = submission_of(cast)
    asked = "Questions about code"
    assert not queries.questions(cast.mentor, cast.cohort).exists()
    say(cast, row, cast.scholar, "Why?")
    assert [one.pk for one in queries.questions(cast.mentor, cast.cohort)] == [row.pk]
    with translation.override("en"):
        assert asked in cards(cast, cast.mentor, "mentor")
        services.remark(
            submission=row,
            line=4,
            text="So.",
            actor=cast.mentor,
            now=cast.at("training_starts", days=2, hours=1),
        )
        assert asked not in cards(cast, cast.mentor, "mentor")
        assert "A word about your code" in cards(cast, cast.scholar, "scholar")
    assert queries.answers(cast.scholar, cast.cohort, now=cast.at("training_starts", days=3)).exists()
    assert not queries.answers(cast.scholar, cast.cohort, now=cast.at("training_starts", days=12)).exists()


def test_ones_own_words_can_be_taken_back_and_those_of_others_not(cast: Cast, clock: Clock) -> None:
    row = submission_of(cast)
    remark = say(cast, row, cast.mentor)
    assert remark is not None
    path = page(cast, "training:take-back-remark", ref=remark.ref)
    assert signed_in(cast.scholar).post(path).status_code == 403
    assert signed_in(cast.mentor).post(path).status_code == 302
    assert not Remark.objects.exists()


def test_who_left_reads_on_but_asks_no_more(cast: Cast, clock: Clock) -> None:
    row = submission_of(cast)
    row.scholar.state = ScholarState.LEFT
    row.scholar.save()
    with pytest.raises(NotAllowed):
        say(cast, row, cast.scholar)
    assert signed_in(cast.scholar).get(page(cast, "training:code", ref=row.ref)).status_code == 200
