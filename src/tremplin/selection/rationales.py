"""Why a list may be changed by hand: a small fixed set, in the programme's words. No database."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.programmes.jurisdiction import Profile, allows
from tremplin.selection.models import Reopened, Wanted

_ANY = frozenset({Wanted.OFFER, Wanted.WAITLIST, Wanted.DECLINE})
_BETTER = frozenset({Wanted.OFFER, Wanted.WAITLIST})
_NONE = frozenset({Wanted.DECLINE})
_PLACE = frozenset({Wanted.PLACE})
CONSTRAINT = "constraint"
"""The kind of reason that only a jurisdiction profile opens; which attribute it rests on follows a colon."""


@dataclass(frozen=True, slots=True)
class Rationale:
    """One kind of reason, and for which changes it can be given."""

    label: Message
    wanted: frozenset[Wanted]


RATIONALES: Mapping[str, Rationale] = {
    "withdrew-elsewhere": Rationale(gettext_lazy("They took a place elsewhere, or ask for none"), _NONE),
    "eligibility": Rationale(gettext_lazy("A condition for taking part turned out not to be met"), _NONE),
    "not-own-work": Rationale(gettext_lazy("What was sent is not their own work, or not true"), _NONE),
    "read-error": Rationale(gettext_lazy("An error in a read"), _ANY),
    "our-error": Rationale(gettext_lazy("An error of ours elsewhere"), _ANY),
    "conflict": Rationale(gettext_lazy("A reviewer turned out to have a conflict of interest"), _ANY),
    "legal-duty": Rationale(gettext_lazy("A legal duty"), _ANY),
    CONSTRAINT: Rationale(gettext_lazy("A constraint that the law permits"), _BETTER),
    "other": Rationale(gettext_lazy("Another reason"), _ANY),
    "void": Rationale(gettext_lazy("The reason for the change has gone"), frozenset({Wanted.RULE})),
    Reopened.NOT_SAID: Rationale(gettext_lazy("They had not declined: it was noted by mistake"), _PLACE),
    Reopened.SLIP: Rationale(gettext_lazy("They declined by mistake"), _PLACE),
    Reopened.NEWS: Rationale(gettext_lazy("Something has changed since, and they ask for the place"), _PLACE),
}
WANTED: Mapping[str, Message] = {
    Wanted.OFFER: gettext_lazy("Offer a place"),
    Wanted.WAITLIST: gettext_lazy("Put on the waitlist"),
    Wanted.DECLINE: gettext_lazy("No place"),
    Wanted.RULE: gettext_lazy("As the rule says"),
    Wanted.PLACE: gettext_lazy("One place more, and the offer opened again"),
}


def kind_of(code: str) -> str:
    """The kind of a reason, without the attribute that it names: what logs and reports may tell."""
    return code.partition(":")[0]


def choices(profile: Profile, wanted: Collection[str]) -> list[tuple[str, str]]:
    """Every reason that can be given for one of the changes `wanted`, with its words.

    A constraint stands there once for each attribute that the jurisdiction profile permits it for, and not otherwise.
    """
    return [
        choice
        for code, rationale in RATIONALES.items()
        if not rationale.wanted.isdisjoint(wanted)
        for choice in (_constraints(profile) if code == CONSTRAINT else [(code, str(rationale.label))])
    ]


def _constraints(profile: Profile) -> Iterator[tuple[str, str]]:
    for attribute in profile.attributes:
        if allows(profile, attribute.code, "constraint"):
            code = f"{CONSTRAINT}:{attribute.code}"
            yield code, words(code, profile)


def fits(profile: Profile, code: str, wanted: str) -> bool:
    """Whether a reason can be given for this change, under this law."""
    return code in dict(choices(profile, {wanted}))


def words(code: str, profile: Profile | None = None) -> str:
    """What a reason is called; a constraint with what it rests on, where the profile is at hand."""
    kind, _colon, rests_on = code.partition(":")
    found = RATIONALES.get(kind)
    label = str(found.label) if found else code
    attribute = profile.attribute(rests_on) if profile and rests_on else None
    if attribute is None:
        return label
    return _("%(label)s: %(attribute)s") % {"label": label, "attribute": say(attribute.label)}
