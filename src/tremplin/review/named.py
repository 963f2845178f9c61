"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.review.models import Assignment, TieSetAside

named(Assignment, "application__applicant")
named(TieSetAside, "application__applicant")
