"""What people can do with applications."""

from tremplin.applications.services.drafts import (
    Late,
    Saved,
    check_eligibility,
    choose_language,
    discard,
    save_section,
    settle,
    start,
)
from tremplin.applications.services.organising import log_export, send_draft_reminders
from tremplin.applications.services.sending import resume, submit, withdraw
from tremplin.applications.services.uploads import attach_file, detach_file

__all__ = [
    "Late",
    "Saved",
    "attach_file",
    "check_eligibility",
    "choose_language",
    "detach_file",
    "discard",
    "log_export",
    "resume",
    "save_section",
    "send_draft_reminders",
    "settle",
    "start",
    "submit",
    "withdraw",
]
