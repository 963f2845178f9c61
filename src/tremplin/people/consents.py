"""For what consent is asked. A stage that asks declares its purpose here, so that it can be taken back here.

    register(Purpose("mentoring.share-address", _("Your mentor may have your address"), _("I agree that …")))

Consent is only asked where a person is free to say no. What a programme must do anyway needs none.
"""

from dataclasses import dataclass

from tremplin.core.errors import Message


@dataclass(frozen=True, slots=True)
class Purpose:
    """`code` is “stage.what”; `text` is the very sentence to which a person says yes."""

    code: str
    label: Message
    text: Message


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> Purpose:
    """Declare a purpose; declaring the same again changes nothing. Raises ValueError for another one."""
    if _purposes.setdefault(purpose.code, purpose) != purpose:
        raise ValueError(f"The purpose “{purpose.code}” is declared twice.")
    return purpose


def known() -> dict[str, Purpose]:
    """All declared purposes by code."""
    return dict(_purposes)
