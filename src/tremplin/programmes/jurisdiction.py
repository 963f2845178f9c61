"""Which law applies: shipped jurisdiction profiles, and the one question to ask of them. Default deny.

A profile file is named `<code>.<version>.toml` and never changes once shipped. A cohort keeps the version
that was newest when it was set up; from the opening of its call on nothing can move it to another.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tremplin.core.errors import NotAllowed
from tremplin.core.text import Text
from tremplin.programmes.schema.profile import (
    PURPOSES,
    Attribute,
    Profile,
    Purpose,
    Retention,
    load_profile,
    shipped_profiles,
)
from tremplin.programmes.schema.programme import JurisdictionPlan

__all__ = [
    "PURPOSES",
    "Attribute",
    "Profile",
    "Purpose",
    "Retention",
    "allows",
    "codes",
    "counted",
    "latest",
    "linked",
    "linked_notice",
    "load",
    "notices",
    "require_purpose",
]


def codes() -> tuple[str, ...]:
    """The codes of all shipped profiles."""
    return tuple(shipped_profiles())


def latest(code: str) -> int:
    """The newest shipped version of the profile `code`. Raises KeyError for a code that does not exist."""
    return shipped_profiles()[code][-1]


def load(code: str, version: int | None = None) -> Profile:
    """The profile `code`, in its newest version or in the one named. Raises KeyError for one not shipped."""
    return load_profile(code, version)


def allows(profile: Profile, attribute: str, purpose: Purpose) -> bool:
    """Whether answers about `attribute` may serve `purpose`. An attribute that is not listed serves nothing."""
    found = profile.attribute(attribute)
    return found is not None and purpose in found.purposes and purpose not in found.locked


def require_purpose(profile: Profile, attribute: str, purpose: Purpose) -> None:
    """Raises NotAllowed, with the profile's name, unless `allows`."""
    if not allows(profile, attribute, purpose):
        raise NotAllowed(
            _("The jurisdiction profile “%(profile)s” does not permit “%(attribute)s” for “%(purpose)s”.")
            % {"profile": profile.code, "attribute": attribute, "purpose": purpose}
        )


def linked(profile: Profile, wanted: Sequence[str]) -> list[Attribute]:
    """The attributes among `wanted` whose survey answers are tied to applications; those that may not be are none."""
    return [
        attribute
        for attribute in profile.attributes
        if attribute.code in wanted and profile.links(attribute.code)
    ]


def counted(profile: Profile, wanted: Sequence[str]) -> list[Attribute]:
    """What an anonymous audit asks: whatever the profile lets it ask and is not linked (`wanted`) already."""
    tied = {attribute.code for attribute in linked(profile, wanted)}
    return [
        attribute
        for attribute in profile.attributes
        if attribute.question
        and attribute.options
        and attribute.code not in tied
        and allows(profile, attribute.code, "anonymous_audit")
    ]


def linked_notice(profile: Profile, law: JurisdictionPlan) -> Text | None:
    """What people read of answers that are tied to applications, where any are."""
    return (law.linked_notice or profile.linked_basis) if linked(profile, law.linked) else None


def notices(profile: Profile, law: JurisdictionPlan, *, survey: bool) -> list[Text]:
    """The legal notices of a call: each says what is really kept. `survey`: whether the programme asks one."""
    tied = linked_notice(profile, law) if survey else None
    only_linked = tied is not None and not counted(profile, law.linked)
    basis = law.notice or (None if only_linked else profile.basis)
    return [text for text in (basis, tied) if text]
