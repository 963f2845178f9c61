"""`python -m tremplin.methods.lottery FILE [COMMITMENT [LIST]]`: 0 when the draw in FILE holds, else 1.

LIST: the SHA-256 of its list, as it was published before the draw.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tremplin.methods.lottery.files import faults


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2, 3}:
        sys.stderr.write("Usage: python -m tremplin.methods.lottery FILE [COMMITMENT [LIST]]\n")
        return 2
    text = Path(arguments[0]).read_text("utf-8")
    published, listed = [*arguments[1:], "", ""][:2]
    found = faults(text, published=published, listed=listed)
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("The draw does not hold.\n" if found else "The draw holds.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
