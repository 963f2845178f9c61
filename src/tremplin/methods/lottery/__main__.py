"""`python -m tremplin.methods.lottery FILE [COMMITMENT]`: 0 when the draw in FILE holds, else 1."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tremplin.methods.lottery.files import faults


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2}:
        sys.stderr.write("Usage: python -m tremplin.methods.lottery FILE [COMMITMENT]\n")
        return 2
    text = Path(arguments[0]).read_text("utf-8")
    found = faults(text, published=arguments[1] if len(arguments) == 2 else "")
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("The draw does not hold.\n" if found else "The draw holds.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
