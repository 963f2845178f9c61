"""Whoever lives where no stipend can be paid reads it at the field, before they write for an hour."""

import pytest

from tests.applications.conftest import ELIGIBLE
from tests.cast import PLANS, Cast, cohort_of, person
from tests.visiting import Clock, hidden, signed_in, text_of
from tremplin.applications import services
from tremplin.programmes import file
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort

pytestmark = pytest.mark.django_db
LINE = "The stipend cannot be paid to this country at present."


@pytest.fixture
def barred(cast: Cast, clock: Clock) -> Cohort:
    text = (PLANS / "small.toml").read_text("utf-8")
    text = text.replace("[stipend]\n", '[stipend]\nunpayable = ["KP", "CU"]\n', 1)
    cohort = cohort_of("barred", person("Bea Barred"), text=text)
    services.start(cohort=cohort, applicant=cast.applicant, eligibility=ELIGIBLE, now=clock.at)
    return cohort


def test_the_countries_stand_at_the_question_for_all(cast: Cast, barred: Cohort) -> None:
    client, page = signed_in(cast.applicant), cohort_url(barred, "applications:section", section="you")
    text = text_of(client, page)
    assert "The stipend cannot be paid to: Cuba, North Korea." in text
    line = text.split('<p class="notice notice--warn"')[1].split("</p>")[0]
    assert 'data-show-if="country" data-show-for="KP CU" hidden' in line
    assert "show-if.js" in text
    assert "La bourse ne peut pas être versée dans ces pays\u00a0: Corée du Nord, Cuba." in text_of(
        client, page, lang="fr"
    )


def test_whoever_has_chosen_one_reads_the_line_without_script_and_is_kept_from_nothing(
    cast: Cast, barred: Cohort
) -> None:
    client, page = signed_in(cast.applicant), cohort_url(barred, "applications:section", section="you")
    form = hidden(text_of(client, page))
    saved = client.post(page, {**form, "full_name": "Ada", "country": "CU", "coded_before": "no"})
    assert saved.headers["Location"] == cohort_url(barred, "applications:section", section="essays")
    text = text_of(client, page)
    assert LINE in text.split('data-show-for="KP CU">')[1]
    assert "You may apply all the same" in text
    client.post(page, {**hidden(text), "full_name": "Ada", "country": "SN", "coded_before": "no"})
    assert 'data-show-for="KP CU" hidden' in text_of(client, page)


def test_the_call_names_them_before_anybody_begins(barred: Cohort, cast: Cast) -> None:
    address = cohort_url(barred, "programmes:call")
    assert "It cannot be paid to: Cuba, North Korea." in text_of(signed_in(cast.stranger), address)
    assert "Elle ne peut pas être versée dans ces pays\u00a0: Corée du Nord, Cuba." in text_of(
        signed_in(cast.stranger), address, lang="fr"
    )


def test_where_everybody_can_be_paid_nothing_is_said(cast: Cast, clock: Clock) -> None:
    services.start(cohort=cast.cohort, applicant=cast.applicant, eligibility=ELIGIBLE, now=clock.at)
    page = cohort_url(cast.cohort, "applications:section", section="you")
    assert "cannot be paid" not in text_of(signed_in(cast.applicant), page)
    assert "cannot be paid" not in text_of(
        signed_in(cast.stranger), cohort_url(cast.cohort, "programmes:call")
    )


def test_a_country_that_does_not_exist_is_refused_in_the_file() -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    with pytest.raises(file.BrokenFile, match="ISO 3166"):
        file.read(text.replace("[stipend]\n", '[stipend]\nunpayable = ["XQ"]\n', 1))
