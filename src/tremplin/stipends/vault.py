"""Where a scholar's money goes, sealed with a key of their own, which goes with the form and is in no backup."""

import json
from datetime import datetime
from typing import NamedTuple

from tremplin.core import personal_keys
from tremplin.core.personal_keys import Lock
from tremplin.programmes.models import Cohort
from tremplin.stipends.models import PayeeForm

_SHELF = "payees"


class PayeeDetails(NamedTuple):
    """Where money goes: the holder's name exactly as at the bank, and the account."""

    holder: str
    account: str
    bank: str
    country: str
    town: str


class Glimpse(NamedTuple):
    """Where money goes, without what could be used: the account is masked."""

    holder: str
    country: str
    account: str
    changed_at: datetime


def seal(form: PayeeForm, details: PayeeDetails) -> None:
    form.holder = _seal(form, details.holder, "holder")
    form.details = _seal(form, json.dumps(details._asdict()), "details")


def unseal(form: PayeeForm) -> PayeeDetails | None:
    """The details; None when their key is lost."""
    text = personal_keys.unseal(
        bytes(form.details), shelf=_SHELF, handle=form.ref, place=_place(form, "details")
    )
    return PayeeDetails(**json.loads(text)) if text is not None else None


def glimpse(form: PayeeForm) -> Glimpse | None:
    """What whoever approves compares: holder and country, the account masked. None when the key is lost."""
    details = unseal(form)
    if details is None:
        return None
    country = details.account[:2] if details.account[:2].isalpha() else ""
    return Glimpse(details.holder, details.country, f"{country}…{form.last_four}", form.changed_at)


def forget(form: PayeeForm) -> None:
    """Destroy the key of a form that goes, once the caller's transaction has held."""
    personal_keys.destroy_later(Lock(_SHELF, form.ref))


def _seal(form: PayeeForm, text: str, field: str) -> bytes:
    return personal_keys.seal(
        text, shelf=_SHELF, handle=form.ref, now=form.created_at, place=_place(form, field)
    )


def _place(form: PayeeForm, field: str) -> str:
    return f"payee/{form.scholar_id}/{field}"


def _of_every_form() -> dict[str, set[str]]:
    """No shelf where there is no cohort: into an empty database the rows that need the keys may still come back."""
    wanted = set(PayeeForm.objects.values_list("ref", flat=True))
    return {_SHELF: wanted} if wanted or Cohort.objects.exists() else {}


personal_keys.register(_of_every_form)
