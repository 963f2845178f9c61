"""What backups seal of holds: the reason, which may name somebody."""

from tremplin.core import archived
from tremplin.privacy.models import Hold

archived.declare(Hold, reason="—")
