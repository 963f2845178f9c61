"""Django's sessions in the database, found by a query that is prepared: every page of everybody asks it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tremplin.core.prepared import Prepared

_BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """The setting SESSION_ENGINE names this module; Django looks for this name in it."""

    def _get_session_from_db(self) -> Session | None:
        found = _BY_KEY(str(self.session_key))
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None
