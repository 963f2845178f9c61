"""A state of anything: its code, what staff call it, what the person concerned reads, and what comes next."""

from dataclasses import dataclass
from typing import Literal

from tremplin.core.errors import Message

Tone = Literal["ok", "info", "warn", "stop"]


@dataclass(frozen=True, slots=True)
class State:
    """`code` is stored and never translated; the other texts are lazily translated sentences."""

    code: str
    staff: Message
    public: Message
    next: Message
    tone: Tone = "info"
