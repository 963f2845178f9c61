"""Every text speaks French: collected anew, the catalogues hold nothing untranslated and nothing missing."""

import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command

SOURCE = Path(__file__).parents[1] / "src" / "tremplin"
APPS = sorted(path.parent for path in [*SOURCE.glob("*/apps.py"), *SOURCE.glob("core/*/apps.py")])


@pytest.mark.parametrize("app", APPS, ids=lambda app: str(app.relative_to(SOURCE)))
def test_every_text_is_translated(app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "app"
    shutil.copytree(app, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    (copy / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(copy)
    call_command(
        "makemessages",
        locale=["fr"],
        no_location=True,
        no_obsolete=True,
        ignore_patterns=["jobs/*", "outbox/*"] if app.name == "core" else [],
        verbosity=0,
    )
    catalogue = copy / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    if not catalogue.exists():
        return
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    missing = [
        message.id
        for message in messages
        if message.fuzzy or not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]
    assert not missing


def test_the_same_english_says_the_same_in_french_everywhere() -> None:
    """Of two catalogues with the same text the first one wins on every page: what means another thing has a context."""
    said: dict[tuple[str, object], dict[object, list[str]]] = {}
    for app in APPS:
        catalogue = app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
        if not catalogue.exists():
            continue
        with catalogue.open("rb") as file:
            messages = [message for message in read_po(file, locale="fr") if message.id and not message.fuzzy]
        for message in messages:
            french = said.setdefault((message.context or "", message.id), {})
            french.setdefault(message.string, []).append(str(app.relative_to(SOURCE)))
    assert {english: french for english, french in said.items() if len(french) > 1} == {}
