"""Whether a mail that waited is still wanted when it leaves: its reader may have done meanwhile what it asks for.

Stages register a check for a kind of batch. It is asked when the batch leaves and once more for each mail, so that
nobody is reminded of what they did a minute ago.
"""

from collections.abc import Callable, Collection

from tremplin.core.outbox.models import Batch

Check = Callable[[Batch, Collection[str]], Collection[str]]
_CHECKS: dict[str, tuple[Check, Callable[[Batch], bool]]] = {}


def register(kind: str, check: Check, *, applies: Callable[[Batch], bool]) -> None:
    """`check` says which of some people, by their references, a batch of this kind is no longer for; `applies`
    whether it is asked for this one.
    """
    _CHECKS[kind] = (check, applies)


def rechecked(batch: Batch) -> bool:
    """Whether somebody may be left out when this batch leaves."""
    return batch.kind in _CHECKS and _CHECKS[batch.kind][1](batch)


def unwanted(batch: Batch, refs: Collection[str]) -> frozenset[str]:
    """Those of `refs` to whom nothing of this batch shall go any more."""
    return frozenset(_CHECKS[batch.kind][0](batch, refs)) if rechecked(batch) else frozenset()
