"""kill -9 of web, jobs, keeper, worker and whole server while people submit, on the configured database.

Twenty kills in the suite, a hundred in `make soak`, as many as TREMPLIN_KILLS says where it is set.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest
from bench import kill
from bench.installation import Installation


@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=pytest.mark.soak)])
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(tmp_path: Path, kills: int) -> None:
    kills = int(os.environ.get("TREMPLIN_KILLS", kills))
    books = kill.fire(tmp_path, kills=kills, pace=0.3 if kills <= 20 else 1.0)
    assert books.figures["kills"] >= kills
    assert books.figures["acknowledged"] >= kills  # people were submitting all the while
    assert {name: count for name, count in books.faults.items() if count} == {}


class Ledger:
    """Stands for an installation whose rows are known."""

    server_url = "postgresql://"

    def __init__(
        self, data: Path, stored: list[str], effects: list[str], mails: list[str], positions: list[int]
    ) -> None:
        self.data, self.positions = data, positions
        self.tables: dict[str, list[str]] = {"bench_site_submission": stored, "bench_site_effect": effects}
        (data / "mail").mkdir()
        for number, key in enumerate(mails):
            (data / "mail" / f"{number}.eml").write_text(
                f"To: a@example.org\nSubject: Received {key}\n\nText"
            )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        if "position" in statement:
            return [(position,) for position in self.positions]
        return [(key,) for key in self.tables[statement.rsplit(" ", 1)[1]]]

    def count(self, statement: str) -> int:
        return 0


@pytest.mark.parametrize(
    ("stored", "effects", "mails", "positions", "fault"),
    [
        (["a"], ["a"], ["a"], [1], "lost_writes"),
        (["a", "b", "b"], ["a", "b"], ["a", "b"], [1, 2, 3], "doubled_writes"),
        (["a", "b"], ["a"], ["a", "b"], [1, 2], "lost_jobs"),
        (["a", "b"], ["a", "b", "b"], ["a", "b"], [1, 2], "doubled_jobs"),
        (["a", "b"], ["a", "b"], ["a"], [1, 2], "lost_mails"),
        (["a", "b"], ["a", "b"], ["a", "b", "b"], [1, 2], "doubled_mails"),
        (["a", "b"], ["a", "b"], ["a", "b"], [1, 3], "broken"),
    ],
)
def test_the_comparison_of_the_books_finds_each_fault(
    tmp_path: Path, stored: list[str], effects: list[str], mails: list[str], positions: list[int], fault: str
) -> None:
    books = kill.Books(acknowledged={"a", "b"}, killed=Counter(web=1))
    kill.compare(cast(Installation, Ledger(tmp_path, stored, effects, mails, positions)), books)
    assert {name for name, count in books.faults.items() if count} == {fault}
