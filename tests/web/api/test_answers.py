"""What programs are answered: the same as the pages, in a constant number of queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.applications.world import sent_with_file
from tests.cast import Cast
from tests.mentoring.world import crowd, pair
from tests.review.test_blind import Planted, leaks, planted  # noqa: F401 (a fixture)
from tests.review.world import apply, give_out
from tests.selection.world import propose, read_cohort
from tests.training import world
from tests.web.api.conftest import Program, at, program
from tests.web.examples import example
from tremplin.applications import queries as applications
from tremplin.core import clock
from tremplin.review.services import set_content_notes
from tremplin.stipends.services import plan_instalments

pytestmark = pytest.mark.django_db


def every(asking: Program, path: str) -> list[dict[str, Any]]:
    """All lines of a list, part by part."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        answer = asking.get(f"{path}{'&' if '?' in path else '?'}limit=2&after={after}")
        assert answer.status_code == 200, answer.content
        found += answer.json()["items"]
        after = answer.json()["next"]
    return found


def test_a_cohort_says_what_it_is(cast: Cast) -> None:
    body = program(cast.applicant).get(at(cast.cohort))
    assert body.status_code == 404
    body = program(cast.mentor).get(at(cast.cohort)).json()
    assert body["roles"] == ["mentor"]
    assert body["programme_name"]["fr"]
    assert {row["code"] for row in body["dates"]} == set(cast.cohort.dates)
    assert body["plan"]["places_max"] == cast.cohort.plan.cohort.places_max


@pytest.mark.parametrize("sort", list(applications.SORTS))
def test_the_parts_of_a_list_are_the_whole_list_in_the_order_of_the_board(cast: Cast, sort: str) -> None:
    now = cast.at("call_opens", days=1)
    apply(cast.cohort, 5, now=now)
    sent_with_file(cast)
    rows = applications.board(cast.cohort, cast.organiser, applications.BoardFilters(sort=sort))
    told = every(program(cast.organiser), at(cast.cohort, f"/applications?sort={sort}"))
    assert [row["ref"] for row in told] == [row.ref for row in rows]


def test_a_line_that_left_the_filter_still_says_where_it_stood(cast: Cast) -> None:
    made = apply(cast.cohort, 3, now=cast.at("call_opens", days=1))
    asking = program(cast.organiser)
    first = asking.get(at(cast.cohort, "/applications?state=submitted&limit=1")).json()
    gone = next(row for row in made if row.ref == first["next"])
    type(gone).objects.filter(pk=gone.pk).update(state="withdrawn", withdrawn_at=clock.now())
    rest = asking.get(at(cast.cohort, f"/applications?state=submitted&after={gone.ref}")).json()
    assert len(rest["items"]) == 2
    assert asking.get(at(cast.cohort, "/applications?after=nobody")).status_code == 422


def test_an_application_is_told_as_it_was_sent(cast: Cast) -> None:
    sent = sent_with_file(cast).application
    body = program(cast.organiser).get(at(cast.cohort, f"/applications/{sent.ref}")).json()
    assert body["ref"] == sent.ref
    assert body["sent"]["number"] == 1
    assert any(answer["text"] for part in body["sent"]["sections"] for answer in part["answers"])


def test_observers_get_no_list_of_people_and_no_whole_application(cast: Cast) -> None:
    sent = sent_with_file(cast).application
    asking = program(cast.observer)
    assert asking.get(at(cast.cohort, "/applications")).status_code == 403
    assert asking.get(at(cast.cohort, f"/applications/{sent.ref}")).status_code == 403


def test_a_program_narrows_by_what_people_answered_as_the_board_does(cast: Cast) -> None:
    sent = sent_with_file(cast).application
    country = str(sent.answers["country"])
    asking = program(cast.organiser)
    for words, many in (
        (f"answered=country:{country}", 1),
        ("answered=country:XX", 0),
        ("door=adult:yes", 1),
        ("door=-1:x", 0),
    ):
        assert len(asking.get(at(cast.cohort, f"/applications?{words}")).json()["items"]) == many


def test_figures_agree_with_the_list(cast: Cast) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=1))
    asking = program(cast.observer)
    body = asking.get(at(cast.cohort, "/counts")).json()
    assert (body["now"]["submitted"], body["funnel"]["sent_once"]) == (3, 3)
    assert sum(row["sent"] for row in asking.get(at(cast.cohort, "/arrivals")).json()["items"]) == 3


def test_no_name_stands_beside_a_decision_before_it_is_final(cast: Cast) -> None:
    read_cohort(cast)
    propose(cast)
    body = program(cast.organiser).get(at(cast.cohort, "/decisions")).json()
    assert body["state"] == "proposed"
    assert body["items"]
    assert all(row["applicant"] is None for row in body["items"])


def test_names_stand_beside_final_decisions_for_organisers_alone(cast: Cast) -> None:
    made = example("selection:outcome")
    assert made is not None
    made.make(cast)
    path = at(cast.cohort, "/decisions")
    body = program(cast.organiser).get(path).json()
    assert body["state"] == "confirmed"
    assert all(row["applicant"]["name"] for row in body["items"])
    assert all(row["applicant"] is None for row in program(cast.observer).get(path).json()["items"])
    assert len(every(program(cast.organiser), path)) == len(body["items"])


def test_the_public_reads_projects_and_reports_without_a_token(cast: Cast) -> None:
    page, report = world.public_page(cast), world.report(cast)
    nobody = program(None)
    [project] = nobody.get(at(cast.cohort, "/projects")).json()["items"]
    assert project["ref"] == page.ref
    assert project["url"].endswith(f"/{page.ref}/")
    [line] = nobody.get(at(cast.cohort, "/reports")).json()["items"]
    body = nobody.get(at(cast.cohort, f"/reports/{line['number']}")).json()
    assert body["content"] == report.content
    assert nobody.get(at(cast.cohort, "/reports/99")).status_code == 404


def test_open_calls_are_public(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.at("call_opens", days=1))
    assert {row["institution"] for row in program(None).get("/api/v1/calls").json()["items"]} == {
        "home-lab",
        "rival-lab",
    }


@pytest.mark.usefixtures("reading_time")
def test_a_reviewer_reads_the_blinded_text(cast: Cast, planted: Planted) -> None:  # noqa: F811
    asking = program(cast.reviewer)
    pages = {
        path: asking.get(at(cast.cohort, path))
        for path in ("", "/reading", f"/reading/{planted.assignment.ref}", "/applications", "/decisions")
    }
    body = pages[f"/reading/{planted.assignment.ref}"].json()
    assert any("I build weather stations." in text["text"] for text in body["texts"])
    found = [
        leak
        for path, answer in pages.items()
        for leak in leaks(path, answer.content + str(dict(answer.headers)).encode(), planted)
    ]
    assert not found


@pytest.mark.usefixtures("reading_time")
def test_a_program_hears_what_a_text_speaks_of_before_it_opens_it(cast: Cast, planted: Planted) -> None:  # noqa: F811
    read, other = planted.assignment, cast.organiser
    asking = program(cast.reviewer)
    path = at(cast.cohort, f"/reading/{read.ref}")
    assert asking.get(path).json()["speaks_of"] == []
    set_content_notes(
        cohort=cast.cohort,
        application=read.application,
        actor=other,
        now=cast.at("call_closes", days=1),
        kinds={"war", "violence"},
    )
    lines = {row["ref"]: row["speaks_of"] for row in asking.get(at(cast.cohort, "/reading")).json()["items"]}
    assert lines.pop(read.ref) == ["violence", "war"], "in the order of the list, on the queue already"
    assert not any(lines.values())
    assert asking.get(path).json()["speaks_of"] == ["violence", "war"]
    assert other.ref not in asking.get(at(cast.cohort, "/reading")).content.decode()


def _applications(cast: Cast, many: int) -> None:
    apply(cast.cohort, many, now=cast.at("call_opens", days=1), prefix=f"a{many}")


def _reads(cast: Cast, many: int) -> None:
    _applications(cast, many)
    give_out(cast)


def _scholars(cast: Cast, many: int) -> None:
    crowd(cast, many, mentored=True, prefix=f"s{many}")


def _payments(cast: Cast, many: int) -> None:
    crowd(cast, many, prefix=f"p{many}")
    plan_instalments(cohort=cast.cohort, now=cast.at("training_starts"))


LISTS: dict[str, tuple[str, str, Callable[[Cast, int], None]]] = {
    "applications": ("/applications?limit=100", "organiser", _applications),
    "counts": ("/counts", "organiser", _applications),
    "arrivals": ("/arrivals", "organiser", _applications),
    "reading": ("/reading", "reviewer", _reads),
    "scholars": ("/scholars?limit=100", "organiser", _scholars),
    "pairings": ("/pairings?limit=100", "organiser", _scholars),
    "stipends": ("/stipends?limit=100", "finance", _payments),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_needs_the_same_queries_for_one_row_and_for_thirty(
    cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, role, make = LISTS[name]
    moment = cast.at("call_closes", days=2) if name == "reading" else cast.at("training_starts", days=9)
    monkeypatch.setattr(clock, "now", lambda: moment)
    asking = program(getattr(cast, role))
    make(cast, 1)
    asking.get(at(cast.cohort, path))  # the first request of a day is noted in the log
    one = _count(asking, at(cast.cohort, path))
    make(cast, 30)
    many = _count(asking, at(cast.cohort, path))
    assert one == many
    assert many <= 15


def _count(asking: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = asking.get(path)
    assert answer.status_code == 200, answer.content
    assert answer.json().get("items", [1])
    return len(captured)


def test_all_decisions_come_in_as_many_queries(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    read_cohort(cast)
    propose(cast)
    monkeypatch.setattr(clock, "now", lambda: cast.at("decisions_out") - timedelta(days=1))
    asking = program(cast.organiser)
    asking.get(at(cast.cohort, "/decisions"))
    counts = {_count(asking, at(cast.cohort, f"/decisions?limit={limit}")) for limit in (1, 4)}
    assert len(counts) == 1


def test_each_side_of_a_pairing_reads_its_own_and_nobody_elses(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.at("training_starts", days=9))
    own = pair(cast)
    crowd(cast, 3, mentored=True, prefix="others")
    for role in ("scholar", "mentor"):
        found = program(getattr(cast, role)).get(at(cast.cohort, "/pairings")).json()["items"]
        assert [line["ref"] for line in found] == [own.ref], role
    everything = program(cast.observer).get(at(cast.cohort, "/pairings")).json()["items"]
    assert len(everything) == 4
    for role in ("officer", "reviewer", "finance"):
        assert program(getattr(cast, role)).get(at(cast.cohort, "/pairings")).status_code == 403
