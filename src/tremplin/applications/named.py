"""Whom the things of this stage are about, for readers of the log."""

from tremplin.applications.models import Application
from tremplin.programmes.naming import named

named(Application, "applicant")
