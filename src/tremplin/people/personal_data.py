"""What each room of the house keeps about a person: for their export, and for their erasure.

An app that keeps something has a module `personal_data` which registers it; all such modules are found when
the site starts. What an app has not registered is never shown and never erased by accident: it is counted,
named in the export, and stands in the way of erasure.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from tremplin.core.errors import Message
from tremplin.core.gathering import gather
from tremplin.people.models import User

# What these keep belongs to the account itself and goes with it.
OF_THE_ACCOUNT = frozenset({"people", "account", "mfa", "auth"})


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that one cohort, named by its `scope`, keeps about a person.

    It goes when the cohort's organisers carry an erasure out, unless `kept` says why it must stay, until a moment
    or, with none, as long as the cohort itself, without the person's name. `first` says what has to happen before
    anything of the cohort can be erased: a place is given back, a payment made. `means` says what else becomes so
    by erasing it, for those who are about to: no page that only lists what is kept shows it.
    """

    scope: str
    what: Message
    kept: Message = ""
    until: datetime | None = None
    first: Message = ""
    means: Message = ""


@dataclass(frozen=True, slots=True)
class Running:
    """Something of a person that others may still read and decide about, and that they can step back from at once."""

    scope: str
    what: Message


def _nothing_runs(_user: User, _now: datetime) -> Sequence[Running]:
    return ()


def _nothing_to_leave(_user: User, _now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows of one kind that name a person in cohorts.

    `cohort` leads from a row to its cohort. `facts` are what must be known of each row besides, as expressions, by
    name; `key` and `scope` are always told.
    """

    rows: QuerySet[Any]
    cohort: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Traces = Mapping[str, list[dict[str, Any]]]
"""What the rows of each kind say, by kind, each kind in the order in which its rows were written."""


def _no_traces(_user: User) -> Mapping[str, Trace]:
    return {}


def _nothing_held(_user: User, _now: datetime, _told: Traces) -> Sequence[Holding]:
    return ()


def _nothing_to_erase(_user: User, _scope: str, _now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What an app keeps.

    `export` gives what the person may see, ready for JSON; `reasons` says why it cannot go at once; `traces` are the
    rows that there are, of all apps asked in one statement, from which `holdings` lists what there is, cohort by
    cohort; `erase` deletes or blanks what may go by now of one cohort. Erasing
    again, later, takes what had to stay until then. `running` lists what goes on until an erasure is carried out,
    and `step_back` ends all of it at once, for those who do not want to wait for that.
    """

    app: str
    export: Callable[[User], Any]
    reasons: Callable[[User], Sequence[Message]]
    traces: Callable[[User], Mapping[str, Trace]] = _no_traces
    holdings: Callable[[User, datetime, Traces], Sequence[Holding]] = _nothing_held
    erase: Callable[[User, str, datetime], None] = _nothing_to_erase
    running: Callable[[User, datetime], Sequence[Running]] = _nothing_runs
    step_back: Callable[[User, datetime], None] = _nothing_to_leave


_keepings: dict[str, Keeping] = {}
_titles: list[Callable[[Collection[str]], Mapping[str, str]]] = []


def register(keeping: Keeping) -> None:
    """Declare what an app keeps. The last declaration of an app counts."""
    _keepings[keeping.app] = keeping


def register_titles(titles: Callable[[Collection[str]], Mapping[str, str]]) -> None:
    """Declare what scopes are called, as a person reads it."""
    _titles[:] = [titles]


def keepings() -> list[Keeping]:
    """What is declared, in a stable order."""
    return [_keepings[app] for app in sorted(_keepings)]


def titles(scopes: Iterable[str]) -> dict[str, str]:
    """What each scope is called; its own words for one that nobody knows any more."""
    wanted = set(scopes)
    known = {scope: title for named in _titles for scope, title in named(wanted).items()}
    return {scope: known.get(scope, scope) for scope in sorted(wanted)}


def holdings(user: User, *, now: datetime, scope: str = "") -> list[Holding]:
    """Everything that is kept about `user`, of all cohorts or of one."""
    told = _told(user, scope)
    return [holding for keeping in keepings() for holding in keeping.holdings(user, now, told[keeping.app])]


def _told(user: User, scope: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What all traces say, by app and kind, in one statement."""
    traces = {
        (keeping.app, kind): trace for keeping in keepings() for kind, trace in keeping.traces(user).items()
    }
    asked = {
        "/".join(name): (trace.rows, {**_way_to(trace.cohort), **trace.facts})
        for name, trace in traces.items()
    }
    found: dict[str, dict[str, list[dict[str, Any]]]] = {keeping.app: {} for keeping in keepings()}
    for name, rows in gather(User.objects.filter(pk=user.pk), asked).items():
        app, kind = name.split("/")
        for row in rows:
            row["scope"] = "/".join(row.pop(word) for word in _SLUGS)
        found[app][kind] = [row for row in rows if scope in {"", row["scope"]}]
    return found


_SLUGS = {"_institution": "programme__institution__slug", "_programme": "programme__slug", "_cohort": "slug"}


def _way_to(cohort: str) -> dict[str, str]:
    start = f"{cohort}__" if cohort else ""
    return {word: start + slug for word, slug in _SLUGS.items()}


def running(user: User, *, now: datetime) -> list[Running]:
    """What of `user` others may still read and decide about."""
    return [row for keeping in keepings() for row in keeping.running(user, now)]


def step_back(user: User, *, now: datetime) -> None:
    """End all of it, inside the caller's transaction. Again, it changes nothing."""
    for keeping in keepings():
        keeping.step_back(user, now)


def erase(user: User, scope: str, *, now: datetime) -> None:
    """Let every app delete or blank what may go by now of one cohort, inside the caller's transaction.

    In the order in which apps are installed, the top floor first: what stands on a row goes before the row.
    """
    for keeping in list(_keepings.values()):
        keeping.erase(user, scope, now)


def declared(app: str) -> bool:
    return app in _keepings


def rows_naming(user: User) -> dict[str, int]:
    """How many rows of which model point at `user`, outside the account: “app.model” → count."""
    found: dict[str, int] = {}
    for relation in pointing_here():
        model = relation.related_model
        if model._meta.app_label in OF_THE_ACCOUNT:
            continue
        count = model._base_manager.filter(**{relation.field.name: user}).count()
        if count:
            label = model._meta.label_lower
            found[label] = found.get(label, 0) + count
    return found


def pointing_here() -> list[Any]:
    """Every relation of a model to people, also those that have no name on their side."""
    return [
        relation
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]


def room_name(app: str) -> str:
    """The name of an app as a person may read it."""
    return str(apps.get_app_config(app).verbose_name)
