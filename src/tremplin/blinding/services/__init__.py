"""What becomes of copies: finished by the rules, corrected by people."""

from tremplin.blinding.services.correcting import Proposal, correct, propose, take_back
from tremplin.blinding.services.finishing import finish, finish_all

__all__ = ["Proposal", "correct", "finish", "finish_all", "propose", "take_back"]
