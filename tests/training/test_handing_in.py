"""Labs in the browser, without script: week by week, files and notebooks, the queue, hints, what changed."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast, speaks
from tests.training.world import WRONG_CODE, hand_in, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.core.jobs.runner import Runner
from tremplin.curriculum import loader
from tremplin.training import rules
from tremplin.training.models import LabDraft, LabSubmission

SOLUTION = loader.lab("softmax").solution


def scholars(cast: Cast, language: str = "en") -> Any:
    speaks(cast.scholar, language)
    return signed_in(cast.scholar)


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def upload(content: str | bytes, name: str = "lab.ipynb") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)}


@pytest.mark.django_db
def test_labs_stand_week_by_week_with_how_far_one_is(cast: Cast, clock: Clock) -> None:
    row = hand_in(scholar_of(cast))
    LabSubmission.objects.filter(pk=row.pk).update(state="graded", score=1.0)
    shown = scholars(cast).get(page(cast, "training:labs")).text
    total = len(cast.cohort.plan.training.labs)  # type: ignore[union-attr]
    assert f"1 of {total} " in shown
    assert "Week 1: First principles" in shown
    assert 'class="progress"' in shown
    speaks(cast.organiser, "en")
    assert 'class="progress"' not in signed_in(cast.organiser).get(page(cast, "training:labs")).text


@pytest.mark.django_db
def test_a_notebook_is_taken_as_the_code_it_holds_and_what_is_left_out_is_named(
    cast: Cast, clock: Clock
) -> None:
    scholar_of(cast)
    lab = page(cast, "training:lab", code="softmax")
    told = scholars(cast).post(lab, upload(notebook("%matplotlib inline\nx = 1")), follow=True)
    assert LabSubmission.objects.get().code == "# %% cell 1\npass  # %matplotlib inline\nx = 1\n"
    assert "left out “%matplotlib inline”" in told.text


@pytest.mark.django_db
def test_a_notebook_may_be_pasted_too(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    scholars(cast).post(page(cast, "training:lab", code="softmax"), {"code": notebook("x = 1")})
    assert LabSubmission.objects.get().code == "# %% cell 1\nx = 1\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (upload(b"\x80\x81"), "but it is not one"),
        (upload(notebook("files = !ls")), "Cell 1, line 1"),
        ({"code": notebook("files = !ls")}, "Cell 1, line 1"),
        (upload(b"\x00\x01\x02", "lab.py"), ""),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(
    cast: Cast, clock: Clock, given: dict[str, Any], says: str
) -> None:
    scholar_of(cast)
    refused = scholars(cast).post(page(cast, "training:lab", code="softmax"), given)
    assert refused.status_code == 422
    assert says in refused.text
    assert not LabSubmission.objects.exists()


@pytest.mark.django_db
def test_the_field_begins_with_the_file_to_start_from_and_later_with_the_last_try(
    cast: Cast, clock: Clock
) -> None:
    scholar = scholar_of(cast)
    lab = page(cast, "training:lab", code="softmax")
    assert "raise NotImplementedError" in scholars(cast).get(lab).text
    hand_in(scholar, "mine = 'the last one'\n")
    assert "the last one" in scholars(cast).get(lab).text


@pytest.mark.django_db
def test_code_is_kept_while_it_is_written_and_two_tabs_lose_nothing(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    client, saves = scholars(cast), page(cast, "training:lab-autosave", code="softmax")
    lab = page(cast, "training:lab", code="softmax")
    assert client.post(saves, {"code": "half = 1", "version": "0"}).json() == {"fields": {"version": 1}}
    shown = client.get(lab).text
    assert "half = 1" in shown
    assert 'name="version" value="1"' in shown
    assert client.post(saves, {"code": "other tab", "version": "0"}).status_code == 409
    assert client.post(saves, {"code": "x = '\0'", "version": "1"}).status_code == 422
    assert client.post(saves, {"code": "half = 1\n", "version": "1"}).status_code == 200
    assert LabDraft.objects.get().code == "half = 1\n"
    assert (
        client.post(page(cast, "training:lab-autosave", code="attention"), {"code": "x"}).status_code == 409
    )
    client.post(lab, {"code": "whole = 1", "once": "o"})
    assert not LabDraft.objects.exists()
    assert "whole = 1" in client.get(lab).text


@pytest.mark.django_db
def test_while_it_waits_the_page_tells_its_place_in_the_queue_of_all(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    first, second = hand_in(scholar, key="1"), hand_in(scholar, key="2")
    client = scholars(cast)
    assert "next one in the queue" in client.get(page(cast, "training:submission", ref=first.ref)).text
    assert "place in the queue: 2" in client.get(page(cast, "training:submission", ref=second.ref)).text


@pytest.mark.django_db(transaction=True)
def test_hints_open_after_three_tries_and_each_page_shows_what_changed(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    shown = []
    for number in range(3):
        row = hand_in(scholar, f"{WRONG_CODE}# try {number}\n", key=str(number))
        Runner(["grading"]).drain()
        shown.append(scholars(cast).get(page(cast, "training:submission", ref=row.ref)).text)
    hint = loader.lab("softmax").checks[0].hint["en"]
    assert "A hint opens after 2 more tries." in shown[0]
    assert "A hint opens after 1 more try." in shown[1]
    assert ["A hint</summary>" in text for text in shown] == [False, False, True]
    assert hint not in shown[0]
    assert "What changed since the try before" not in shown[0]
    assert "+ # try 1" in shown[1]
    assert "- # try 0" in shown[1]
    # An earlier page stays as it was: later tries open nothing there.
    first = LabSubmission.objects.order_by("pk")[0]
    assert "after 2 more" in scholars(cast).get(page(cast, "training:submission", ref=first.ref)).text


@pytest.mark.django_db
def test_the_best_of_a_long_history_counts_in_a_constant_number_of_queries(
    cast: Cast, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    scholar = scholar_of(cast)
    for number in range(25):
        row = hand_in(scholar, key=str(number))
        LabSubmission.objects.filter(pk=row.pk).update(state="graded", score=0.5 if number else 0.75)
    client, lab = scholars(cast), page(cast, "training:lab", code="softmax")
    with django_assert_max_num_queries(15):
        shown = client.get(lab).text
    assert "Your best result counts: 75" in shown
    assert shown.count("/labs/results/") == 20
    assert client.get(f"{lab}?page=2").text.count("/labs/results/") == 5


def test_what_changed_is_told_in_lines_with_a_few_around_them() -> None:
    before = "\n".join(f"line {number}" for number in range(30))
    found = rules.diff(before, before.replace("line 15\n", "other\n"))
    assert [line.text for line in found if line.kind == "dropped"] == ["line 15"]
    assert [line.text for line in found if line.kind == "added"] == ["other"]
    assert (found[0].kind, len(found)) == ("gap", 9)
    assert rules.diff(before, before) == []
    assert rules.diff("x\n" * rules.code.MOST_LINES, "y\n") == []
