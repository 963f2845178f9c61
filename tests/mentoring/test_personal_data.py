import json

from tests.cast import Cast, enrol
from tests.mentoring.world import offer, pair, send
from tremplin.mentoring import services
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, keepings


def keeping() -> Keeping:
    return next(row for row in keepings() if row.app == "mentoring")


def told(user: User) -> str:
    return json.dumps(keeping().export(user), default=str)


def test_each_side_takes_their_own_answers_and_never_the_other_s(cast: Cast) -> None:
    pairing = pair(cast)
    now = cast.at("training_starts", weeks=2)
    send(pairing, cast.scholar, now, note="Words of the scholar")
    send(pairing, cast.mentor, now, note="Words of the mentor")
    assert "Words of the scholar" in told(cast.scholar)
    assert "Words of the mentor" not in told(cast.scholar)
    assert "Words of the mentor" in told(cast.mentor)
    assert "Words of the scholar" not in told(cast.mentor)
    assert [len(keeping().reasons(user)) for user in (cast.scholar, cast.mentor, cast.organiser)] == [1, 1, 0]


def test_offers_and_wishes_come_along(cast: Cast) -> None:
    offer(cast, about="I like birds.")
    assert "I like birds." in told(cast.mentor)
    scholar = enrol(cast)
    services.save_wish(
        scholar=scholar,
        actor=cast.scholar,
        topics=[],
        languages=["fr"],
        note="Quelqu’un de patient.",
        expected_version=0,
        now=cast.at("training_starts"),
    )
    assert keeping().export(cast.scholar)["wishes"][0]["note"] == "Quelqu’un de patient."
    assert keeping().reasons(cast.scholar) == []
