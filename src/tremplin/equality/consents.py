"""The consent to linked answers, in the one register: it is about a cohort; taking it back destroys them."""

from datetime import datetime

from tremplin.equality.linked import forget
from tremplin.equality.purposes import LINKED
from tremplin.people.consents import register
from tremplin.people.models import User
from tremplin.programmes.subjects import cohorts_at


def _take_back(user: User, about: str, _now: datetime) -> None:
    forget(about, user)


register(LINKED, take_back=_take_back, describe=cohorts_at("equality:linked"))
