"""What the stages keep about a person, as the person is told it."""

import json

from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, keepings


def keeping(app: str) -> Keeping:
    return next(row for row in keepings() if row.app == app)


def told(app: str, user: User) -> str:
    return json.dumps(keeping(app).export(user), default=str)
