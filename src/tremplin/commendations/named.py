"""Whom the things of this room are about, for readers of the log."""

from tremplin.commendations.models import Commendation
from tremplin.programmes.naming import named

named(Commendation, "user")
