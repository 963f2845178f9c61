"""What the public may be told of linked answers, for rooms that may not know them."""

from tremplin.equality.comparing import in_public
from tremplin.programmes import groups

groups.register(in_public)
