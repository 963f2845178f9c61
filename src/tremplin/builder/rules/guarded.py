"""What a programme's jurisdiction lets a form ask about guarded attributes, and why not the rest."""

from dataclasses import dataclass
from typing import get_args

from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.programmes.schema import Plan
from tremplin.programmes.schema.application import Use
from tremplin.programmes.schema.profile import load_profile

USES: tuple[str, ...] = get_args(Use)
USE_WORDS: dict[str, Message] = {
    "support": gettext_lazy("to support the person"),
    "eligibility": gettext_lazy("to decide who may apply"),
    "tie_break": gettext_lazy("to choose between equals"),
    "constraint": gettext_lazy("as a condition of the selection"),
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """An attribute, and for what a form may ask about it; `reason` says why not for more."""

    label: str
    uses: list[Message]
    reason: str


def permitted_uses(plan: Plan, only: str = "") -> list[tuple[str, str]]:
    """Choices of a form: what may be asked about, and what for; with `only` for that use alone."""
    return [
        (
            attribute.code if only else f"{attribute.code}|{use}",
            say(attribute.label) if only else f"{say(attribute.label)} – {USE_WORDS[use]}",
        )
        for attribute in load_profile(plan.jurisdiction.profile).attributes
        for use in USES
        if use in attribute.purposes and use not in attribute.locked and only in {"", use}
    ]


def guarded(plan: Plan) -> list[Guarded]:
    """Every attribute that the law guards here, with what it permits and why it does not permit more."""
    return [
        Guarded(
            say(attribute.label),
            [USE_WORDS[use] for use in USES if use in attribute.purposes and use not in attribute.locked],
            say(attribute.reason),
        )
        for attribute in load_profile(plan.jurisdiction.profile).attributes
    ]
