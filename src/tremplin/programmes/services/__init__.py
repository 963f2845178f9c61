"""What people can do with programmes: apply a file, open a cohort, move a date, grant a role, release mails."""

from tremplin.programmes.services.cohorts import adopt, apply_file, open_cohort, preview_file, replace_file
from tremplin.programmes.services.mails import cancel, cancel_batch, release, send_again, undo
from tremplin.programmes.services.moving import check_move, move_date
from tremplin.programmes.services.people import grant, invite, revoke
from tremplin.programmes.services.setting_up import SetUp, set_up
from tremplin.programmes.services.standing_apart import step_back, take_in_again
from tremplin.programmes.services.taking import note_log_taken

__all__ = [
    "SetUp",
    "adopt",
    "apply_file",
    "cancel",
    "cancel_batch",
    "check_move",
    "grant",
    "invite",
    "move_date",
    "note_log_taken",
    "open_cohort",
    "preview_file",
    "release",
    "replace_file",
    "revoke",
    "send_again",
    "set_up",
    "step_back",
    "take_in_again",
    "undo",
]
