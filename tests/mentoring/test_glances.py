"""A mentor with one hour sees where each scholar stands this week, and nothing that is not theirs to read."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast, speaks
from tests.mentoring.world import crowd
from tests.training.world import plan, post, scholar_of
from tests.visiting import Clock, cards_of, page, signed_in, text_of
from tremplin.mentoring import desk, services
from tremplin.mentoring.glances import this_week
from tremplin.mentoring.models import MentorProfile, Pairing
from tremplin.people.models import User
from tremplin.projects import services as projects
from tremplin.projects.models import Project
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.training.models import Audience, JournalEntry, Syllabus


def lines_of(cast: Cast, actor: User, scholar: Scholar, clock: Clock) -> dict[str, tuple[str, str]]:
    found = this_week(actor, cast.cohort, [scholar], now=clock.at)[scholar.pk]
    return {line.label: (line.text, line.href) for line in found}


@pytest.fixture
def scholar(cast: Cast, clock: Clock) -> Scholar:
    """In the second week, with a plan, two posts and a project."""
    clock.at = cast.at("training_starts", days=8)
    scholar = scholar_of(cast)
    plan(scholar, "Tensors", "Back-propagation by hand")
    post(scholar, 1, title="Matrices are maps")
    post(scholar, 2, Audience.DRAFT, title="Not for you yet")
    projects.begin(scholar=scholar, actor=scholar.user, now=clock.at)
    return scholar


def test_the_week_of_a_scholar_on_their_mentors_desk(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    (card, *_others) = cards_of(desk, cast, cast.mentor, clock.at)
    said = {str(label): (text, href) for label, text, href in card.links}
    weeks = cast.cohort.plan.training.weeks if cast.cohort.plan.training else 0
    assert said[f"Plan of week 2 of {weeks}"] == (
        "Back-propagation by hand",
        page(cast, "training:scholar", ref=scholar.ref),
    )
    entry = JournalEntry.objects.get(week=1)
    assert said["Last journal post, of week 1"] == (
        "Matrices are maps",
        page(cast, "training:entry", ref=entry.ref),
    )
    project = Project.objects.get()
    (label,) = [label for label in said if label.startswith("Next milestone, due ")]
    assert said[label][1] == page(cast, "projects:milestone", ref=project.ref, code="proposal")


def test_each_line_is_a_link_that_the_mentor_may_follow(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, pairing = signed_in(cast.mentor), Pairing.objects.get()
    desk_page = text_of(client, page(cast, "desk"))
    pair_page = text_of(client, page(cast, "mentoring:pairing", ref=pairing.ref))
    for text, href in lines_of(cast, cast.mentor, scholar, clock).values():
        for html in (desk_page, pair_page):
            assert f'<a href="{href}" dir="auto">{text}</a>' in html
        assert client.get(href).status_code == 200, href
    assert "Not for you yet" not in desk_page + pair_page


def test_a_long_goal_is_cut_where_it_is_only_glanced_at(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=1)
    scholar = scholar_of(cast)
    plan(scholar, "Attention " * 40)
    (text, _href), *_others = lines_of(cast, cast.mentor, scholar, clock).values()
    assert len(text) <= 140
    assert text.endswith("…")


def test_where_there_is_nothing_yet_it_says_so_and_leads_on(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=1)
    scholar = scholar_of(cast)
    said = [text for text, _href in lines_of(cast, cast.mentor, scholar, clock).values()]
    assert said == ["Nothing is planned for this week", "None is shared yet"]


def test_before_training_there_is_no_week(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=-1)
    assert lines_of(cast, cast.mentor, scholar_of(cast), clock) == {}


def test_an_accepted_project_and_a_pause_name_no_date(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=clock.at)
    scholar.refresh_from_db()
    assert "Next milestone" in lines_of(cast, cast.mentor, scholar, clock)


def test_nobody_else_reads_a_week_here(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    other = crowd(cast, 1, mentored=True)[0]
    stranger = Pairing.objects.get(scholar=other).mentor.user
    for actor in (stranger, cast.reviewer, cast.applicant, cast.stranger):
        assert lines_of(cast, actor, scholar, clock) == {}
    pairing = Pairing.objects.get(scholar=scholar)
    services.end_pairing(pairing=pairing, actor=cast.organiser, reason="Moved", now=clock.at)
    assert lines_of(cast, cast.mentor, scholar, clock) == {}
    assert "This week" not in text_of(
        signed_in(cast.organiser), page(cast, "mentoring:pairing", ref=pairing.ref)
    )


def test_organisers_read_it_on_the_page_of_the_pair_and_scholars_do_not(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    address = page(cast, "mentoring:pairing", ref=Pairing.objects.get().ref)
    speaks(cast.scholar, "en")
    assert "Back-propagation by hand" in text_of(signed_in(cast.organiser), address)
    assert "Back-propagation by hand" not in text_of(signed_in(cast.scholar), address)
    (card, *_others) = cards_of(desk, cast, cast.scholar, clock.at)
    assert card.links == ()


def test_a_programme_without_training_or_projects_says_nothing(
    cast: Cast, scholar: Scholar, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_class = type(cast.cohort.plan)
    monkeypatch.setattr(plan_class, "runs", lambda _plan, stage: stage == "mentoring")
    assert lines_of(cast, cast.mentor, scholar, clock) == {}


def test_a_desk_costs_the_same_with_thirty_scholars(
    cast: Cast, scholar: Scholar, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, address = signed_in(cast.mentor), page(cast, "desk")
    few = queries_of(client, address)
    mentor = MentorProfile.objects.get(user=cast.mentor)
    for one in crowd(cast, 30):
        Pairing.objects.create(scholar=one, mentor=mentor, created_at=cast.at("training_starts", days=-7))
        Syllabus.objects.create(
            scholar=one, weeks=[{"week": 2, "goal": "x"}], saved_at=clock.at, created_at=clock.at
        )
        Project.objects.create(scholar=one, title=one.user.name, created_at=clock.at, saved_at=clock.at)
    assert queries_of(client, address) == few
    assert few <= 15


def test_the_week_speaks_french(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    speaks(cast.mentor, "fr")
    text = text_of(signed_in(cast.mentor), page(cast, "desk"))
    for words in (
        "Plan de la semaine 2 sur ",
        "Dernier billet de journal, semaine 1",
        "Prochain jalon, pour le ",
    ):
        assert words in text, words
