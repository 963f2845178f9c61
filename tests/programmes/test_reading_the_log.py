"""The log with names, filters and a file: as far as its reader may see them."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from tests.cast import OPENS, Cast, enrol, person
from tests.visiting import content_of, page, signed_in, text_of
from tremplin.applications.models import Application
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes import services
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role

LOG, EXPORT = "programmes:log", "programmes:log-export"


@pytest.fixture
def organiser(cast: Cast) -> Client:
    return signed_in(cast.organiser)


def application_of(cast: Cast, user: User | None = None) -> Application:
    """An application as it stands in the log: begun, and nothing more."""
    user = user or cast.applicant
    at = cast.at("call_opens", days=1)
    services.grant(user=user, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=at)
    row = Application.objects.create(cohort=cast.cohort, applicant=user, saved_at=at, created_at=at)
    log(cohort=cast.cohort, actor=user, verb="applications.started", subject=row, now=at)
    return row


def told(cast: Cast, at: datetime, *, actor: User | None = None, **data: object) -> AuditEvent:
    return log(cohort=cast.cohort, actor=actor, verb="stipends.planned", subject=cast.cohort, now=at, **data)


def rows_of(answer: HttpResponseBase) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(answer).decode("utf-8-sig"))))


def test_things_have_the_name_of_whom_they_are_about(cast: Cast, organiser: Client) -> None:
    row = application_of(cast)
    scholar = enrol(cast)
    told(cast, OPENS, scholar=scholar.ref)
    html = text_of(organiser, page(cast, LOG))
    assert f'<span dir="auto">Ada Applicant</span> <a href="?about={row.ref}">' in html
    assert "<dt>scholar</dt><dd>Sami Scholar</dd>" in html
    assert "<dt>role</dt><dd>applicant</dd>" in html
    assert "<dt>role</dt><dd>candidat·e</dd>" in text_of(organiser, page(cast, LOG), lang="fr")


def test_an_observer_reads_the_names_of_staff_alone(cast: Cast) -> None:
    row = application_of(cast)
    html = text_of(signed_in(cast.observer), page(cast, LOG))
    assert "Olive Organiser" in html
    assert "Rita Reviewer" in html
    assert "Ada Applicant" not in html
    assert cast.applicant.email not in html
    assert "an applicant or a scholar" in html
    assert row.ref in html
    found = signed_in(cast.observer).get(page(cast, LOG), {"who": "ada"})
    assert "Nothing fits" in found.content.decode()


def test_whoever_was_erased_has_a_reference_and_no_name(cast: Cast, organiser: Client) -> None:
    gone = person("Gone Tomorrow")
    told(cast, OPENS, actor=gone)
    gone.delete()
    assert gone.ref.upper() in text_of(organiser, page(cast, LOG))


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"begins": "2027-05-03"}, {3, 4}),
        ({"ends": "2027-05-03"}, {2, 3}),
        ({"begins": "2027-05-03", "ends": "2027-05-03"}, {3}),
        ({"begins": "2027-06-01"}, set()),
    ],
)
def test_days_are_those_of_the_cohort_and_both_ends_count(
    cast: Cast, organiser: Client, asked: dict[str, str], days: set[int]
) -> None:
    zone = cast.cohort.plan.cohort.time_zone
    assert zone == "Europe/Paris"
    for day in (2, 3, 4):  # half an hour after midnight in Paris, the evening before in UTC
        told(cast, datetime(2027, 5, day, tzinfo=UTC) - timedelta(hours=1, minutes=30), day=day)
    answer = organiser.get(page(cast, LOG), {**asked, "deed": "stipends.planned"})
    assert {row.event.data["day"] for row in answer.context["rows"]} == days


def test_days_that_cannot_be_read_filter_nothing_and_say_so(cast: Cast, organiser: Client) -> None:
    html = text_of(organiser, page(cast, LOG), begins="yesterday")
    assert "Write a day such as 2027-01-31." in html
    assert "Cohort set up" in html
    html = text_of(organiser, page(cast, LOG), begins="2027-05-03", ends="2027-05-01")
    assert "This day lies before the first one." in html


def test_roles_that_the_programme_gave_by_itself_can_be_hidden(cast: Cast, organiser: Client) -> None:
    application_of(cast)
    answer = organiser.get(page(cast, LOG), {"routine": "hide"})
    events = [row.event for row in answer.context["rows"]]
    assert not [event for event in events if event.verb == "programmes.role-granted" and not event.actor]
    assert [event for event in events if event.verb == "programmes.role-granted" and event.actor]
    assert "applications.started" in {event.verb for event in events}


def test_deeds_are_chosen_one_by_one_or_by_stage_and_people_by_name_or_reference(
    cast: Cast, organiser: Client
) -> None:
    application_of(cast)

    def verbs(**asked: str) -> set[str]:
        return {row.event.verb for row in organiser.get(page(cast, LOG), asked).context["rows"]}

    assert verbs(deed="applications.started") == {"applications.started"}
    assert verbs(deed="applications") == {"applications.started"}
    assert verbs(who="Ada") == verbs(who=cast.applicant.ref.upper()) == {"applications.started"}
    html = text_of(organiser, page(cast, LOG))
    assert '<optgroup label="Applications">' in html
    assert "Application begun" in html


def test_a_file_holds_what_the_filters_find_and_the_log_says_who_took_it(
    cast: Cast, organiser: Client
) -> None:
    application_of(cast)
    answer = organiser.post(page(cast, EXPORT), {"deed": "applications", "who": "Ada"})
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="log-small-2027.csv"'
    [row] = rows_of(answer)
    assert row["who"] == row["about"] == "Ada Applicant"
    assert row["code"] == "applications.started"
    noted = AuditEvent.objects.get(verb="programmes.log-exported")
    assert noted.actor == cast.organiser.ref
    assert noted.data == {"rows": 1, "filters": {"deed": "applications", "one_person": True}}


def test_a_whole_file_lets_anybody_follow_the_chain(cast: Cast, organiser: Client) -> None:
    before = AuditEvent.objects.filter(scope=cast.cohort.scope).count()
    rows = rows_of(organiser.post(page(cast, EXPORT)))
    assert [int(row["entry"]) for row in rows] == list(range(1, before + 1))
    assert {row["digest"] for row in rows} == set(
        AuditEvent.objects.filter(scope=cast.cohort.scope, position__lte=before).values_list(
            "digest", flat=True
        )
    )


def test_no_name_is_run_as_a_formula_by_a_spreadsheet(cast: Cast, organiser: Client) -> None:
    application_of(cast, person('=HYPERLINK("https://example.org")'))
    row = rows_of(organiser.post(page(cast, EXPORT), {"deed": "applications"}))[0]
    assert row["who"].startswith("'=HYPERLINK")


def test_an_observer_takes_nothing_along(cast: Cast) -> None:
    client = signed_in(cast.observer)
    assert "Take these lines with you" not in text_of(client, page(cast, LOG))
    assert client.post(page(cast, EXPORT)).status_code == 403
    assert not AuditEvent.objects.filter(verb="programmes.log-exported").exists()


def test_the_log_asks_the_database_as_often_for_one_deed_as_for_thirty(
    cast: Cast, organiser: Client, queries_of: Callable[[Client, str], int]
) -> None:
    application_of(cast)
    one = queries_of(organiser, page(cast, LOG))
    for number in range(30):
        application_of(cast, person(f"Petra Person {number}"))
    scholar = enrol(cast)
    told(cast, OPENS, scholar=scholar.ref)
    assert queries_of(organiser, page(cast, LOG)) == one
    assert one <= 15
