"""Whom the things of this stage are about, for readers of the log."""

from tremplin.mentoring.models import CheckInAnswer, MatchWish, MentorProfile, Pairing
from tremplin.programmes.naming import named

named(MentorProfile, "user")
named(MatchWish, "scholar__user")
named(Pairing, "scholar__user")
named(CheckInAnswer, "pairing__scholar__user")
