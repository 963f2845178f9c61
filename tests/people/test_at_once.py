"""The same link, the same code, the same limit, many times at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from tests.at_once import together
from tests.people.conftest import Post
from tremplin.core import limits
from tremplin.core.errors import Invalid
from tremplin.people.models import MailedKey, User
from tremplin.people.services import entry

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
ADDRESS = "ada@example.org"


def ask() -> MailedKey:
    return entry.ask_for_link(address=ADDRESS, origin="192.0.2.1", next_url="", language="en", now=NOW)


def read_rows(name: str) -> list[tuple[object, ...]]:
    """Rows as the threads left them: on SQLite this thread still looks at the database before the copy."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(name)
        return list(cursor.fetchall())


def test_a_link_opened_many_times_at_once_lets_one_in(post: Post, on_disk: Callable[[], None]) -> None:
    ask()
    link = post.newest().link.split("/")[-2]
    on_disk()
    results = together([lambda: entry.use_link(link=link, now=NOW)] * 8)
    let_in = [result for result in results if isinstance(result, tuple)]
    assert len(let_in) == 1, results
    assert all(isinstance(result, entry.LinkGone) for result in results if result not in let_in), results


def test_many_wrong_codes_at_once_are_no_more_than_five_attempts(
    post: Post, on_disk: Callable[[], None]
) -> None:
    key = ask()
    wrong = f"{(int(post.newest().code) + 1) % 10**6:06d}"
    on_disk()
    results = together([lambda: entry.use_code(refs=[key.ref], typed=wrong, now=NOW)] * 12)
    texts = [str(result) for result in results if isinstance(result, Invalid)]
    assert len(texts) == len(results), results
    assert sum("This is not the code" in text for text in texts) <= 5
    assert read_rows("SELECT wrong_codes FROM people_mailedkey") == [(5,)]


def test_a_limit_holds_for_many_at_once(on_disk: Callable[[], None]) -> None:
    rate = limits.Rate("at-once", burst=3, refill=timedelta(minutes=3))
    limits.take(rate, "warm", now=NOW)
    on_disk()
    results = together([lambda: limits.take(rate, "ada", now=NOW)] * 10)
    assert results.count(timedelta(0)) == 3, results


def test_two_links_of_one_newcomer_make_one_person(post: Post, on_disk: Callable[[], None]) -> None:
    ask()
    ask()
    links = [mail.link.split("/")[-2] for mail in post.all()]
    on_disk()
    results = together([partial(entry.use_link, link=link, now=NOW) for link in links])
    assert any(isinstance(result, tuple) for result in results), results
    assert read_rows("SELECT count(*) FROM people_user") == [(1,)]
    assert User._meta.db_table == "people_user"
