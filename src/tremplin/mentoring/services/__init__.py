"""What people can do in mentoring: say what they offer and wish, pair, check in, lower a raised hand."""

from tremplin.mentoring.plan import plan_of
from tremplin.mentoring.services.checkins import log_reading, save_answers, send_answers, side_of
from tremplin.mentoring.services.concerns import close_concern
from tremplin.mentoring.services.offers import save_profile, save_wish
from tremplin.mentoring.services.pairing import PairsMade, end_pairing, make_pairs, pair
from tremplin.mentoring.services.reminding import remind

__all__ = [
    "PairsMade",
    "close_concern",
    "end_pairing",
    "log_reading",
    "make_pairs",
    "pair",
    "plan_of",
    "remind",
    "save_answers",
    "save_profile",
    "save_wish",
    "send_answers",
    "side_of",
]
