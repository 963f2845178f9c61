"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.showcase.models import ShowcasePage

named(ShowcasePage, "project__scholar__user")
