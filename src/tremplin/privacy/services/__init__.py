"""What people may do about what is kept: answer erasure requests, let go what is over, hold it for a legal reason."""

from tremplin.privacy.services.erasures import LONGEST_REASON, carry_out, refuse, take_longer
from tremplin.privacy.services.holds import lift, place
from tremplin.privacy.services.purging import catch_up, purge

__all__ = ["LONGEST_REASON", "carry_out", "catch_up", "lift", "place", "purge", "refuse", "take_longer"]
