"""Whom the things of this stage are about, for readers of the log."""

from tremplin.impact.models import SurveyResponse
from tremplin.programmes.naming import named

named(SurveyResponse, "user")
