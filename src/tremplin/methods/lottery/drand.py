"""drand: public rounds of randomness that a league of institutions signs together, and nobody can know before.

A chain is named by its hash; round 1 came at its beginning (`genesis`, seconds since 1970), and one more every
`period` seconds. So it is known long before which round will come at which moment, and never what it will hold. What
a round holds is a signature by the chain's key over its number; the randomness that drand prints is its SHA-256.
Whether the signature is the chain's is for the tools of drand to check (drand.love); here it is looked at only
whether what somebody copied is whole.

Nicolas Gailly, Kelsey Melissaris and Yolan Romailler, *tlock: Practical Timelock Encryption from Threshold BLS*, IACR
ePrint 2023/189, describe the chain `QUICKNET`.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tremplin.methods.lottery.seeds import Source, drand_randomness

_SIGNATURE = re.compile(r"[0-9a-f]{96}")
_START = datetime(1970, 1, 1, tzinfo=UTC)


class NotTheRound(ValueError):
    """What was copied is not what the round shows. `code`: "unreadable", "number", "signature" or "randomness"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Chain:
    """`hash` in hex; `genesis` and `period` in seconds."""

    hash: str
    genesis: int
    period: int

    def number_at(self, moment: datetime) -> int:
        """The first round that comes at `moment` or after it."""
        passed = (moment - _START) - timedelta(seconds=self.genesis)
        return max(1, 1 - (-passed // timedelta(seconds=self.period)))

    def comes_at(self, number: int) -> datetime:
        """When round `number` comes."""
        return _START + timedelta(seconds=self.genesis + (number - 1) * self.period)

    def source(self, number: int) -> Source:
        return Source("drand", f"{self.hash}/{number}")

    def address(self, number: int) -> str:
        """Where the League of Entropy shows the round to everybody."""
        return f"https://api.drand.sh/{self.hash}/public/{number}"


QUICKNET = Chain("52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", 1_692_803_367, 3)


def number_of(source: Source) -> int:
    """The round that a drand source names."""
    return int(source.name.rpartition("/")[2])


def signature_in(text: str, *, number: int) -> str:
    """The signature in what somebody copied from the page of round `number`.

    Either all of it (JSON with `round`, `signature` and mostly `randomness`), or the number of the round and the
    signature with something between them. Raises NotTheRound: unreadable, another round, a signature that is not
    whole, or one that does not give the randomness beside it.
    """
    found, signature, randomness = _parts(text)
    if found != number:
        raise NotTheRound("number", f"this is round {found}, not {number}")
    if not _SIGNATURE.fullmatch(signature):
        raise NotTheRound("signature", "the signature of a round is 96 figures from 0 to f")
    if randomness and drand_randomness(signature) != randomness:
        raise NotTheRound("randomness", "the signature does not give the randomness beside it")
    return signature


def _parts(text: str) -> tuple[int, str, str]:
    words = text.strip()
    if words.startswith("{"):
        try:
            content = json.loads(words)
        except (ValueError, RecursionError):
            raise NotTheRound("unreadable", "this is not what the page of a round shows") from None
        number, signature = content.get("round"), content.get("signature")
        if type(number) is not int or not isinstance(signature, str):
            raise NotTheRound("unreadable", "this is not what the page of a round shows")
        return number, signature.lower(), str(content.get("randomness") or "").lower()
    found = re.fullmatch(r"([0-9]{1,15})[\s,;:/]+([0-9A-Fa-f]+)", words)
    if found is None:
        raise NotTheRound("unreadable", "this is not the number of a round and its signature")
    return int(found[1]), found[2].lower(), ""
