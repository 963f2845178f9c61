"""What is wrong in a part, each fault at the key that must change."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Path = tuple[str | int, ...]


class Faults:
    """Collects faults, so that a file's author sees all of them at once, and raises them together."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, str]] = []

    def at(self, *path: str | int, message: str) -> None:
        self.found.append((path, message))

    def unique(self, codes: Iterable[str], *path: str | int, key: str = "code") -> None:
        """A fault for each code that stands before it: in the list at `path`, at the item's `key`."""
        seen: set[str] = set()
        for position, code in enumerate(codes):
            if code in seen:
                where = (*path, position, key) if key else (*path, position)
                self.at(
                    *where,
                    message=_("the code “%(code)s” stands here twice: give each its own") % {"code": code},
                )
            seen.add(code)

    def raise_any(self) -> None:
        """Raises pydantic's ValidationError, which carries each fault up to the file's reader."""
        if self.found:
            raise ValidationError.from_exception_data("part", [_detail(*fault) for fault in self.found])


def _detail(path: Path, message: str) -> InitErrorDetails:
    custom = PydanticCustomError("plan", "{message}", {"message": message})
    return InitErrorDetails(type=custom, loc=path, input=None)
