"""The consent to keep an application longer, in the one register: it is about a cohort."""

from datetime import datetime

from tremplin.people.consents import register
from tremplin.people.models import User
from tremplin.programmes.purposes import KEEP_APPLICATION
from tremplin.programmes.subjects import cohorts_at


def _take_back(_user: User, _about: str, _now: datetime) -> None:
    """Nothing at once: the next round finds no consent, and lets go what is over."""


register(KEEP_APPLICATION, take_back=_take_back, describe=cohorts_at("privacy:mine"))
