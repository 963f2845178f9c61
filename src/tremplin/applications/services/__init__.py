"""What people can do with applications."""

from tremplin.applications.services.deeds import carry_out, describe, plan, undo
from tremplin.applications.services.doors import counted_after, try_doors
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
from tremplin.applications.services.earlier import let_go_of_earlier
from tremplin.applications.services.letters import letter_of, prepare_letter, recipients
from tremplin.applications.services.offline import take_answers
from tremplin.applications.services.organising import log_export
from tremplin.applications.services.pieces import add_piece, begin_upload, cancel_upload, finish_upload
from tremplin.applications.services.restoring import restore
from tremplin.applications.services.sending import resume, submit, withdraw
from tremplin.applications.services.uploads import attach_file, detach_file

__all__ = [
    "Late",
    "Saved",
    "add_piece",
    "attach_file",
    "begin_upload",
    "cancel_upload",
    "carry_out",
    "check_eligibility",
    "choose_language",
    "counted_after",
    "describe",
    "detach_file",
    "discard",
    "finish_upload",
    "let_go_of_earlier",
    "letter_of",
    "log_export",
    "plan",
    "prepare_letter",
    "recipients",
    "restore",
    "resume",
    "save_section",
    "settle",
    "start",
    "submit",
    "take_answers",
    "try_doors",
    "undo",
    "withdraw",
]
