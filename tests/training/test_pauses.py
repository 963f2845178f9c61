"""A pause does not count as weeks of training, and nobody asks for a journal meanwhile."""

from tests.cast import Cast, enrol
from tremplin.programmes.roles import roles_of
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.training import desk, queries


def test_weeks_stand_still_in_a_pause_and_go_on_after_it(cast: Cast) -> None:
    scholar = enrol(cast)
    began = cast.at("training_starts", weeks=2, days=1)
    assert queries.week_now(scholar, cast.cohort, now=began) == 3
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=began)
    held = Scholar.objects.get()
    held.cohort = cast.cohort
    later = cast.at("training_starts", weeks=6)
    assert queries.week_now(held, cast.cohort, now=later) == 3
    cards = desk.cards(
        cohort=cast.cohort, actor=cast.scholar, roles=roles_of(cast.scholar, cast.cohort), now=later
    )
    assert cards == []
    back = selection.resume_scholar(scholar=held, actor=cast.organiser, now=later)
    assert queries.week_now(back, cast.cohort, now=cast.at("training_starts", weeks=7)) == 4
