"""Where money goes: sealed, seen by finance alone, each look written down."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar, ScholarState
from tremplin.stipends import rules, vault
from tremplin.stipends.models import DETAILS_CHANGED, Instalment, InstalmentState, PayeeForm
from tremplin.stipends.services.paying import move
from tremplin.stipends.vault import Glimpse, PayeeDetails

ASK_BEFORE = timedelta(days=14)
_LIMIT = 140


@transaction.atomic
def save_payee_form(
    *, scholar: Scholar, details: PayeeDetails, expected_version: int, actor: User, now: datetime
) -> PayeeForm:
    """Keep a scholar's payment details, sealed.

    A change sends every prepared or approved payment back to planned: what was approved was another account. The
    scholar is told of each change by mail, so that one which was not theirs is found out.

    Order: permission, limits, the form, payments that start anew, its event, a mail.
    Raises NotAllowed, Invalid, Stale.
    """
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can give payment details."))
    details = _clean(details)
    form = PayeeForm.objects.select_for_update().filter(scholar=scholar).first()
    if (form.version if form else 0) != expected_version:
        raise Stale(
            _("Your payment details were changed somewhere else since you opened this page."),
            _("Check them and send them again."),
            current=form,
        )
    if form is not None and vault.unseal(form) == details:
        return form
    form = form or PayeeForm(scholar=scholar, created_at=now, version=0)
    vault.seal(form, details)
    form.last_four = details.account[-4:]
    form.version, form.changed_at = form.version + 1, now
    form.save()
    under_way = Instalment.objects.select_for_update().filter(
        scholar=scholar, state__in=[InstalmentState.PREPARED, InstalmentState.APPROVED]
    )
    for instalment in under_way.order_by("pk"):
        instalment.scholar = scholar
        move(instalment, InstalmentState.PLANNED, actor=actor, now=now, note=DETAILS_CHANGED)
    log(cohort=scholar.cohort, actor=actor, verb="stipends.payee-form-saved", subject=form, now=now)
    if form.version > 1:
        reason = gettext_lazy(
            "They were changed. Payments that were being prepared start again with the new ones."
        )
        _ask(scholar, reason, f"payee:{scholar.ref}:{form.version}", now=now)
    return form


def _clean(details: PayeeDetails) -> PayeeDetails:
    """Tidied details. Raises Invalid, by field."""
    tidy = PayeeDetails(
        holder=" ".join(details.holder.split()),
        account=rules.account_text(details.account),
        bank=rules.account_text(details.bank),
        country=details.country.strip(),
        town=details.town.strip(),
    )
    needed = {name: getattr(tidy, name) for name in ("holder", "account", "country", "town")}
    errors = {
        name: [_("Fill this in: the bank refuses a payment without it.")]
        for name, value in needed.items()
        if not value
    }
    if tidy.account and not 4 <= len(tidy.account) <= 40:
        errors["account"] = [_("An account number has between 4 and 40 characters.")]
    for name, value in tidy._asdict().items():
        if len(value) > _LIMIT:
            errors.setdefault(name, [_("Use at most %(limit)s characters.") % {"limit": _LIMIT}])
    if errors:
        raise Invalid(errors)
    return tidy


@transaction.atomic
def payee_details(*, scholar: Scholar, actor: User, now: datetime) -> PayeeDetails | None:
    """The details, for the scholar and for finance; every look by finance is written to the log.

    None when there are none, or when their key is lost. Raises NotAllowed.
    """
    own = scholar.user_id == actor.pk
    if not own:
        require(actor, scholar.cohort, Role.FINANCE)
    form = PayeeForm.objects.filter(scholar=scholar).first()
    if form is None:
        return None
    if not own:
        log(cohort=scholar.cohort, actor=actor, verb="stipends.payee-form-read", subject=form, now=now)
    return vault.unseal(form)


def payee_glimpse(*, scholar: Scholar, actor: User) -> Glimpse | None:
    """Holder, country and the masked account, for finance on the pages that approve and order; no log notes it.

    None when there are no details, or when their key is lost. Raises NotAllowed.
    """
    return payee_glimpses(cohort=scholar.cohort, scholars=[scholar.pk], actor=actor).get(scholar.pk)


def payee_glimpses(*, cohort: Cohort, scholars: Collection[int], actor: User) -> dict[int, Glimpse]:
    """The same for several scholars of a cohort, by their key; who has no details that open is left out."""
    require(actor, cohort, Role.FINANCE)
    forms = PayeeForm.objects.filter(scholar__cohort=cohort, scholar__in=scholars)
    found = ((form.scholar_id, vault.glimpse(form)) for form in forms)
    return {scholar: glimpse for scholar, glimpse in found if glimpse is not None}


@transaction.atomic
def ask_for_details(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: ask scholars who have given none, two weeks before their first payment and on its day.

    Returns how many were due to be asked; each is asked once on each occasion.
    """
    scholars = (
        Scholar.objects.filter(cohort=cohort, state=ScholarState.ENROLLED, payee_form__isnull=True)
        .select_related("user")
        .annotate(first_due=Min("instalments__due", filter=~Q(instalments__state__in=rules.OVER)))
        .filter(first_due__lte=now + ASK_BEFORE)
        .order_by("pk")
    )
    for scholar in scholars:
        scholar.cohort = cohort
        step = "due" if getattr(scholar, "first_due", now) <= now else "soon"
        reason = gettext_lazy("They are still missing, and without them no payment can leave.")
        _ask(scholar, reason, f"payee-missing:{scholar.ref}:{step}", now=now)
    return len(scholars)


def _ask(scholar: Scholar, reason: object, key: str, *, now: datetime) -> None:
    cohort = scholar.cohort
    values = {"link": cohort_url(cohort, "stipends:payee"), "reason": reason}
    mail.send(cohort=cohort, code="stipend-details", to=scholar.user, values=values, now=now, key=key)
