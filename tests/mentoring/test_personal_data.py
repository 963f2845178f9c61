from tests.cast import Cast, enrol
from tests.kept import keeping, told
from tests.mentoring.world import offer, pair, send
from tremplin.mentoring import services


def test_each_side_takes_their_own_answers_and_never_the_other_s(cast: Cast) -> None:
    pairing = pair(cast)
    now = cast.at("training_starts", weeks=2)
    send(pairing, cast.scholar, now, note="Words of the scholar")
    send(pairing, cast.mentor, now, note="Words of the mentor")
    assert "Words of the scholar" in told("mentoring", cast.scholar)
    assert "Words of the mentor" not in told("mentoring", cast.scholar)
    assert "Words of the mentor" in told("mentoring", cast.mentor)
    assert "Words of the scholar" not in told("mentoring", cast.mentor)
    assert [
        len(keeping("mentoring").reasons(user)) for user in (cast.scholar, cast.mentor, cast.organiser)
    ] == [1, 1, 0]


def test_offers_and_wishes_come_along(cast: Cast) -> None:
    offer(cast, about="I like birds.")
    assert "I like birds." in told("mentoring", cast.mentor)
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
    assert keeping("mentoring").export(cast.scholar)["wishes"][0]["note"] == "Quelqu’un de patient."
    assert keeping("mentoring").reasons(cast.scholar) == []
