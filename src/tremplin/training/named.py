"""Whom the things of this stage are about, for readers of the log."""

from tremplin.programmes.naming import named
from tremplin.training.models import JournalEntry, LabSubmission, Remark, Syllabus

named(Syllabus, "scholar__user")
named(JournalEntry, "scholar__user")
named(LabSubmission, "scholar__user")
named(Remark, "submission__scholar__user")
