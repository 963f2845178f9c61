from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
LABS = ROOT / "src" / "tremplin" / "curriculum" / "labs"


def test_the_wheel_brings_the_labs_the_notes_the_drawings_and_the_outline() -> None:
    shipped = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    wanted = [
        f"tremplin/{path.relative_to(ROOT / 'src' / 'tremplin').as_posix()}"
        for path in [*LABS.rglob("*"), *LABS.parent.glob("*.toml")]
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(wanted) > 60
    assert not [name for name in wanted if name not in shipped]
