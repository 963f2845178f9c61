from datetime import datetime
from functools import partial

import pytest

from tests.cast import PLANS, Cast, enrol, gather
from tests.visiting import cards_of, page
from tremplin.core.errors import Conflict
from tremplin.core.outbox.models import OutboxMessage
from tremplin.projects import desk, rounds, services
from tremplin.projects.models import Project
from tremplin.projects.plan import plan_of
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar

cards = partial(cards_of, desk)


def hand_in(cast: Cast, project: Project, now: datetime) -> None:
    services.hand_in(
        project=project, code="proposal", body="Done", expected_version=0, actor=cast.scholar, now=now
    )


def test_a_project_is_asked_for_when_training_has_begun(cast: Cast, scholar: Scholar) -> None:
    assert cards(cast, cast.scholar, cast.at("training_starts", days=-1)) == []
    (card,) = cards(cast, cast.scholar, cast.at("training_starts", days=1))
    assert card.href == page(cast, "projects:mine")


def test_a_milestone_stands_on_the_desk_from_two_weeks_before(cast: Cast, project: Project) -> None:
    assert cards(cast, cast.scholar, cast.at("training_starts", weeks=3)) == []
    (card,) = cards(cast, cast.scholar, cast.at("training_starts", weeks=5))
    assert (str(card.title), card.urgency, card.due) == (
        "Proposal",
        "soon",
        cast.at("training_starts", weeks=6),
    )
    (card,) = cards(cast, cast.scholar, cast.at("training_starts", weeks=7))
    assert card.urgency == "now"


def test_who_pauses_is_asked_nothing(cast: Cast, project: Project, scholar: Scholar) -> None:
    now = cast.at("training_starts", weeks=5)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    assert cards(cast, cast.scholar, now) == []


def test_the_mentor_answers_and_the_organiser_hears_of_it_after_a_week(cast: Cast, project: Project) -> None:
    now = cast.at("training_starts", weeks=5)
    assert cards(cast, cast.mentor, now) == []
    hand_in(cast, project, now)
    (card,) = cards(cast, cast.mentor, now)
    assert card.href == page(cast, "projects:milestone", ref=project.ref, code="proposal")
    assert cards(cast, cast.organiser, now) == []
    (card,) = cards(cast, cast.organiser, cast.at("training_starts", weeks=6, days=1))
    assert (card.urgency, str(card.title)) == ("now", "Milestones without an answer")
    assert cards(cast, cast.observer, now) == []


def test_a_programme_without_projects_has_no_cards_and_no_rounds(db: None) -> None:
    text = (PLANS / "small.toml").read_text("utf-8").replace('"projects", "showcase", ', "")
    start, end = text.index("[project]"), text.index("[impact]")
    cast = gather(text=text[:start] + text[end:])
    enrol(cast)
    now = cast.at("training_starts", weeks=5)
    rounds.milestones(cohort=cast.cohort, now=now)
    assert not OutboxMessage.objects.filter(kind="milestone-due").exists()
    assert cards(cast, cast.scholar, now) == []
    with pytest.raises(Conflict, match="no projects"):
        plan_of(cast.cohort)
