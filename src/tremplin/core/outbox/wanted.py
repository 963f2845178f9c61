"""Whether a mail that waited is still wanted when it leaves: its reader may have done meanwhile what it asks for.

Stages register a check for a kind of batch. It is asked when the batch leaves and once more for each mail, so that
nobody is reminded of what they did a minute ago.
"""

from collections.abc import Callable, Collection

from tremplin.core.errors import Message
from tremplin.core.outbox.models import Batch

Check = Callable[[Batch, Collection[str]], Collection[str]]
_CHECKS: dict[str, tuple[Check, Message, Callable[[Batch], bool]]] = {}


def _always(_batch: Batch) -> bool:
    return True


def register(kind: str, check: Check, *, says: Message, applies: Callable[[Batch], bool] = _always) -> None:
    """`check` says which of some people, by their references, a batch of this kind is no longer for; `says` tells
    organisers whom; `applies` whether it is asked for this batch.
    """
    _CHECKS[kind] = (check, says, applies)


def who_is_left_out(batch: Batch) -> str:
    """Who is left out when this batch leaves, in a sentence; "" for nobody."""
    _check, says, applies = _CHECKS.get(batch.kind, (None, "", _always))
    return str(says) if applies(batch) else ""


def unwanted(batch: Batch, refs: Collection[str]) -> frozenset[str]:
    """Those of `refs` to whom nothing of this batch shall go any more."""
    return frozenset(_CHECKS[batch.kind][0](batch, refs)) if who_is_left_out(batch) else frozenset()
