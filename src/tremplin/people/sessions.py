"""Django's sessions in the database, by SQL that is put together once: every page of everybody asks for one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from tremplin.core.prepared import Prepared, PreparedRemoval
from tremplin.core.saved import add_if_new, change

_ENDED = PreparedRemoval(lambda key: Session.objects.filter(session_key=key), str)
_BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """The setting SESSION_ENGINE names this module; Django looks for this name in it."""

    def _get_session_from_db(self) -> Session | None:
        found = _BY_KEY(str(self.session_key))
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None

    def _get_new_session_key(self) -> str:
        """Whether it is taken, against all odds, the INSERT says."""
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        """As Django's: a session that was ended meanwhile is not brought back. Raises CreateError, UpdateError."""
        if self.session_key is None:
            self.create()
            return
        kept: Any = self
        row = self.create_model_instance(kept._get_session(no_load=must_create))
        if must_create and not add_if_new(row):
            raise CreateError
        if not must_create and not change(row, "session_data", "expire_date"):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """Ended, and nobody asks first whether it was there."""
        if key := self.session_key if session_key is None else session_key:
            _ENDED(key)
