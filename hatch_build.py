"""Build hook: compiles the message catalogues, so that a wheel or an editable install speaks French."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).parent / "src" / "tremplin"


def compile_catalogues(root: Path = SOURCE) -> list[Path]:
    """Write a `.mo` beside each `.po` below `root` and return the files written."""
    written = []
    for po in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source))
        written.append(mo)
    return written


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["artifacts"].extend(str(path.relative_to(self.root)) for path in compile_catalogues())


if __name__ == "__main__":
    compile_catalogues()
