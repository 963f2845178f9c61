"""The board narrows by what people answered, sorts by its headers, and says in its address what it shows."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import TextField, functions
from django.db.models.fields.json import KeyTextTransform
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import begin, fresh, send, write
from tests.applications.crowd import crowd
from tests.applications.test_deeds import excluded
from tests.applications.test_exports import rows_of, taken
from tests.cast import Cast, person
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import queries, services
from tremplin.applications.erasing import let_go
from tremplin.applications.models import Application, Deed
from tremplin.applications.queries.answered import _by_number
from tremplin.applications.rules.picked import of_the_form, picked, veiled
from tremplin.core.models import AuditEvent


def answered(cast: Cast, name: str, **changed: str) -> Application:
    """One that was sent with these answers."""
    now = cast.at("call_opens", days=1)
    return send(write(begin(cast, person(name)), now, full_name=name, **changed), now)


def found(organiser: Client, cast: Cast, **words: str) -> set[str]:
    answer = organiser.get(page(cast, "applications:board"), words)
    assert answer.status_code == 200
    return {row["application"].name for row in answer.context["rows"]}


@pytest.fixture
def three(cast: Cast) -> dict[str, Application]:
    return {
        "Awa": answered(cast, "Awa", country="SN", coded_before="no"),
        "Bo": answered(cast, "Bo", country="ML", coded_before="yes"),
        "Cem": answered(cast, "Cem", country="TR", coded_before="yes"),
    }


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ("country:SN", {"Awa"}),
        ("country:SN country:ML", {"Awa", "Bo"}),
        ("country:SN country:ML coded_before:yes", {"Bo"}),
        ("coded_before:yes", {"Bo", "Cem"}),
        ("coded_before:yes country:SN", set()),
    ],
)
def test_of_one_question_any_answer_will_do_and_of_several_questions_all_must(
    cast: Cast, organiser: Client, three: dict[str, Application], answers: str, names: set[str]
) -> None:
    assert found(organiser, cast, answered=answers) == names


def test_a_draft_is_not_found_by_what_it_says_and_neither_is_what_was_changed_since(
    cast: Cast, organiser: Client
) -> None:
    now = cast.at("call_opens", days=1)
    write(begin(cast, person("Dora")), now, country="SN", full_name="Dora")
    sent = answered(cast, "Eli", country="SN")
    write(fresh(sent), now, country="ML", full_name="Eli")
    assert found(organiser, cast, answered="country:SN") == {"Eli"}
    assert found(organiser, cast, answered="country:ML") == set()
    send(fresh(sent), now)
    assert found(organiser, cast, answered="country:ML") == {"Eli"}


def test_what_was_withdrawn_is_not_found_and_what_was_excluded_is_as_long_as_it_may_be_read(
    cast: Cast, organiser: Client, three: dict[str, Application]
) -> None:
    services.withdraw(application=three["Bo"], actor=three["Bo"].applicant, now=cast.at("call_opens", days=2))
    excluded(cast, [three["Cem"]])
    assert found(organiser, cast, answered="country:ML") == set()
    assert found(organiser, cast, answered="country:TR") == {"Cem"}
    let_go(fresh(three["Awa"]), cast.at("call_opens", days=3))
    assert found(organiser, cast, answered="country:SN") == set()


def test_the_doors_narrow_drafts_too_and_a_figure_by_whether_it_opens_the_door_today(
    cast: Cast, organiser: Client
) -> None:
    for name, hours in (("Ana", "35"), ("Ben", "60")):
        services.start(
            cohort=cast.cohort,
            applicant=person(name),
            eligibility={"adult": "yes", "hours": hours},
            now=cast.at("call_opens", days=1),
        )
    # As if the door had stood lower when the second came, and of another kind when a third did.
    Application.objects.filter(name="Ben").update(eligibility={"adult": "yes", "hours": "1"})
    begin(cast, person("Cleo"))
    Application.objects.filter(name="Cleo").update(eligibility={"adult": "no", "hours": "many"})
    assert found(organiser, cast, door="hours:meets") == {"Ana"}
    assert found(organiser, cast, door="hours:fails") == {"Ben"}
    assert found(organiser, cast, door="hours:fails hours:meets") == {"Ana", "Ben"}
    assert found(organiser, cast, door="adult:yes hours:fails") == {"Ben"}
    assert found(organiser, cast, door="adult:no") == {"Cleo"}


@pytest.mark.parametrize(
    ("at_least", "at_most", "meets"),
    [(35, None, {"35", "40", "100"}), (None, 35, {"0", "9", "34", "35"}), (9, 99, {"9", "34", "35", "40"}),
     (0, None, {"0", "9", "34", "35", "40", "100"}), (100, None, {"100"})],
)  # fmt: skip
def test_figures_are_compared_as_figures_not_as_letters(
    cast: Cast, at_least: int | None, at_most: int | None, meets: set[str]
) -> None:
    figures = {"0", "9", "34", "35", "40", "100"}
    rows = crowd(cast, len(figures) + 2)
    for row, hours in zip(rows, [*sorted(figures), "work", ""], strict=True):
        Application.objects.filter(pk=row.pk).update(
            eligibility={"hours": hours} if hours else {}, name=hours
        )
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "hours"]
    door = door.model_copy(update={"at_least": at_least, "at_most": at_most})
    named = Application.objects.alias(
        hours=functions.Cast(KeyTextTransform("hours", "eligibility"), TextField())
    )
    for answer, wanted in (("meets", meets), ("fails", figures - meets)):
        assert set(_by_number(named, "hours", door, [answer]).values_list("name", flat=True)) == wanted


@pytest.mark.parametrize("words", ["country", "country:XX", "nothing:SN", ":", "country: SN", "x" * 3000])
def test_an_answer_that_the_form_does_not_know_is_no_filter(
    cast: Cast, organiser: Client, three: dict[str, Application], words: str
) -> None:
    assert found(organiser, cast, answered=words, door=words) == {"Awa", "Bo", "Cem"}


def test_choosing_an_answer_leads_to_an_address_that_says_each_filter_once(
    cast: Cast, organiser: Client, three: dict[str, Application]
) -> None:
    board = page(cast, "applications:board")
    answer = organiser.get(
        board,
        {
            "text": "", "state": "submitted", "sort": "name", "answered": "country:SN",
            "answered-country": "ML", "answered-coded_before": "", "door-adult": "yes",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {
        "state": ["submitted"],
        "sort": ["name"],
        "answered": ["country:SN country:ML"],
        "door": ["adult:yes"],
    }
    text = text_of(organiser, answer["Location"])
    assert "Senegal" in text
    assert "Awa" in text
    assert "Cem" not in text


def test_each_filter_is_a_chip_that_removes_itself_and_nothing_else(
    cast: Cast, organiser: Client, three: dict[str, Application]
) -> None:
    answer = organiser.get(
        page(cast, "applications:board"),
        {"answered": "country:SN country:ML", "door": "adult:yes", "state": "submitted", "sort": "name"},
    )
    chips = dict(answer.context["form"].chips())
    assert len(chips) == 4
    [senegal] = [query for words, query in chips.items() if "Senegal" in words]
    assert parse_qs(senegal) == {
        "answered": ["country:ML"], "door": ["adult:yes"], "state": ["submitted"], "sort": ["name"],
    }  # fmt: skip
    [state] = [query for words, query in chips.items() if words == "State: Sent"]
    assert "state" not in parse_qs(state)
    assert "Remove all filters" in answer.content.decode()


def test_the_filter_goes_into_the_export_its_line_in_the_log_and_the_deed(
    cast: Cast, organiser: Client, three: dict[str, Application]
) -> None:
    words = {"answered": "country:SN country:ML", "door": "adult:yes"}
    assert {row["name"] for row in rows_of(taken(organiser, cast, **words))} == {"Awa", "Bo"}
    event = AuditEvent.objects.get(verb="applications.exported")
    assert event.data["filters"] == words
    assert event.data["rows"] == 2
    answer = organiser.post(page(cast, "applications:choose"), {"whom": "all", "deed": "label", **words})
    deed = Deed.objects.get()
    assert deed.rows.count() == 2
    assert deed.filters == words
    assert "Senegal" in text_of(organiser, answer["Location"])
    assert "Senegal" in text_of(organiser, page(cast, "applications:deeds"))
    letter = organiser.post(page(cast, "applications:choose"), {"whom": "all", "deed": "write", **words})
    assert "2 people would get this letter" in text_of(organiser, letter["Location"])


def test_answers_about_a_guarded_attribute_narrow_no_list(cast: Cast) -> None:
    form = cast.cohort.plan.application
    [section] = [section for section in form.sections if section.code == "you"]
    guarded = [
        question.model_copy(update={"attribute": "origin"} if question.code == "country" else {})
        for question in section.questions
    ]
    form = form.model_copy(update={"sections": [section.model_copy(update={"questions": guarded})]})
    assert "country" not in {asked.code for asked in of_the_form(form)}
    assert picked(form, {"country": "SN", "coded_before": "no"}) == {"coded_before:no": 1}


def test_what_a_door_asks_about_a_guarded_attribute_stands_in_no_log(cast: Cast) -> None:
    doors = [
        door.model_copy(update={"attribute": "age"}) if door.code == "adult" else door
        for door in cast.cohort.plan.eligibility
    ]
    assert veiled("adult:no hours:fails", doors) == "adult:… hours:fails"


@pytest.mark.parametrize(
    ("column", "first", "second", "way"),
    [
        ("Who", "name", "-name", "ascending"),
        ("State", "state", "-state", "ascending"),
        ("Answered", "progress", "-progress", "descending"),
        ("Begun", "new", "-new", "descending"),
        ("Saved", "-idle", "idle", "descending"),
        ("Sent", "sent", "-sent", "descending"),
    ],
)
def test_the_headers_sort_both_ways_say_how_and_keep_the_filter(
    cast: Cast,
    organiser: Client,
    three: dict[str, Application],
    column: str,
    first: str,
    second: str,
    way: str,
) -> None:
    board = page(cast, "applications:board")

    def heading(sort: str) -> str:
        text = text_of(organiser, board, sort=sort, answered="coded_before:yes")
        [found] = re.findall(rf'<th scope="col"[^>]*><a class="sort" [^>]*>{column} .*?</th>', text)
        return str(found)

    turned = {"ascending": "descending", "descending": "ascending"}[way]
    other = "state" if column == "Who" else "name"
    assert "aria-sort" not in heading(other)
    assert f"sort={first}" in heading(other)
    assert f'aria-sort="{way}"' in heading(first)
    assert f"sort={second}" in heading(first)
    assert f'aria-sort="{turned}"' in heading(second)
    assert "answered=coded_before%3Ayes" in heading(second)


@pytest.mark.parametrize("sort", list(queries.SORTS))
def test_an_order_and_its_reverse_hold_the_same_rows(cast: Cast, sort: str) -> None:
    crowd(cast, 3, at=cast.at("call_opens", days=2))
    crowd(cast, 3, state="draft")
    rows = list(queries.board(cast.cohort, cast.organiser, queries.BoardFilters(sort=sort)))
    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    other = list(queries.board(cast.cohort, cast.organiser, queries.BoardFilters(sort=turned)))
    assert {row.pk for row in rows} == {row.pk for row in other}
    assert [row.pk for row in rows] != [row.pk for row in other]


def test_the_board_opens_with_the_latest_begun_first_and_says_when_each_began(
    cast: Cast, organiser: Client
) -> None:
    begin(cast, person("Early"), now=cast.at("call_opens", days=1))
    begin(cast, person("Late"), now=cast.at("call_opens", days=3))
    answer = organiser.get(page(cast, "applications:board"))
    assert [row["application"].name for row in answer.context["rows"]] == ["Late", "Early"]
    assert answer.context["columns"]["begun"]["sorted"] == "descending"
    assert 'data-label="Begun"' in answer.content.decode()


def test_the_clock_is_named_once_and_not_after_each_time(cast: Cast, organiser: Client) -> None:
    crowd(cast, 5)
    text = text_of(organiser, page(cast, "applications:board"))
    table = text[text.index("<table") : text.index("</table>")]
    assert table.count("Paris") == 1
    assert "Times: Paris" in table


def test_without_script_a_link_ticks_the_whole_page_and_another_page_is_not_ticked_by_it(
    cast: Cast, organiser: Client
) -> None:
    crowd(cast, 60)
    board = page(cast, "applications:board")
    text = text_of(organiser, board, sort="name")
    assert text.count(' name="rows"') == 50
    assert " checked" not in text
    assert "sort=name&page=1&tick=1#board-title" in text
    ticked = text_of(organiser, board, sort="name", page="1", tick="1")
    assert len(re.findall(r'name="rows" value="[^"]+" checked', ticked)) == 50
    assert " checked" not in text_of(organiser, board, sort="name", page="2", tick="1")


def test_observers_see_numbers_and_nobody(cast: Cast, three: dict[str, Application], clock: Clock) -> None:
    begin(cast, person("Dora Draft"))
    observer = signed_in(cast.observer)
    text = text_of(observer, page(cast, "applications:board"), text="awa", answered="country:SN")
    text = text[text.index("<main") : text.index("</main>")]
    for name, application in three.items():
        assert name not in text
        assert application.ref.upper() not in text
    assert "Dora" not in text
    assert re.search(r"<dt>Sent</dt><dd>3</dd>", text)
    assert re.search(r"<dt>Drafts</dt><dd>1</dd>", text)


def test_a_filtered_board_asks_the_same_number_of_queries_for_one_row_and_for_thirty(
    cast: Cast, organiser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    words = {"answered": "country:SN coded_before:no", "door": "adult:yes hours:meets", "sort": "-sent"}
    answered(cast, "One")
    organiser.get(page(cast, "applications:board"), words)
    with django_assert_max_num_queries(15) as one:
        assert found(organiser, cast, **words) == {"One"}
    for number in range(29):
        answered(cast, f"Person {number}")
    with django_assert_max_num_queries(15) as thirty:
        assert len(found(organiser, cast, **words)) == 30
    assert len(thirty) <= len(one)
