"""A draw that anybody can check: promised before, revealed after, with a page of code.

    promise = seal(secret, [Source("drand", f"{chain}/{number}")])     # publish promise.commitment
    made = run(listing, promise=promise, reveal=Reveal(secret, (signature,)))
    dumps(made)                                                        # publish this file

Entries are codes that name nobody. Nothing enters but the list, what was promised and what was revealed: no clock,
no order of arrival. `python -m tremplin.methods.lottery FILE COMMITMENT` checks a file.
"""

from tremplin.methods.lottery.drawing import RULE, Draw, draw, run
from tremplin.methods.lottery.files import FORMAT, dumps, faults, loads, verify
from tremplin.methods.lottery.listing import Listing, by_chances, by_panels, equal, strata
from tremplin.methods.lottery.seeds import (
    Promise,
    Reveal,
    Source,
    canonical,
    commitment,
    drand_randomness,
    key,
    new_secret,
    rfc3797_picks,
    rfc3797_value,
    seal,
)

__all__ = [
    "FORMAT",
    "RULE",
    "Draw",
    "Listing",
    "Promise",
    "Reveal",
    "Source",
    "by_chances",
    "by_panels",
    "canonical",
    "commitment",
    "drand_randomness",
    "draw",
    "dumps",
    "equal",
    "faults",
    "key",
    "loads",
    "new_secret",
    "rfc3797_picks",
    "rfc3797_value",
    "run",
    "seal",
    "strata",
    "verify",
]
