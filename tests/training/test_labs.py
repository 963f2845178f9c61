"""Labs: handed in, queued, really graded in the box, and told with what did not hold."""

import pytest

from tests.cast import Cast, speaks
from tests.training.world import WRONG_CODE, hand_in, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Conflict, Invalid, TooMany
from tremplin.core.jobs.runner import Runner
from tremplin.curriculum import loader
from tremplin.grader import Report, grade
from tremplin.training import tasks
from tremplin.training.models import LabSubmission, SubmissionState


@pytest.mark.django_db(transaction=True)
def test_code_is_queued_then_graded_and_the_best_result_counts(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    speaks(cast.scholar, "en")
    client, lab = signed_in(cast.scholar), page(cast, "training:lab", code="softmax")
    answer = client.post(lab, {"code": loader.lab("softmax").solution, "once": "a"})
    row = LabSubmission.objects.get()
    assert answer.headers["Location"] == page(cast, "training:submission", ref=row.ref)
    assert row.state == SubmissionState.QUEUED
    waiting = client.get(answer.headers["Location"])
    assert waiting.headers["Refresh"] == "3"
    client.post(lab, {"code": WRONG_CODE, "once": "b"})
    assert Runner(["grading"]).drain() == 2
    wrong, right = LabSubmission.objects.all()
    assert (right.state, right.score) == (SubmissionState.GRADED, 1.0)
    assert wrong.score is not None
    assert wrong.score < 1
    told = client.get(page(cast, "training:submission", ref=wrong.ref))
    assert "Refresh" not in told.headers
    report = grade(loader.lab("softmax"), WRONG_CODE, seed=wrong.seed)
    failed = next(check for check in report.checks if check.message and not check.skipped)
    assert "does not hold" in told.text
    assert failed.title["en"] in told.text
    assert "passed" in client.get(page(cast, "training:labs")).text


@pytest.mark.django_db
def test_without_a_box_nobody_is_marked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = hand_in(scholar_of(cast))
    refused = Report("softmax", 1, "refused", (), detail="no bwrap")
    monkeypatch.setattr(tasks, "grade", lambda *_args, **_kwargs: refused)
    tasks.grade_submission.func(row.pk)
    row.refresh_from_db()
    assert (row.state, row.score) == (SubmissionState.FAILED, None)


@pytest.mark.django_db
def test_the_hour_of_ones_own_lab_is_on_ones_own_clock(cast: Cast, clock: Clock) -> None:
    """Whoever has named no zone reads the cohort's."""
    row = hand_in(scholar_of(cast))
    cast.scholar.time_zone = "America/Los_Angeles"
    cast.scholar.save()
    told = {}
    for who in (cast.scholar, cast.organiser):
        speaks(who, "en")
        client = signed_in(who)
        told[who] = client.get(page(cast, "training:submission", ref=row.ref)).text
    assert "(Los Angeles)</time>" in told[cast.scholar]
    assert "(Paris)</time>" in told[cast.organiser]
    lab = signed_in(cast.scholar).get(page(cast, "training:lab", code="softmax")).text
    assert "Times: Los Angeles" in lab
    assert "Times: Paris" not in lab


@pytest.mark.django_db
def test_the_same_form_twice_is_one_submission(cast: Cast) -> None:
    scholar = scholar_of(cast)
    first = hand_in(scholar, key="k")
    hand_in(scholar, key="another")
    assert hand_in(scholar, key="k") == first
    assert LabSubmission.objects.count() == 2


@pytest.mark.django_db
def test_what_is_not_offered_empty_or_too_much_is_refused(cast: Cast) -> None:
    scholar = scholar_of(cast)
    with pytest.raises(Conflict):
        hand_in(scholar, lab="attention")
    for code in ("  \n", "x" * 200_001, "x = '\0'", "x = '\ud800'"):
        with pytest.raises(Invalid):
            hand_in(scholar, code)
    for _ in range(3):
        hand_in(scholar)
    with pytest.raises(TooMany):
        hand_in(scholar)


@pytest.mark.django_db
def test_pages_of_a_lab(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    client = signed_in(cast.organiser)
    assert client.get(page(cast, "training:lab", code="attention")).status_code == 404
    assert client.get(page(cast, "training:figure", code="softmax", drawing="no.svg")).status_code == 404
    assert "def " in client.get(page(cast, "training:stub", code="softmax")).text
    lab = page(cast, "training:lab", code="softmax")
    assert 'name="code"' not in client.get(lab).text
    assert client.post(lab, {"code": "x = 1"}).status_code == 403
    empty = signed_in(cast.scholar).post(lab, {"code": ""})
    assert empty.status_code == 422
    assert not LabSubmission.objects.exists()


def test_a_lab_whose_library_is_not_here_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    scholar_of(cast)
    speaks(cast.scholar, "en")
    client, lab = signed_in(cast.scholar), page(cast, "training:lab", code="softmax")
    assert "that grades lacks" not in client.get(lab).text
    monkeypatch.setattr("tremplin.grader.lab.installed", lambda name: False)
    assert "The machine that grades lacks numpy" in client.get(lab).text
