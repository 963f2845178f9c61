"""Giving roles and taking them away."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.recall import forget
from tremplin.core.saved import add_if_new
from tremplin.core.text import Text
from tremplin.people.models import User, normal_email
from tremplin.programmes import mail, parting
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import GIVEN_BY_HAND, KEPT_APART, Role, require, role_names


@transaction.atomic
def grant(*, user: User, cohort: Cohort, role: Role, actor: User | None, now: datetime) -> Membership:
    """Give `user` a role; nothing happens when they hold it. Organisers grant roles by hand, stages by rule.

    `actor` None means that a stage's own rule grants the role: a scholar by accepting. (Who applies becomes an
    applicant by that deed itself.) Raises NotAllowed when a person who is not an organiser of the cohort grants
    it, Invalid when they hold a role that must be kept apart from this one.
    """
    if actor is not None:
        require(actor, cohort, Role.ORGANISER)
    _require_apart(user, cohort, role)
    membership = Membership(user=user, cohort=cohort, role=role, created_at=now)
    if not add_if_new(membership):
        return Membership.objects.get(user=user, cohort=cohort, role=role)
    forget()
    log(cohort=cohort, actor=actor, verb="programmes.role-granted", subject=user, now=now, role=str(role))
    return membership


def _require_apart(user: User, cohort: Cohort, role: Role) -> None:
    """Raises Invalid when `user` holds the other of two roles that nobody holds together."""
    if role not in KEPT_APART:
        return
    User.objects.select_for_update().get(pk=user.pk)  # of two organisers at once, the second sees the first
    other = KEPT_APART - {role}
    if not Membership.objects.filter(user=user, cohort=cohort, role__in=other).exists():
        return
    reason = (
        _(
            "This person reviews applications here, so they cannot be the accommodation officer: whoever knows "
            "what was asked in confidence must not judge. Choose somebody else, or take the other role first."
        )
        if role == Role.OFFICER
        else _(
            "This person is the accommodation officer here and knows what was asked in confidence, so they "
            "cannot review applications. Choose somebody else, or take the other role first."
        )
    )
    raise Invalid({"role": [reason]})


@transaction.atomic
def invite(
    *,
    cohort: Cohort,
    email: str,
    role: Role,
    actor: User,
    now: datetime,
    name: str = "",
    language: str = "",
) -> tuple[Membership, bool]:
    """Give a role to whoever has this address, known here or not; the membership, and whether it is new.

    Order: permission, the role may be given by hand, the person (without a password: they sign in by a link),
    the role, the mail that tells them. Raises NotAllowed, Invalid.
    """
    require(actor, cohort, Role.ORGANISER)
    if role not in GIVEN_BY_HAND:
        raise Invalid(
            {"role": [_("People get this role by applying or by accepting a place, never by hand.")]}
        )
    user = find_or_make(email, name=name, language=language or cohort.plan.programme.languages[0], now=now)
    if not user.is_active:
        raise Invalid({"email": [_("This account is closed.")]})
    held = Membership.objects.filter(user=user, cohort=cohort, role=role).first()
    if held is not None:
        return held, False
    membership = grant(user=user, cohort=cohort, role=role, actor=actor, now=now)
    title: Text = role_names(role)
    mail.send(
        cohort=cohort,
        code="role-granted",
        to=user,
        values={"link": mail.link(cohort, "desk"), "title": title},
        now=now,
        key=f"role-granted:{membership.ref}",
    )
    return membership, True


def find_or_make(email: str, *, name: str, language: str, now: datetime, field: str = "email") -> User:
    """The person with this address, who is made when nobody has it. Raises Invalid for what is no address."""
    address = normal_email(email)
    try:
        validate_email(address)
    except ValidationError:
        message = _("Write one mail address, such as name@example.org.")
        raise Invalid({field: [message]}) from None
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known
    return User.objects.create_user(address, name=" ".join(name.split()), language=language, now=now)


@transaction.atomic
def revoke(
    *,
    user: User,
    cohort: Cohort,
    role: Role,
    actor: User | None,
    now: datetime,
    expected: str | None = None,
) -> None:
    """Take a role away, with what follows from that; nothing happens when it is gone. The last organiser stays.

    Roles that people have by applying or by accepting a place are not taken by hand. `actor` None: an
    administrator at the command line. `expected` names what somebody saw would follow.

    Order: permission; what follows is still `expected`; what follows, by the stage that knows; the role; the audit
    event. Raises NotAllowed, Conflict, Stale.
    """
    if actor is not None:
        require(actor, cohort, Role.ORGANISER)
    if role not in GIVEN_BY_HAND:
        raise Conflict(_("This role comes from an application or an accepted place, and goes with it."))
    if actor is not None and expected is not None:
        follows = parting.told(cohort=cohort, user=user, role=role, actor=actor, now=now)
        if expected != (follows.name if follows else ""):
            raise Stale(
                _("What would follow has changed since you looked at this page."),
                _("Look at it again, then confirm it."),
            )
    parting.follow(cohort=cohort, user=user, role=role, actor=actor, now=now)
    held = Membership.objects.select_for_update().filter(cohort=cohort, role=role)
    if role == Role.ORGANISER and not held.exclude(user=user).exists():
        raise Conflict(_("A cohort needs an organiser."), _("Name another organiser first."))
    if held.filter(user=user).delete()[0]:
        forget()
        log(cohort=cohort, actor=actor, verb="programmes.role-revoked", subject=user, now=now, role=str(role))
