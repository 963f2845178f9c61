"""Programme files to begin with: each models a real kind of programme from public facts, and says which."""

from importlib.resources import files

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """The names of all shipped templates."""
    entries = files("tremplin.programme_templates").iterdir()
    return tuple(
        sorted(entry.name.removesuffix(_SUFFIX) for entry in entries if entry.name.endswith(_SUFFIX))
    )


def text(name: str) -> str:
    """The programme file of the template `name`. Raises KeyError for a name that does not exist."""
    if name not in names():
        raise KeyError(name)
    return files("tremplin.programme_templates").joinpath(f"{name}{_SUFFIX}").read_text("utf-8")
