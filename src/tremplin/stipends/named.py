"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.stipends.models import Instalment, PayeeForm

named(Instalment, "scholar__user")
named(PayeeForm, "scholar__user")
