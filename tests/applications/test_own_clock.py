"""What somebody reads of moments stands on their own clock first, on every page and in every refusal."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tests.applications.conftest import begin, write
from tests.cast import Cast
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.accommodations.services.asking import ask
from tremplin.applications.services import Late
from tremplin.people.models import User
from tremplin.programmes.states import call_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_tokyo(cast: Cast) -> User:
    cast.applicant.time_zone = "Asia/Tokyo"
    cast.applicant.save(update_fields=["time_zone"])
    return cast.applicant


def test_a_save_that_comes_too_late_is_refused_on_the_clock_of_its_writer(
    cast: Cast, clock: Clock, in_tokyo: User
) -> None:
    draft = begin(cast, in_tokyo)
    clock.at = cast.at("call_closes", days=1)
    with pytest.raises(Late) as late:
        write(draft, clock.at)
    assert "(Tokyo)" in str(late.value.message)
    assert "(Paris)" not in str(late.value.message)
    section = page(cast, "applications:section", section="essays")
    answer = signed_in(in_tokyo).post(section, {"_asked": "motivation", "motivation": "Late words."})
    text = unescape(answer.content.decode())
    assert "(Tokyo)" in text.split("<main")[1].split("Late words.")[0]
    assert "Where the programme is:" in text


def test_what_is_asked_in_confidence_too_late_is_refused_on_the_same_clock(
    cast: Cast, clock: Clock, in_tokyo: User
) -> None:
    draft = begin(cast, in_tokyo)
    clock.at = cast.at("call_closes", days=1)
    with pytest.raises(Late, match="Tokyo"):
        ask(application=draft, kinds=["time"], words="More, please.", actor=in_tokyo, once="1", now=clock.at)


def test_the_call_is_read_on_the_clock_of_whoever_is_signed_in(
    cast: Cast, clock: Clock, in_tokyo: User
) -> None:
    clock.at = cast.at("call_opens", days=2)
    for address in (page(cast, "programmes:call"), f"/{cast.cohort.programme.institution.slug}/"):
        text = text_of(signed_in(in_tokyo), address)
        assert "(Tokyo)" in text.split("Apply until", 1)[1][:60]
    text = text_of(signed_in(in_tokyo), page(cast, "programmes:call"))
    assert "Where the programme is:" in text
    assert "Apply until 8 February 2027" in text_of(signed_in(cast.organiser), page(cast, "programmes:call"))


def test_each_sentence_about_the_call_follows_its_reader(cast: Cast, in_tokyo: User) -> None:
    soon = timedelta(hours=1)
    for code, before in (("call_opens", soon), ("call_closes", soon), ("training_ends", soon)):
        state = call_state(cast.cohort, cast.cohort.date(code) - before, in_tokyo)
        assert "(Tokyo)" in str(state.next), code
        assert "(Tokyo)" not in str(call_state(cast.cohort, cast.cohort.date(code) - before).next)


def test_whose_clock_is_not_known_is_told_whose_it_is_and_where_to_choose(cast: Cast, clock: Clock) -> None:
    begin(cast)
    clock.at = cast.at("call_opens", days=2)
    hub = page(cast, "applications:hub")
    text = text_of(signed_in(cast.applicant), hub)
    assert "This is the clock of the programme, since we do not know yours." in text
    assert "Send it before 8 February 2027, end of the day anywhere on Earth, which is" in text
    assert '<a href="/account/details/#id_time_zone">Choose your time zone</a>' in text
    cast.applicant.time_zone = "Asia/Tokyo"
    cast.applicant.save(update_fields=["time_zone"])
    text = text_of(signed_in(cast.applicant), hub)
    assert "Choose your time zone" not in text
    assert "Send it before 9 February 2027, 20:59 (Tokyo)." in text
    assert "Choose your time zone" not in text_of(Client(), page(cast, "programmes:call"))
