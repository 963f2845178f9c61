"""Which law applies: shipped jurisdiction profiles, and the one question to ask of them. Default deny.

A profile file is named `<code>.<version>.toml` and never changes once shipped. A cohort keeps the version
that was newest when it was set up; from the opening of its call on nothing can move it to another.
"""

from django.utils.translation import gettext as _

from tremplin.core.errors import NotAllowed
from tremplin.programmes.schema.profile import (
    PURPOSES,
    Attribute,
    Profile,
    Purpose,
    Retention,
    load_profile,
    shipped_profiles,
)

__all__ = [
    "PURPOSES",
    "Attribute",
    "Profile",
    "Purpose",
    "Retention",
    "allows",
    "codes",
    "latest",
    "load",
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
