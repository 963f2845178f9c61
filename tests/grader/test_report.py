import json
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, make_lab
from tremplin.grader import BadReport, CheckResult, Report, grade

SAMPLE = Report(
    lab="tiny",
    seed=2**62,
    status="failed",
    checks=(
        CheckResult("a", {"en": "A", "fr": "Â"}, True, points=3.0),
        CheckResult(
            "b", {"en": "B", "fr": "B"}, False, {"en": "no", "fr": "non"}, "1", "2", ("a",), {"en": "h", "fr": "i"},
            False, 1.0, 7,
        ),
    ),
    message={"en": "1 of 2", "fr": "1 sur 2"},
    wall_ms=1234,
    layers=("seccomp",),
)  # fmt: skip


def test_a_report_comes_back_from_json_as_it_was() -> None:
    assert Report.from_json(SAMPLE.to_json()) == SAMPLE


def test_a_real_report_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    report = grade(make_lab(tmp_path), "def target(x): return 'é' * 3\n", seed=1, limits=QUICK)
    assert Report.from_json(report.to_json()) == report


def test_score_is_the_share_of_points() -> None:
    assert (SAMPLE.points, SAMPLE.max_points, SAMPLE.score) == (3.0, 4.0, 0.75)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"status": "excellent"},
        {"surprise": 1},
        {"checks": None},
        {"checks": [{"id": "a"}]},
        {"checks": [{"id": "a", "title": {}, "passed": True, "bonus": 9}]},
    ],
)
def test_what_is_no_report_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadReport):
        Report.from_json(json.dumps({**json.loads(SAMPLE.to_json()), **change}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "{"])
def test_text_that_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(BadReport):
        Report.from_json(text)


def test_gradescope_reads_the_points_and_the_words() -> None:
    found = SAMPLE.to_gradescope("fr")
    assert found["score"] == 3.0
    assert found["tests"][1] == {
        "name": "B", "number": "b", "score": 0.0, "max_score": 1.0, "status": "failed",
        "output": "non\nattendu\u00a0: 1\nobtenu\u00a0: 2", "visibility": "visible",
    }  # fmt: skip
    assert json.dumps(found)
