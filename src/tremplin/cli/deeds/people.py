"""What `tremplin user` does."""

import argparse
import sys
from difflib import get_close_matches
from pathlib import PurePosixPath

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tremplin.core import audit, clock
from tremplin.core.errors import Invalid, UserError
from tremplin.core.text import fold
from tremplin.people import mails
from tremplin.people.models import User, normal_email
from tremplin.people.services import account
from tremplin.programmes import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import GIVEN_BY_HAND, Role


def add(args: argparse.Namespace) -> int:
    """Add a person, or change what is given. Without a password they sign in by a mailed link."""
    address, language = _address(args.email), _language(args.language)
    password = _password() if args.password_stdin else None
    now = clock.now()
    with transaction.atomic():
        user = User.objects.filter(email=address).first()
        new = user is None
        if user is None:
            user = User.objects.create_user(address, name=args.name, language=language or "en", now=now)
        user.name = args.name or user.name
        user.language = language or user.language
        user.is_staff = user.is_staff or args.administrator
        if password is not None:
            _check_password(password, user)
            user.set_password(password)
        user.save()
        data = {"administrator": user.is_staff, "password": password is not None}
        verb = "people.added" if new else "people.changed"
        audit.record(scope=mails.SCOPE, actor=None, verb=verb, subject=user, now=now, data=data)
    print(f"{'Added' if new else 'Changed'} {_line(user)}.")
    if not user.has_usable_password():
        print(f"They sign in by a mailed link: {settings.BASE_URL}/sign-in/")
    return 0


def role(args: argparse.Namespace) -> int:
    """Give or take a role in a cohort."""
    held, user = _role(args.role), _user(args.email)
    cohort = _cohort(args.cohort)
    if args.remove:
        services.revoke(user=user, cohort=cohort, role=held, actor=None, now=clock.now())
        print(f"{user.email} is not {held} of {cohort.scope} any more.")
    else:
        services.grant(user=user, cohort=cohort, role=held, actor=None, now=clock.now())
        print(f"{user.email} is {held} of {cohort.scope}.")
    return 0


def everyone(args: argparse.Namespace) -> int:
    """One line a person: address, name, what they are."""
    people = User.objects.order_by("email").prefetch_related("memberships__cohort__programme__institution")
    for word in args.words:
        people = people.filter(name_folded__contains=fold(word))
    count = 0
    for user in people.iterator(chunk_size=500):
        count += 1
        print("\t".join((user.email, user.name or "-", ", ".join(_what(user)) or "-")))
    print(f"{count} {'person' if count == 1 else 'people'}.", file=sys.stderr)
    return 0


def rescue(args: argparse.Namespace) -> int:
    """Switch the second step off, after somebody has made sure who is asking."""
    user = _user(args.email)
    with transaction.atomic():
        steps = Authenticator.objects.filter(
            user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
        )
        if not steps.delete()[0]:
            raise UserError(
                f"{user.email} has no second step.", "A mailed link is enough for them to sign in."
            )
        account.tell(user, "second-step-off", now=clock.now())
    print(f"The second step of {user.email} is off. They were told by mail.")
    return 0


def _what(user: User) -> tuple[str, ...]:
    roles = sorted(f"{held.role} of {held.cohort.scope}" for held in user.memberships.all())
    return (
        *(("administrator",) if user.is_staff else ()),
        *(() if user.is_active else ("closed",)),
        *roles,
    )


def _line(user: User) -> str:
    named = f"{user.name} <{user.email}>" if user.name else user.email
    return f"{named} (reference {user.ref.upper()}{', administrator' if user.is_staff else ''})"


def _address(typed: str) -> str:
    address = normal_email(typed)
    try:
        validate_email(address)
    except ValidationError:
        raise UserError(f"“{typed}” is not a mail address.", "It looks like name@example.org.") from None
    return address


def _language(code: str) -> str:
    known = dict(settings.LANGUAGES)
    if code and code not in known:
        raise UserError(f"There is no language “{code}”.", f"Choose one of: {', '.join(known)}.")
    return code


def _password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise UserError(
            "No password came on the standard input.", "Pipe one in, or leave --password-stdin out."
        )
    return password


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": error.messages}, message=" ".join(error.messages)) from None


def _user(email: str) -> User:
    address = normal_email(email)
    user = User.objects.filter(email=address).first()
    if user is None:
        addresses = User.objects.values_list("email", flat=True)
        near = get_close_matches(address, addresses.iterator(), n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else f"Add them: tremplin user add {address}"
        raise UserError(f"Nobody here has the address {address}.", remedy)
    return user


def _role(code: str) -> Role:
    known = ", ".join(GIVEN_BY_HAND)
    try:
        role = Role(code.strip().lower())
    except ValueError:
        raise UserError(f"There is no role “{code}”.", f"Choose one of: {known}.") from None
    if role not in GIVEN_BY_HAND:
        raise UserError(
            f"The role of {role} is not given by hand.",
            "People become applicants by applying, and scholars by accepting the place they are offered. "
            f"What can be given: {known}.",
        )
    return role


def _cohort(path: str) -> Cohort:
    """The cohort named as in its address. Raises UserError naming cohorts that are near to what was typed."""
    parts = PurePosixPath(path.strip("/")).parts
    cohorts = Cohort.objects.select_related("programme__institution", "version")
    if len(parts) == 3:
        found = cohorts.filter(
            programme__institution__slug=parts[0], programme__slug=parts[1], slug=parts[2]
        ).first()
        if found is not None:
            return found
    scopes = [cohort.scope for cohort in cohorts.order_by("-created_at")]
    near = get_close_matches(path, scopes, n=3, cutoff=0.4) or scopes[:3]
    remedy = f"Did you mean {' or '.join(near)}?" if near else "Set one up first: tremplin programme new"
    raise UserError(f"There is no cohort “{path}”.", remedy)
