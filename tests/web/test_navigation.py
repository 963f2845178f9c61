"""The cohort's navigation names what the programme has, for those who may go there."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import PLANS, Cast, gather
from tests.visiting import Clock, page, signed_in
from tremplin.web.navigation import where


def nav_of(cast: Cast, who: str, at: str = "desk") -> str:
    text = signed_in(getattr(cast, who)).get(page(cast, at), {"lang": "en"}).content.decode()
    return text.split('class="site-nav"', 1)[1].split("</nav>", 1)[0]


def test_each_role_is_led_to_its_own_pages(cast: Cast) -> None:
    assert page(cast, "mentoring:offer") in nav_of(cast, "mentor")
    assert page(cast, "stipends:board") not in nav_of(cast, "mentor")
    assert page(cast, "stipends:board") in nav_of(cast, "finance")


def test_the_first_page_says_where_each_cohort_stands_and_what_one_is_there(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=1)
    card = signed_in(cast.mentor).get("/", {"lang": "en"}).text.split('id="mine"')[1].split("</section>")[0]
    assert "mentor · " in card
    assert "Training is under way" in card


def test_a_stage_that_the_programme_does_not_run_is_not_named(db: None) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    plain = text.replace('"mentoring", "stipends", ', "")
    start, end = plain.index("[mentoring]"), plain.index("[training]")
    cast = gather(text=plain[:start] + plain[end:])
    assert page(cast, "mentoring:pairings") not in nav_of(cast, "organiser")
    assert page(cast, "stipends:board") not in nav_of(cast, "finance")
    assert page(cast, "projects:projects") in nav_of(cast, "organiser")


def test_a_long_navigation_is_sorted_by_the_phases_of_the_journey(cast: Cast) -> None:
    nav = nav_of(cast, "organiser", "review:progress")
    row = re.sub(r"<ul>.*?</ul>", "", nav.split("<ul>", 1)[1], flags=re.DOTALL)
    first = re.findall(r"<a [^>]*>([^<]*)</a>", row)
    assert first == ["Desk", "Organise", "Call", "Selection", "Cohort", "Training", "Results"]
    assert 'aria-current="true">Selection</a>' in nav
    assert 'aria-current="page">Reading</a>' in nav
    assert nav.count("aria-current") == 2


def test_a_short_navigation_is_one_row(cast: Cast) -> None:
    assert nav_of(cast, "mentor").count("<ul>") == 1


PLACES = [
    ("/c/programme/", "programmes:overview"),
    ("/c/people/", "programmes:people"),
    ("/c/labs/", "training:labs"),
]


@pytest.mark.parametrize(
    ("path", "namespace", "found"),
    [
        ("/c/people/", "programmes", 1),
        ("/c/people/give/", "programmes", 1),
        ("/c/dates/", "programmes", 0),
        ("/c/labs/softmax/", "training", 2),
        ("/c/journal/", "training", 2),
        ("/c/elsewhere/", "equality", None),
        ("/c/desk/", "", None),
    ],
)
def test_a_page_stands_under_the_nearest_place(path: str, namespace: str, found: int | None) -> None:
    assert where(path, PLACES, namespace) == found


def test_the_manual_for_programs_is_in_the_footer_of_those_who_run_something(cast: Cast) -> None:
    link = f'href="{reverse("api")}"'
    for role, shown in (("organiser", True), ("observer", True), ("officer", True), ("applicant", False)):
        text = signed_in(getattr(cast, role)).get(page(cast, "desk")).content.decode()
        assert (link in text) is shown, role
    assert link not in Client().get(reverse("home")).content.decode()
