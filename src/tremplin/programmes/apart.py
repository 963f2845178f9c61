"""Who stands apart from a selection: organisers and observers who applied, are tied to an applicant, or stepped back.

Whoever stands near one application is kept from all of them. A list with one line left out still tells of it: by the
places that are given, by a rank that is missing, by a count. So the rooms of reading and deciding are shut to them
whole, for good, and others go on. What comes of it (who took a place, who mentors whom, what is paid) is shut until
training starts: from then on scholars are the cohort and no longer the selection. Stages declare in a module `apart`,
found by name in every app, why somebody would.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core import clock
from tremplin.core.errors import Message, NotAllowed
from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort, Recusal
from tremplin.programmes.roles import Role, require, roles_of
from tremplin.programmes.tallies import how_many

STAGES = ("blinding", "first_reads", "review", "selection", "selection_report", "commendations")
"""Those that read and decide: what they do, count, log and write is shut."""
AFTERWARDS = ("mentoring", "stipends", "training", "projects", "showcase", "impact")
"""Those that know who took a place: shut until training starts."""
OVERSEE = frozenset({Role.ORGANISER, Role.OBSERVER})
_MAILS = ("decision-", "offer-", "waitlist-", "review-")
MAILS_AFTERWARDS = (
    *("pairing-", "checkin-", "stipend-", "extension-", "scholar-", "welcome-", "journal-", "milestone-"),
    *("showcase-", "survey-", "demo-day", "note-in-confidence"),
)
_ROLES = ("programmes.role-granted", "programmes.role-revoked")

CAUSES: Mapping[str, Message] = {
    "applied": gettext_lazy("You applied to this cohort yourself."),
    "tied": gettext_lazy("You and an applicant belong to the same organisation, or one mentored the other."),
    "said-tie": gettext_lazy("You said that you know an applicant."),
    "said": gettext_lazy("You stepped back."),
}
Rows = Callable[[Cohort, User], QuerySet[Any]]
Asked = Callable[[Cohort, User], bool]
_rows: dict[str, list[Rows]] = {code: [] for code in CAUSES}
_asked: dict[str, list[Asked]] = {code: [] for code in CAUSES}


def register(code: str, rows: Rows) -> None:
    """Declare that any of `rows` sets a person apart, for a cause of `CAUSES`. All are asked in one statement."""
    if rows not in _rows[code]:
        _rows[code].append(rows)


def register_asked(code: str, ask: Asked) -> None:
    """Declare what sets a person apart where no rows of the cohort alone say it."""
    if ask not in _asked[code]:
        _asked[code].append(ask)


def cause(cohort: Cohort, user: User) -> str:
    """Why `user` stands apart from the selection of `cohort`, as a code; empty for everybody else."""
    return recall(("stands apart", cohort.pk, user.pk), lambda: _cause(cohort, user))


def _cause(cohort: Cohort, user: User) -> str:
    if roles_of(user, cohort).isdisjoint(OVERSEE):
        return ""
    _discover()
    rows = {
        f"{code} {number}": ask(cohort, user)
        for code, asks in _rows.items()
        for number, ask in enumerate(asks)
    }
    found = how_many(cohort, rows)
    codes = (name.partition(" ")[0] for name, many in found.items() if many)
    asked = (code for code, asks in _asked.items() if any(ask(cohort, user) for ask in asks))
    return next(codes, "") or next(asked, "")


def _said(cohort: Cohort, user: User, *, tied: bool) -> QuerySet[Recusal]:
    return Recusal.objects.filter(cohort=cohort, user=user, tied=tied)


register("said-tie", partial(_said, tied=True))
register("said", partial(_said, tied=False))


def require_judge(actor: User | None, cohort: Cohort, *roles: Role) -> None:
    """As `require`, and nobody who stands apart. Raises NotAllowed with what to do."""
    require(actor, cohort, *roles)
    if actor is not None and cause(cohort, actor):
        raise refusal()


def refusal() -> NotAllowed:
    """What somebody who stands apart is told."""
    return NotAllowed(
        _("You stand apart from this selection, so its rooms are shut to you."),
        _("The other organisers go on without you. “Standing apart” says why, and what to do."),
    )


def is_over(cohort: Cohort) -> bool:
    """Whether training has started, so that whoever took a place is known to everybody."""
    starts = cohort.dates.get("training_starts")
    return starts is not None and clock.now() >= starts


def roles_afterwards(user: User, cohort: Cohort) -> frozenset[Role]:
    """The roles in which `user` meets what comes of a selection.

    Until training starts, whoever stands apart has none that shows all scholars: money is one of those too. What
    they are themselves, a mentor or a scholar, they stay.
    """
    held = roles_of(user, cohort)
    if held.isdisjoint(OVERSEE) or is_over(cohort) or not cause(cohort, user):
        return held
    return held - OVERSEE - {Role.FINANCE}


def visible_roles(cohort: Cohort, viewer: User) -> Q:
    """Those memberships that tell `viewer` nothing of who took a place."""
    hidden = cause(cohort, viewer) and not is_over(cohort)
    return ~Q(role=Role.SCHOLAR) if hidden else Q()


def visible_mails(cohort: Cohort, viewer: User, kind: str = "kind") -> Q:
    """Those mails whose kind tells `viewer` nothing of a selection from which they stand apart."""
    found = Q()
    if cause(cohort, viewer):
        for prefix in _MAILS if is_over(cohort) else (*_MAILS, *MAILS_AFTERWARDS):
            found &= ~Q(**{f"{kind}__startswith": prefix})
    return found


def visible_deeds(cohort: Cohort, viewer: User) -> Q:
    """Those deeds of the log that tell `viewer` nothing of a selection from which they stand apart."""
    found = Q()
    if cause(cohort, viewer):
        for stage in STAGES if is_over(cohort) else (*STAGES, *AFTERWARDS):
            found &= ~Q(verb__startswith=f"{stage}.")
        if not is_over(cohort):
            found &= ~Q(verb__in=_ROLES, data__role=Role.SCHOLAR)
    return found


@cache
def _discover() -> None:
    autodiscover_modules("apart")
