"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.projects.models import MilestoneReport, Project

named(Project, "scholar__user")
named(MilestoneReport, "project__scholar__user")
