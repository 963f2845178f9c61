"""A form with every kind of question, through the pages: what is typed comes back as it was typed."""

import pytest
from django.test import Client

from tests.applications.conftest import fresh
from tests.cast import PLANS, Cast, gather
from tests.visiting import Clock, hidden, page, signed_in
from tremplin.applications import queries
from tremplin.applications.models import Application

SAID = '{ en = "%s?", fr = "%s ?" }'
KINDS = {
    "born": "date",
    "site": "url",
    "mail": "email",
    "years": "number",
    "tools": "choices",
    "town": "choice",
}


def _options(count: int) -> str:
    return ", ".join(
        f'{{ code = "o{n}", label = {SAID % (f"Option {n}", f"Option {n}")} }}' for n in range(count)
    )


def _question(code: str, kind: str) -> str:
    lines = [f'code = "{code}"', f'kind = "{kind}"', f"label = {SAID % (code, code)}"]
    if kind in {"choices", "choice"}:
        lines.append(f"options = [{_options(3 if kind == 'choices' else 14)}]")
    return "\n".join(["[[application.sections.questions]]", *lines])


def plan() -> str:
    """The small plan with a third section that asks in every other way, and without doors."""
    section = ["[[application.sections]]", 'code = "facts"', f"title = {SAID % ('Facts', 'Faits')}"]
    asked = [_question(code, kind) for code, kind in KINDS.items()]
    text = (PLANS / "small.toml").read_text("utf-8").replace('stages = ["eligibility", ', "stages = [")
    return text.replace(
        "\n[review]\n", "\n" + "\n\n".join(["\n".join(section), *asked]) + "\n\n[review]\n", 1
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(text=plan())


@pytest.fixture
def client(cast: Cast, clock: Clock) -> Client:
    client = signed_in(cast.applicant)
    # Without doors there is nothing to try: the way leads straight to the beginning.
    doors = client.get(page(cast, "applications:eligibility"))
    assert doors.headers["Location"] == page(cast, "applications:start")
    client.post(page(cast, "applications:start"))
    return client


def facts(cast: Cast) -> str:
    return page(cast, "applications:section", section="facts")


def save(cast: Cast, client: Client, **typed: object) -> Application:
    form = hidden(client.get(facts(cast)).content.decode())
    client.post(facts(cast), {**form, **typed})
    return fresh(Application.objects.select_related("cohort").get())


def test_good_answers_of_every_kind_are_kept_and_shown_again(cast: Cast, client: Client) -> None:
    stored = save(
        cast,
        client,
        born_day="3",
        born_month="2",
        born_year="1999",
        site="example.org/me",
        mail="ada@example.org",
        years="1 200",
        tools=["o2", "o0"],
        town="o13",
    )
    assert {code: stored.answers[code] for code in KINDS} == {
        "born": "1999-02-03",
        "site": "https://example.org/me",
        "mail": "ada@example.org",
        "years": "1 200",
        "tools": ["o2", "o0"],
        "town": "o13",
    }
    text = client.get(f"{facts(cast)}?problems=all").content.decode()
    assert "There is a problem" not in text
    for kept in ('value="1999"', 'value="https://example.org/me"', 'value="1 200"', 'value="o13" selected'):
        assert kept in text
    assert text.count(" checked") == 2
    check = client.get(page(cast, "applications:check")).content.decode()
    for said in ("3 February 1999", "1,200", "Option 2?<br>Option 0?", "Option 13?"):
        assert said in check


def test_bad_answers_of_every_kind_are_kept_shown_as_typed_and_named(cast: Cast, client: Client) -> None:
    stored = save(
        cast,
        client,
        born_day="31",
        born_month="2",
        born_year="99",
        site="my site",
        mail="ada@",
        years="3o",
        tools=["o9"],
        town="elsewhere",
    )
    assert stored.answers["born"] == "99-02-31"
    assert stored.answers["years"] == "3o"
    text = client.get(f"{facts(cast)}?problems=wrong").content.decode()
    for kept in ('value="31"', 'value="99"', 'value="my site"', 'value="ada@"', 'value="3o"'):
        assert kept in text
    for code in ("mail", "site", "years", "town", "tools_0", "born_day"):
        assert f'href="#id_{code}"' in text, code


def test_emptying_an_answer_empties_it(cast: Cast, client: Client) -> None:
    save(cast, client, years="4", tools=["o1"])
    stored = save(cast, client, years="", tools=[])
    assert stored.answers["years"] == ""
    assert stored.answers["tools"] == []
    own = queries.own_application(cast.applicant, cast.cohort)
    assert own is not None
    assert stored.progress == own.progress


def test_an_address_is_never_shown_to_reviewers_whatever_the_programme_forgot_to_mark(
    cast: Cast, client: Client
) -> None:
    text = client.get(facts(cast)).content.decode()
    assert text.count("Organisers alone see this; reviewers do not.") == 1
