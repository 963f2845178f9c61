"""What people wrote, sealed in a copy of the database: none of it can be read, all comes back with its keys."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from tremplin.applications.models import Application, Snapshot
from tremplin.core import archived
from tremplin.core.keyring import Keyring, place_of
from tremplin.people.models import User

ESSAY = "Ich möchte lernen, wie Maschinen lernen – ✓"
ROWS = {
    "applications_application": [
        ("aaaa", "Ada", "ada", '{"motivation": "' + ESSAY + '"}'),
        ("bbbb", "Ben", "ben", "{}"),
        ("cccc", "(CCCC)", "", "{}"),
    ],
    "people_user": [("u1", "Ada", "ada@example.org"), ("u2", "(U2)", "erased-u2@example.invalid")],
}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small database with the tables of two rooms, checks, a unique column and a trigger that refuses changes."""
    chosen = {
        Application: {"name": "({ROW})", "search": "", "answers": "{}"},
        User: {"name": "({ROW})", "email": "erased-{row}@example.invalid"},
        Snapshot: {"answers": "{}"},  # its table is not there: an older version had none
    }
    monkeypatch.setattr(archived, "_declared", chosen)
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute(
            "CREATE TABLE applications_application (id INTEGER PRIMARY KEY, ref TEXT UNIQUE, name varchar(5) NOT NULL, "
            "search TEXT NOT NULL, answers TEXT NOT NULL CHECK (JSON_VALID(answers)))"
        )
        made.execute(
            "CREATE TABLE people_user (id INTEGER PRIMARY KEY, ref TEXT, name TEXT, email TEXT UNIQUE)"
        )
        made.execute("CREATE TABLE elsewhere (id INTEGER PRIMARY KEY, said TEXT)")
        for table, rows in ROWS.items():
            for number, row in enumerate(rows):
                made.execute(
                    f"INSERT INTO {table} VALUES ({', '.join('?' * (len(row) + 1))})", (number, *row)
                )
        made.execute("INSERT INTO elsewhere VALUES (1, 'a rule of the programme')")
        made.execute(
            "CREATE TRIGGER never_changed BEFORE UPDATE ON people_user BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
        made.commit()
    return path


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as read:
        return {
            table: [row[1:] for row in read.execute(f"SELECT * FROM {table} ORDER BY id")] for table in ROWS
        }


def test_nothing_of_what_people_wrote_stands_in_a_sealed_copy_and_all_else_does(copy: Path) -> None:
    needed = archived.seal(copy, Keyring())
    content = copy.read_bytes()
    for word in (ESSAY, "Ada", "ada@", "Ben", "möchte"):
        assert word.encode() not in content
    assert b"a rule of the programme" in content
    assert (
        len(needed) == 7
    )  # three of Ada's application, two of Ben's, two of Ada's account; what is blank needs none


def test_with_the_keys_everything_comes_back_as_it_was(copy: Path) -> None:
    before, ring = rows_of(copy), Keyring()
    archived.seal(copy, ring)
    told = archived.reopen(copy, ring)
    assert (told.opened, told.lost) == (7, 0)
    assert rows_of(copy) == before == ROWS
    with closing(sqlite3.connect(copy)) as read, pytest.raises(sqlite3.IntegrityError, match="never"):
        read.execute("UPDATE people_user SET name = 'Eve'")
    assert archived.reopen(copy, ring).opened == 0  # again, it changes nothing


def test_where_a_key_is_gone_stands_what_stands_for_the_erased_and_the_rest_is_there(copy: Path) -> None:
    ring = Keyring()
    archived.seal(copy, ring)
    for column in ("name", "search", "answers"):
        del ring.keys[place_of("applications_application", "aaaa", column)]
    del ring.keys[place_of("people_user", "u1", "email")]
    told = archived.reopen(copy, ring)
    assert (told.opened, told.lost) == (3, 4)
    found = rows_of(copy)
    assert found["applications_application"] == [
        ("aaaa", "(AAAA)", "", "{}"),
        *ROWS["applications_application"][1:],
    ]
    assert found["people_user"][0] == ("u1", "Ada", "erased-u1@example.invalid")


def test_a_key_that_was_made_anew_opens_nothing_old(copy: Path) -> None:
    ring = Keyring()
    archived.seal(copy, ring)
    place = place_of("people_user", "u1", "name")
    del ring.keys[place]
    ring.need(place)
    assert archived.reopen(copy, ring).lost == 1
    assert rows_of(copy)["people_user"][0][1] == "(U1)"


def test_a_value_that_was_moved_to_another_place_is_not_read_there(copy: Path) -> None:
    ring = Keyring()
    archived.seal(copy, ring)
    with closing(sqlite3.connect(copy, isolation_level=None)) as changed:
        changed.execute("DROP TRIGGER never_changed")
        (theirs,) = changed.execute("SELECT name FROM people_user WHERE ref = 'u1'").fetchone()
        changed.execute("UPDATE applications_application SET search = ? WHERE ref = 'cccc'", (theirs,))
    archived.reopen(copy, ring)
    assert rows_of(copy)["applications_application"][2] == ("cccc", "(CCCC)", "", "{}")


def test_more_rows_than_are_taken_at_once_are_all_sealed_and_opened(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archived, "_ROWS", 2)
    before, ring = rows_of(copy), Keyring()
    assert len(archived.seal(copy, ring)) == 7
    assert archived.reopen(copy, ring).opened == 7
    assert rows_of(copy) == before


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 essay", bytes(range(256)) * 500])
def test_a_file_is_sealed_and_opened_whatever_it_holds(content: bytes) -> None:
    ring, place = Keyring(), place_of("files", "files/2027/01/essay.pdf", "content")
    sealed = archived.seal_file(content, place, ring)
    assert content not in sealed or not content
    assert archived.open_file(sealed, place, ring) == content
    assert archived.open_file(sealed, place, Keyring()) is None
    assert archived.open_file(sealed, place_of("files", "files/other.pdf", "content"), ring) is None
    assert archived.open_file(content, place, ring) == content


def test_a_number_that_is_given_again_does_not_have_the_key_of_who_had_it_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restore numbers begin again where the backup ended; a row without a reference has its owner's."""
    monkeypatch.setattr(archived, "_declared", {EmailAddress: {"email": "erased-{row}@example.invalid"}})
    ring, places = Keyring(), []
    for ref, address in (("ada", "ada@example.org"), ("basil", "basil@example.org")):
        path = tmp_path / f"{ref}.db"
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE people_user (id INTEGER PRIMARY KEY, ref TEXT)")
            made.execute(
                "CREATE TABLE account_emailaddress (id INTEGER PRIMARY KEY, user_id INTEGER, email TEXT)"
            )
            made.execute("INSERT INTO people_user VALUES (7, ?)", (ref,))
            made.execute("INSERT INTO account_emailaddress VALUES (1, 7, ?)", (address,))
            made.commit()
        places.append(archived.seal(path, ring))
    assert places[0].isdisjoint(places[1])


def test_a_row_that_is_worth_nothing_without_its_secret_goes_with_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archived, "_declared", {})
    archived.declare(EmailAddress, drop="email")
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE people_user (id INTEGER PRIMARY KEY, ref TEXT)")
        made.execute(
            "CREATE TABLE account_emailaddress (id INTEGER PRIMARY KEY, user_id INTEGER, email TEXT)"
        )
        made.execute("CREATE TABLE cache (cache_key TEXT, value TEXT)")
        made.execute("INSERT INTO people_user VALUES (1, 'ada'), (2, 'ben')")
        made.execute("INSERT INTO account_emailaddress VALUES (1, 1, 'ada@x'), (2, 2, 'ben@x')")
        made.execute("INSERT INTO cache VALUES ('limit:192.0.2.7', 'x')")
        made.commit()
    ring = Keyring()
    archived.seal(path, ring)
    assert b"192.0.2.7" not in path.read_bytes()
    del ring.keys[place_of("account_emailaddress", "1/ada", "email")]
    assert archived.reopen(path, ring).lost == 1
    with closing(sqlite3.connect(path)) as read:
        assert read.execute("SELECT id, email FROM account_emailaddress").fetchall() == [(2, "ben@x")]
