"""What people can do with decisions, the draw, offers and scholars."""

from tremplin.selection.services.confirming import confirm
from tremplin.selection.services.deciding import propose, sign
from tremplin.selection.services.drawing import commit_draw, draw_places, give_value
from tremplin.selection.services.extra import send_extra_reads
from tremplin.selection.services.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    extend_offer,
    record_decline,
    remind_offers,
    withdraw_scholar,
)
from tremplin.selection.services.overriding import (
    agree_override,
    drop_override,
    propose_override,
    refuse_override,
)
from tremplin.selection.services.reopening import agree_place, ask_for_place, reopen_offer
from tremplin.selection.services.scholars import complete_scholar, pause_scholar, resume_scholar
from tremplin.selection.services.supposing import suppose
from tremplin.selection.services.waitlist import close_waitlist, leave_waitlist, promote

__all__ = [
    "accept_offer",
    "agree_override",
    "agree_place",
    "ask_for_place",
    "close_waitlist",
    "commit_draw",
    "complete_scholar",
    "confirm",
    "decline_offer",
    "draw_places",
    "drop_override",
    "expire_offers",
    "extend_offer",
    "give_value",
    "leave_waitlist",
    "pause_scholar",
    "promote",
    "propose",
    "propose_override",
    "record_decline",
    "refuse_override",
    "remind_offers",
    "reopen_offer",
    "resume_scholar",
    "send_extra_reads",
    "sign",
    "suppose",
    "withdraw_scholar",
]
