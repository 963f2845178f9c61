import json

from tests.cast import Cast
from tests.kept import keeping
from tests.mentoring.world import pair
from tremplin.projects import services


def test_a_scholar_takes_their_project_and_a_mentor_their_answers(cast: Cast) -> None:
    scholar = pair(cast).scholar
    now = cast.at("training_starts", weeks=5)
    project = services.begin(scholar=scholar, actor=cast.scholar, now=now)
    project.scholar = scholar
    report = services.hand_in(
        project=project, code="proposal", body="It works.", expected_version=0, actor=cast.scholar, now=now
    )
    services.answer(
        report=report, accept=True, feedback="Well done.", expected_version=1, actor=cast.mentor, now=now
    )
    mine, theirs = keeping("projects").export(cast.scholar), keeping("projects").export(cast.mentor)
    assert "It works." in json.dumps(mine, default=str)
    assert [row["feedback"] for row in theirs["answers_given"]] == ["Well done."]
    assert "It works." not in json.dumps(theirs, default=str)
    assert [len(keeping("projects").reasons(user)) for user in (cast.scholar, cast.mentor)] == [1, 0]
