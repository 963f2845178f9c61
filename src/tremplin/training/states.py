"""The states of a submission and of a journal entry."""

from django.utils.translation import gettext_lazy as _

from tremplin.core.states import State
from tremplin.training.models import Audience, Fault, SubmissionState

SUBMISSION = {
    SubmissionState.QUEUED: State(
        "queued",
        _("In the queue"),
        _("In the queue"),
        _("It is graded in a moment; this page tells you."),
        "info",
    ),
    SubmissionState.RUNNING: State(
        "running", _("Being graded"), _("Being graded"), _("The result is here in a moment."), "info"
    ),
    SubmissionState.GRADED: State(
        "graded",
        _("Graded"),
        _("Graded"),
        _("You can hand in again as often as you like; the best counts."),
        "ok",
    ),
    SubmissionState.FAILED: State(
        "failed",
        _("Not graded"),
        _("Not graded"),
        _("We could not grade this, and the fault is ours. It does not count: hand it in again."),
        "stop",
    ),
}
FAULTS = {
    Fault.BOX: _("No safe box to run the code in: the administrators’ command “tremplin doctor” says why."),
    Fault.GRADER: _(
        "The grader stumbled over its own check. The lab needs mending before this is graded again."
    ),
    Fault.CRASH: _("The grading broke off with an error, at each of its tries."),
    Fault.WORKER: _("The workers that graded it were stopped one after the other: out of memory, perhaps."),
    Fault.DROPPED: _("An administrator discarded its job."),
    Fault.LOST: _("The job that was to grade it is gone."),
}
ENTRY = {
    Audience.DRAFT: State("draft", _("Draft"), _("Draft"), _("You alone can read it."), "info"),
    Audience.COHORT: State(
        "cohort", _("Shared"), _("Shared"), _("Your cohort, mentors and organisers read it."), "ok"
    ),
    Audience.PUBLIC: State("public", _("Public"), _("Public"), _("Everybody can read it."), "ok"),
}
