"""What backups seal of those who write a programme: what one of them has typed and not kept, and their name."""

from tremplin.builder.models import Unfinished
from tremplin.core import archived

archived.declare(Unfinished, "by_name", "values")
