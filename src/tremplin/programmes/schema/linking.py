"""Which survey answers may be tied to applications. Default deny: the profile must say so of each attribute."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.profile import Profile, load_profile

_NEEDED = ("equality", "selection")


def check_linked(parts: Mapping[str, Any], faults: Faults) -> None:
    """Each attribute that is linked may be, and the programme has the stages that make sense of it."""
    law = parts.get("jurisdiction")
    if not law or not law.linked:
        return
    profile = load_profile(law.profile)
    for position, attribute in enumerate(law.linked):
        if not profile.links(attribute):
            faults.at("jurisdiction", "linked", position, message=_refusal(profile, attribute))
    stages = parts.get("stages", _NEEDED)  # left out by a fault of its own: nothing to say
    for stage in _NEEDED:
        if stage not in stages:
            message = _(
                "answers are linked to be compared with decisions: add the stage “%(stage)s”, or link nothing"
            )
            faults.at("jurisdiction", "linked", message=message % {"stage": stage})


def _refusal(profile: Profile, code: str) -> str:
    """Why answers about `code` cannot be linked, and what to do."""
    found = profile.attribute(code)
    values = {"profile": profile.code, "attribute": code}
    if found is None:
        known = ", ".join(item.code for item in profile.attributes if profile.links(item.code))
        if known:
            return _("unknown attribute: use one of %(known)s") % {"known": known}
    if profile.survey == "anonymous":
        return (
            _(
                "under the profile “%(profile)s” the survey is anonymous from the first moment and nothing is ever "
                "linked: take “%(attribute)s” out"
            )
            % values
        )
    if found is not None and "linked_audit" in found.locked:
        return (
            _("the profile “%(profile)s” locks this: “%(attribute)s” is never linked, so take it out")
            % values
        )
    return (
        _("the profile “%(profile)s” does not permit answers about “%(attribute)s” to be linked: take it out")
        % values
    )
