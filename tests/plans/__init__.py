"""The small programme of the tests, and the same with a stage less."""

from pathlib import Path

SMALL = (Path(__file__).parent / "small.toml").read_text("utf-8")
_PART = {"training": "[training]", "showcase": "[showcase]", "impact": "[impact]", "stipends": "[stipend]"}
_NEXT = {"training": "[project]", "showcase": "[impact]", "stipends": "[training]"}


def without(stage: str) -> str:
    """The small programme without `stage` and its part of the file."""
    begins = SMALL.index(_PART[stage])
    ends = SMALL.index(_NEXT[stage]) if stage in _NEXT else len(SMALL)
    text = SMALL[:begins] + SMALL[ends:]
    stages = text.replace(f'"{stage}", ', "", 1)
    return stages if stages != text else text.replace(f', "{stage}"', "", 1)
