"""What a programme did, read from its own draw: outcomes by assigned chance, and nothing assumed but the draw.

`designs` say how places were drawn (`drawn`: read from a draw file), `effects` what the offer and taking part did,
`bounds` what the missing could change and what a draw of this size could show at all.
"""

from tremplin.methods.causal.bounds import (
    Bounds,
    Smallest,
    lee_bounds,
    manski_bounds,
    smallest_mean,
    smallest_share,
)
from tremplin.methods.causal.designs import (
    CONTROL,
    NEITHER,
    OFFERED,
    CausalError,
    Design,
    even,
    listed,
    redrawn,
    systematic,
)
from tremplin.methods.causal.drawn import arms_of, design_of, trial_of
from tremplin.methods.causal.effects import (
    CODES,
    Effect,
    Trial,
    Weighted,
    horvitz_thompson,
    offer,
    taking_part,
    together,
)
from tremplin.methods.causal.inference import Kept

__all__ = [
    "CODES", "CONTROL", "NEITHER", "OFFERED", "Bounds", "CausalError", "Design", "Effect", "Kept", "Smallest", "Trial",
    "Weighted", "arms_of", "design_of", "even", "horvitz_thompson", "lee_bounds", "listed", "manski_bounds", "offer",
    "redrawn", "smallest_mean", "smallest_share", "systematic", "taking_part", "together", "trial_of",
]  # fmt: skip
