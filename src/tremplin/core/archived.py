"""What a backup says of people, sealed value by value, so that erasing somebody reaches into every backup.

Numbers, dates and states stand in a backup as they are. Whatever people wrote, or were called, stands in it sealed,
each value with a key of its own that is in no backup (`core.keyring`). Which columns those are is declared by the
room that keeps them (`declare`, in its `personal_data`); a test asks of every column that can hold text which of the
two it is.

A backup is always an SQLite file, also of a PostgreSQL database. `seal` changes such a copy, `reopen` changes it
back. The copy itself says which of its columns are sealed, so that a newer version opens what an older one wrote.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from tremplin.core.keyring import Keyring, place_of

_HEAD: Final = b"\0TS1"
_PLACE, _NONCE, _ROWS = 8, 12, 2000
_DROP: Final = "\0drop"
EMPTIED = ("cache", "django_session", "people_signin")
"""Tables that a copy leaves empty: made again, or worth nothing once everybody has to sign in anew."""
_NOTHING = frozenset({"", "{}", "[]", "null", '""', "—", "—\n", b""})
"""What says nothing: empty, or the dash that stands where something was erased."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """A sealed column. `row`: the column that tells its rows apart; `blank`: what stands in it once a key is gone.

    `owner`: for rows that have no reference of their own, the column that leads to one who has, and in which table.
    Numbers are given again after a restore, references never; a key must not pass to somebody else's row.
    """

    table: str
    row: str
    name: str
    blank: str
    owner: str = ""
    owners: str = ""

    def place(self, row: object, owner: object) -> bytes:
        return place_of(self.table, f"{row}/{owner}" if self.owner else row, self.name)

    def stands_in(self, row: object) -> str:
        return self.blank.replace("{row}", str(row)).replace("{ROW}", str(row).upper())


@dataclass(slots=True)
class Opened:
    """How many values could be read again, and how many have lost their key."""

    opened: int = 0
    lost: int = 0


_declared: dict[type[models.Model], dict[str, str]] = {}


def declare(model: type[models.Model], *names: str, drop: str = "", **blanks: str) -> None:
    """Say which fields of `model` hold what people wrote or are called.

    A row whose field `drop` has lost its key goes: without it the row is worth nothing.

    `blanks` gives, for a field that cannot be empty, what stands there once the key is gone, “{row}” or “{ROW}” in
    it for the row's reference. What is empty, or erased to a dash, is not sealed, and its key is not needed.
    """
    said = {**{name: _blank(model, name) for name in names}, **blanks, **({drop: _DROP} if drop else {})}
    _declared[model] = said


def declared() -> Mapping[type[models.Model], Mapping[str, str]]:
    """Every field that is declared, with what stands there once the key is gone."""
    return _declared


def _blank(model: type[models.Model], name: str) -> str:
    found = model._meta.get_field(name)
    if not isinstance(found, models.JSONField):
        return ""
    return "[]" if found.default is list else "{}"


def seal(path: Path, ring: Keyring) -> set[bytes]:
    """Seal what people wrote in the SQLite file at `path`; the places that say something."""
    needed: set[bytes] = set()
    with _changing(path) as copy:
        copy.execute(
            "CREATE TABLE tremplin_sealed (tbl TEXT, row TEXT, col TEXT, blank TEXT, owner TEXT, owners TEXT)"
        )
        tables = _tables(copy)
        for table in tables.intersection(EMPTIED):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a name of ours)
        for column in _columns():
            if column.table in tables:
                needed |= _seal_column(copy, column, ring)
                copy.execute("INSERT INTO tremplin_sealed VALUES (?, ?, ?, ?, ?, ?)", astuple(column))
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("VACUUM")  # pages that were given up still hold what stood in them
    return needed


def reopen(path: Path, ring: Keyring) -> Opened:
    """Put back what can be read in the SQLite file at `path`, and blanks for the rest."""
    told = Opened()
    with _changing(path) as copy:
        if "tremplin_sealed" not in _tables(copy):
            return told
        for row in copy.execute("SELECT * FROM tremplin_sealed").fetchall():
            _open_column(copy, _Column(*row), ring, told)
        copy.execute("DROP TABLE tremplin_sealed")
    return told


def seal_file(content: bytes, place: bytes, ring: Keyring) -> bytes:
    """The content of a person's file, sealed with the key of `place`."""
    return _sealed(content, ring.need(place), place)


def open_file(content: bytes, place: bytes, ring: Keyring) -> bytes | None:
    """What was sealed for `place`; None when its key is gone, and the content itself when it never was."""
    if not content.startswith(_HEAD):
        return content
    found = _unsealed(content, ring, place)
    return found.encode() if isinstance(found, str) else found


def _columns() -> Iterator[_Column]:
    for model, names in _declared.items():
        for name, blank in names.items():
            column = next(known.column for known in model._meta.concrete_fields if known.name == name)
            yield _Column(model._meta.db_table, _identity(model), str(column), blank, *_owner(model))


def _identity(model: type[models.Model]) -> str:
    return "ref" if _has_reference(model) else str(model._meta.pk.column)


def _has_reference(model: type[models.Model]) -> bool:
    return any(known.name == "ref" for known in model._meta.concrete_fields)


def _owner(model: type[models.Model]) -> tuple[str, str]:
    """The column that leads from a row without a reference to one that has one, and the table of that."""
    if _has_reference(model):
        return "", ""
    for known in model._meta.concrete_fields:
        other = known.related_model
        if isinstance(other, type) and not known.null and _has_reference(other):
            return str(known.column), other._meta.db_table
    return "", ""


@contextmanager
def _changing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a copy that nobody else has open. Triggers and checks of the living are not for it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=MEMORY")
        copy.execute("PRAGMA ignore_check_constraints=ON")
        copy.execute("BEGIN")
        triggers = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            copy.execute(f'DROP TRIGGER "{name}"')
        yield copy
        for _name, sql in triggers:
            copy.execute(sql)
        copy.execute("COMMIT")


def _tables(copy: sqlite3.Connection) -> set[str]:
    return {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _rows(copy: sqlite3.Connection, column: _Column, where: str = "1") -> Iterator[list[Row]]:
    """Row, owner and value of every row, some at a time: a cursor does not live through changes of its own table."""
    table, key, owner = f'"{column.table}"', f'"{column.row}"', "NULL"
    if column.owner:
        owner = f'(SELECT o.ref FROM "{column.owners}" o WHERE o.id = {table}."{column.owner}")'  # noqa: S608 (names of our models)
    start = f'SELECT {key}, {owner}, "{column.name}" FROM {table} WHERE {where} '  # noqa: S608 (names of our models)
    rest = f"ORDER BY {key} LIMIT {_ROWS}"
    rows = copy.execute(start + rest).fetchall()
    while rows:
        yield rows
        rows = copy.execute(f"{start}AND {key} > ? {rest}", (rows[-1][0],)).fetchall()


def _seal_column(copy: sqlite3.Connection, column: _Column, ring: Keyring) -> set[bytes]:
    needed = set()
    for rows in _rows(copy, column):
        sealed = []
        for row, owner, value in rows:
            if value is None or value in _NOTHING or value == column.stands_in(row):
                continue
            place = column.place(row, owner)
            needed.add(place)
            sealed.append((_sealed(value, ring.need(place), place), row))
        _write(copy, column, sealed)
    return needed


def _open_column(copy: sqlite3.Connection, column: _Column, ring: Keyring, told: Opened) -> None:
    for rows in _rows(copy, column, where=f"typeof(\"{column.name}\") = 'blob'"):
        found, gone = [], []
        for row, owner, value in rows:
            if not value.startswith(_HEAD):
                continue
            text = _unsealed(value, ring, column.place(row, owner))
            told.opened += text is not None
            told.lost += text is None
            if text is None and column.blank == _DROP:
                gone.append((row,))
            else:
                found.append((column.stands_in(row) if text is None else text, row))
        _write(copy, column, found)
        copy.executemany(f'DELETE FROM "{column.table}" WHERE "{column.row}" = ?', gone)  # noqa: S608 (names of our models)


def _write(copy: sqlite3.Connection, column: _Column, values: Iterable[Row]) -> None:
    change = f'UPDATE "{column.table}" SET "{column.name}" = ? WHERE "{column.row}" = ?'  # noqa: S608 (names of our models)
    copy.executemany(change, values)


def _sealed(value: str | bytes, key: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    kind, plain = (b"t", value.encode()) if isinstance(value, str) else (b"b", value)
    packed = kind + zlib.compress(plain, 6)  # what is sealed cannot be packed any more
    return _HEAD + place + nonce + AESGCM(key).encrypt(nonce, packed, place)


def _unsealed(value: bytes, ring: Keyring, place: bytes) -> str | bytes | None:
    start = len(_HEAD) + _PLACE
    key = ring.key(place)
    if key is None or value[len(_HEAD) : start] != place:
        return None
    try:
        packed = AESGCM(key).decrypt(value[start : start + _NONCE], value[start + _NONCE :], place)
    except InvalidTag:
        return None  # a key of the same place that was made after the first one went
    plain = zlib.decompress(packed[1:])
    return plain.decode() if packed[:1] == b"t" else plain
