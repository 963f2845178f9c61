"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.selection.models import Offer, Scholar

named(Offer, "application__applicant")
named(Scholar, "user")
