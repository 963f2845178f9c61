"""What goes along with a mail as a file. It is made when the mail leaves: the outbox keeps no second copy of it.

Stages register who makes it for a kind of mail, in their module `leaving`; it is asked at each attempt and has to say
the same each time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tremplin.core.outbox.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A text file, in the language of its mail."""

    name: str
    text: str


Maker = Callable[[OutboxMessage], Enclosure | None]
_MAKERS: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """`maker` says what goes along with mails of this kind; None where there is nothing any more."""
    _MAKERS[kind] = maker


def of(message: OutboxMessage) -> Enclosure | None:
    """What goes along with this mail, if anything."""
    maker = _MAKERS.get(message.kind)
    return maker(message) if maker else None
