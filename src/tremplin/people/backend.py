"""Who a session belongs to: Django's own answer, by a query that is prepared, as every page asks it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from tremplin.core.prepared import Prepared
from tremplin.people.models import User

_BY_PK = Prepared(lambda pk: User.objects.filter(pk=pk), int)


class Backend(ModelBackend):
    """Passwords and permissions are Django's business."""

    def get_user(self, user_id: Any) -> User | None:
        found = _BY_PK(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
