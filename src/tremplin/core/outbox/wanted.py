"""Whether a mail that waited is still wanted when it leaves: its reader may have done meanwhile what it asks for.

Stages register a check for a kind of batch. It is asked when the batch leaves and once more for each mail, so that
nobody is reminded of what they did a minute ago.
"""

from collections.abc import Callable, Collection

from tremplin.core.outbox.models import Batch

Check = Callable[[Batch, Collection[str]], Collection[str]]
_CHECKS: dict[str, Check] = {}


def register(kind: str, check: Check) -> None:
    """`check` says which of some people, by their references, a batch of this kind is no longer for."""
    _CHECKS[kind] = check


def unwanted(batch: Batch, refs: Collection[str]) -> frozenset[str]:
    """Those of `refs` to whom nothing of this batch shall go any more."""
    check = _CHECKS.get(batch.kind)
    return frozenset(check(batch, refs)) if check else frozenset()
