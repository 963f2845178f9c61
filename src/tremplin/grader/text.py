"""Text in both languages, as one mapping that is stored with a result and shown in the reader's own."""

from __future__ import annotations

from typing import Any

Text = dict[str, str]
LANGUAGES = ("en", "fr")


def say(text: Text, language: str = "en") -> str:
    return text.get(language) or text.get("en", "")


def fill(text: Text, **values: Any) -> Text:
    """Put values into each language's sentence; a value that is text in both gives each its own."""
    return {
        language: sentence.format(
            **{key: value[language] if isinstance(value, dict) else value for key, value in values.items()}
        )
        for language, sentence in text.items()
    }


def both(en: str, fr: str) -> Text:
    return {"en": en, "fr": fr}
