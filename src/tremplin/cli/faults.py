"""What went wrong, in one sentence and a remedy: the one place where faults of the machine get words."""

import errno
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tremplin.web.addresses import without_password


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence, what to do about it, and the exit status."""

    message: str
    remedy: str = ""
    status: int = 1


LONGEST_SHOWN: Final = 120
_SECRET: Final = frozenset({"secret_key"})
_WITH_PASSWORDS: Final = frozenset({"database_url", "smtp_url"})

NOT_MIGRATED: Final = Fault(
    "The database is not ready for this version of Tremplin.",
    "Make a backup if it holds data, then run “tremplin migrate”.",
)
LOCKED: Final = Fault(
    "The database is locked: another program has been writing to it for too long.",
    "Stop that program (perhaps a second Tremplin, or a copy in progress), then try again.",
)
READ_ONLY: Final = Fault(
    "The database cannot be written: its file or its folder is read-only for this account.",
    "Give the account that runs Tremplin write access to the data folder and everything in it.",
)
DISK_FULL: Final = Fault(
    "The disk is full, so nothing more can be saved.",
    "Free some space where the data folder lies, then try again. Nothing that was acknowledged is lost.",
)
NO_DATABASE_FILE: Final = Fault(
    "There is no database file here that can be opened.",
    "A new installation begins with “tremplin migrate”. If this one holds data already, check TREMPLIN_DATA_DIR: "
    "the folder must exist and be readable by the account that runs Tremplin.",
)
DAMAGED: Final = Fault(
    "The database file is damaged or is not a database.",
    "Restore the latest backup with “tremplin restore FILE --replace”; the damaged file is kept aside.",
)
NO_SERVER: Final = Fault(
    "The database server does not answer, or refuses this account.",
    "Check TREMPLIN_DATABASE_URL, and that PostgreSQL is running and accepts connections from here.",
)
NO_DRIVER: Final = Fault(
    "TREMPLIN_DATABASE_URL asks for PostgreSQL, but its driver is not installed.",
    "Install it: pip install 'tremplin[postgres]'.",
)

_NOT_AS_EXPECTED: Final = {
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "a part of this path is a file, not a folder",
    errno.EEXIST: "there is a file where a folder should be",
    errno.ELOOP: "its links lead in a circle",
    errno.ENAMETOOLONG: "its name is too long",
}

_DATABASE_WORDS: Final[tuple[tuple[str, Fault], ...]] = (
    (r"database is locked|database table is locked|lock timeout|deadlock detected", LOCKED),
    (r"readonly database|read-only (transaction|file system)", READ_ONLY),
    (r"disk is full|no space left|disk I/O error", DISK_FULL),
    (r"no such (table|column)|relation .* does not exist|column .* does not exist", NOT_MIGRATED),
    (r"unable to open database file", NO_DATABASE_FILE),
    (r"malformed|not a database", DAMAGED),
    (
        r"connection (to server|refused|failed)|could not (connect|translate)|password authentication|"
        r"no pg_hba|database .* does not exist|role .* does not exist|server closed|terminating connection",
        NO_SERVER,
    ),
)


def tell(error: Exception) -> int:
    """Say on stderr what went wrong and what to do; the exit status. An unforeseen error rises again."""
    fault = explain(error)
    if fault is None:
        raise error
    print(f"tremplin: {fault.message}", file=sys.stderr)
    if fault.remedy:
        print(f"  {fault.remedy}", file=sys.stderr)
    return fault.status


def explain(error: BaseException | None) -> Fault | None:
    """The fault behind `error` or behind what it was raised from; None for a bug."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for explanation in _EXPLANATIONS:
            if (fault := explanation(error)) is not None:
                return fault
        error = error.__cause__ or error.__context__
    return None


def _names(error: BaseException) -> set[str]:
    """The error's classes by name: naming them does not import their packages."""
    return {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}


def _user_error(error: BaseException) -> Fault | None:
    names = _names(error)
    if "tremplin.cli.sheets.faults.Wrong" in names:
        return Fault(
            str(getattr(error, "message", error)),
            str(getattr(error, "remedy", "")),
            getattr(error, "status", 1),
        )
    if "tremplin.core.errors.UserError" not in names:
        return None
    return Fault(str(getattr(error, "message", error)), str(getattr(error, "remedy", "")))


def _database(error: BaseException) -> Fault | None:
    if not _names(error) & {"django.db.utils.Error", "sqlite3.Error", "psycopg.Error"}:
        return None
    words = str(error)
    return next(
        (fault for pattern, fault in _DATABASE_WORDS if re.search(pattern, words, re.IGNORECASE)), None
    )


def _system(error: BaseException) -> Fault | None:
    if not isinstance(error, OSError):
        return None
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DISK_FULL
    if error.errno == errno.EROFS:
        return Fault(f"The disk is mounted read-only{where}.", READ_ONLY.remedy)
    if error.errno == errno.EADDRINUSE:
        return Fault("The port is taken by another program.", "Choose another one with --port.")
    if isinstance(error, PermissionError):
        return Fault(
            f"This account may not read or write a file that Tremplin needs{where}.",
            "Give the account that runs Tremplin access to it.",
        )
    if isinstance(error, FileNotFoundError):
        return Fault(f"A file or folder is missing{where}.", "Check the path, and TREMPLIN_DATA_DIR.")
    if error.errno in _NOT_AS_EXPECTED and error.filename:
        return Fault(
            f"{error.filename} is not what Tremplin needs there: {_NOT_AS_EXPECTED[error.errno]}.",
            "Move it away, or choose another place: TREMPLIN_DATA_DIR names the folder of all data.",
        )
    return None


def _settings(error: BaseException) -> Fault | None:
    names = _names(error)
    if "pydantic_core._pydantic_core.ValidationError" in names:
        entries: list[dict[str, Any]] = getattr(error, "errors", list)()
        return Fault(
            " ".join(map(_wrong_setting, entries)), "Correct it in the environment or in tremplin.env."
        )
    if "django.core.exceptions.ImproperlyConfigured" in names:
        return NO_DRIVER if "psycopg" in str(error) else Fault(f"A setting cannot be used. {error}")
    return None


def _wrong_setting(entry: dict[str, Any]) -> str:
    """One sentence with the name of the setting, its value unless that is secret, and what it would have to be."""
    name = "_".join(str(part) for part in entry["loc"])
    return f"TREMPLIN_{name.upper()}{_shown(name, entry.get('input'))} {_wanted(entry)}."


def _shown(name: str, value: object) -> str:
    if value is None or name in _SECRET:
        return ""
    text = without_password(str(value)) if name in _WITH_PASSWORDS else str(value)
    return f" (“{text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + '…'}”)"


def _wanted(entry: dict[str, Any]) -> str:
    context = entry.get("ctx") or {}
    kind = str(entry["type"])
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"must be one of: {str(context['expected']).replace(chr(39), '')}"
    if kind.startswith("bool"):
        return "is neither yes nor no: write 1 or 0"
    if kind.startswith("int"):
        return "is not a whole number"
    if kind in {"greater_than_equal", "less_than_equal"}:
        edge = "less than" if kind == "greater_than_equal" else "more than"
        return f"is {edge} {context.get('ge', context.get('le'))}, which is as far as it goes"
    return f"cannot be used: {entry['msg']}"


def _management(error: BaseException) -> Fault | None:
    if "django.core.management.base.CommandError" in _names(error):
        return Fault(str(error), status=int(getattr(error, "returncode", 1)))
    return None


_EXPLANATIONS: Final[tuple[Callable[[BaseException], Fault | None], ...]] = (
    _user_error,
    _management,
    _settings,
    _database,
    _system,
)
