"""What the verbs of the audit log mean, in words. A verb that nobody has put into words is shown as it is."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message

DEEDS: Mapping[str, Message] = {
    "programmes.cohort-opened": _("Cohort set up"),
    "programmes.date-moved": _("Date moved"),
    "programmes.file-adopted": _("Programme file changed"),
    "programmes.role-granted": _("Role given"),
    "programmes.role-revoked": _("Role taken away"),
    "outbox.released": _("Mails sent off"),
    "outbox.undone": _("Sending undone"),
    "outbox.batch-cancelled": _("Mails cancelled"),
    "outbox.cancelled": _("One mail cancelled"),
    "outbox.sent-again": _("One mail sent again"),
    "applications.started": _("Application begun"),
    "applications.submitted": _("Application sent"),
    "applications.withdrawn": _("Application withdrawn"),
    "applications.resumed": _("Application taken up again"),
    "applications.reminders-prepared": _("Reminders prepared"),
    "applications.discarded": _("Draft thrown away"),
    "applications.exported": _("Applications exported"),
    "review.profile-set": _("Reviewer described"),
    "review.assigned": _("Applications given to reviewers"),
    "review.conflict-declared": _("Conflict of interest declared"),
    "review.submitted": _("Review sent"),
    "review.reopened": _("Review opened again"),
    "selection.proposed": _("Selection proposed"),
    "selection.draw-committed": _("Seed of the draw sealed"),
    "selection.overridden": _("Proposal overridden"),
    "selection.signed": _("Decisions signed"),
    "selection.confirmed": _("Decisions made final"),
    "selection.offer-accepted": _("Offer accepted"),
    "selection.offer-declined": _("Offer declined"),
    "selection.offer-expired": _("Offer ended"),
    "selection.offer-extended": _("Offer extended"),
    "selection.promoted": _("Place passed on to the waitlist"),
    "selection.waitlist-left": _("Waitlist left"),
    "selection.waitlist-closed": _("Waitlist closed"),
    "selection.scholar-paused": _("Scholar paused"),
    "selection.scholar-resumed": _("Scholar came back"),
    "selection.scholar-completed": _("Scholar completed the programme"),
    "selection.scholar-left": _("Scholar left"),
    "mentoring.profile-saved": _("Mentor described"),
    "mentoring.wish-saved": _("Wishes for a mentor saved"),
    "mentoring.paired": _("Pair made"),
    "mentoring.pairing-ended": _("Pair ended"),
    "mentoring.checked-in": _("Check-in answered"),
    "mentoring.answers-read": _("Answers of a check-in read"),
    "mentoring.hand-raised": _("Hand raised"),
    "mentoring.hand-lowered": _("Hand lowered"),
    "stipends.planned": _("Payments planned"),
    "stipends.dates-moved": _("Dates of payments moved"),
    "stipends.extended": _("Extension granted"),
    "stipends.payee-form-saved": _("Payment details saved"),
    "stipends.payee-form-read": _("Payment details read"),
    "training.planned": _("Syllabus changed"),
    "training.lab-submitted": _("Lab handed in"),
    "training.grading-failed": _("Grading failed"),
    "training.grading-repeated": _("Graded again"),
    "training.journal-shared": _("Journal shared"),
    "projects.begun": _("Project begun"),
    "projects.saved": _("Project described"),
    "projects.handed-in": _("Milestone handed in"),
    "projects.milestone-answered": _("Milestone answered"),
    "projects.marked": _("Line of the checklist marked"),
    "projects.confirmed": _("Line of the checklist confirmed"),
    "showcase.saved": _("Public page written"),
    "showcase.consented": _("Consent to publication given"),
    "showcase.mentor-agreed": _("Mentor agreed to be named"),
    "showcase.published": _("Project published"),
    "showcase.taken-back": _("Public page taken back"),
    "showcase.demo-day-ordered": _("Order of the demo day changed"),
    "impact.consent": _("Consent to follow-up changed"),
    "impact.answered": _("Survey answered"),
    "impact.report-published": _("Report published"),
}
STAGES: Mapping[str, Message] = {
    "programmes": _("Programme"),
    "outbox": _("Mails"),
    "applications": _("Applications"),
    "equality": _("Equality survey"),
    "review": _("Reading"),
    "selection": _("Selection"),
    "mentoring": _("Mentoring"),
    "stipends": _("Stipends"),
    "training": _("Training"),
    "projects": _("Projects"),
    "showcase": _("Showcase"),
    "impact": _("Impact"),
    "rehearsal": _("Rehearsal"),
}


def deed(verb: str) -> Message:
    return DEEDS.get(verb, verb)


def stage(code: str) -> Message:
    return STAGES.get(code, code)
