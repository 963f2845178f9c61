"""The cohort's navigation names what the programme has, for those who may go there."""

from tests.cast import PLANS, Cast, gather
from tests.mentoring.world import page, signed_in


def nav_of(cast: Cast, who: str) -> str:
    text = signed_in(getattr(cast, who)).get(page(cast, "desk"), {"lang": "en"}).content.decode()
    return text.split('class="site-nav"', 1)[1].split("</nav>", 1)[0]


def test_each_role_is_led_to_its_own_pages(cast: Cast) -> None:
    assert page(cast, "mentoring:offer") in nav_of(cast, "mentor")
    assert page(cast, "stipends:board") not in nav_of(cast, "mentor")
    assert page(cast, "stipends:board") in nav_of(cast, "finance")


def test_a_stage_that_the_programme_does_not_run_is_not_named(db: None) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    plain = text.replace('"mentoring", "stipends", ', "")
    start, end = plain.index("[mentoring]"), plain.index("[training]")
    cast = gather(text=plain[:start] + plain[end:])
    assert page(cast, "mentoring:pairings") not in nav_of(cast, "organiser")
    assert page(cast, "stipends:board") not in nav_of(cast, "finance")
    assert page(cast, "projects:projects") in nav_of(cast, "organiser")
