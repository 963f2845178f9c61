"""The page on data protection names every cookie that the software sets, and no other."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tremplin.web.cookies import cookies

SOURCE = Path(__file__).parents[2] / "src"
SETS = "set_cookie"


def set_by_us() -> dict[str, str]:
    """Each cookie that our code sets, by its name; where."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        if SETS not in text:
            continue
        module = import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in {SETS, "set_signed_cookie"}:
                name = eval(compile(ast.Expression(call.args[0]), path.name, "eval"), vars(module))
                found[str(name)] = str(path)
    for path in SOURCE.rglob("static/**/*.js"):
        for name in re.findall(r"""document\.cookie\s*=\s*["'`](\w+)=""", path.read_text("utf-8")):
            found[name] = str(path)
    return found


def set_by_django() -> set[str]:
    """What the middlewares that are switched on set."""
    on = {name.rpartition(".")[2] for name in settings.MIDDLEWARE}
    names = set()
    if any("Session" in name for name in on):
        names.add(settings.SESSION_COOKIE_NAME)
    if any("Csrf" in name for name in on) and not settings.CSRF_USE_SESSIONS:
        names.add(settings.CSRF_COOKIE_NAME)
    if "MessageMiddleware" in on and not settings.MESSAGE_STORAGE.endswith("SessionStorage"):
        names.add(CookieStorage.cookie_name)
    return names


def test_the_list_holds_every_cookie_that_is_set_and_no_other() -> None:
    ours = set_by_us()
    assert {"language", "saved", "answered"} <= ours.keys()
    assert {cookie.name for cookie in cookies()} == ours.keys() | set_by_django()


def test_the_parts_of_the_sign_in_that_would_set_more_are_off() -> None:
    assert not getattr(settings, "MFA_TRUST_ENABLED", False)
    assert not [app for app in settings.INSTALLED_APPS if "socialaccount" in app]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_names_each_with_its_reason_and_its_end(language: str) -> None:
    page = Client(headers={"accept-language": language}).get(reverse("data-protection")).text
    with translation.override(language):
        for cookie in cookies():
            assert f"<code>{cookie.name}</code>" in page
            assert cookie.what_for in page
            assert cookie.how_long[1:] in page


def test_each_is_explained_in_both_languages() -> None:
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = [(cookie.what_for, cookie.how_long) for cookie in cookies()]
    for (what_en, long_en), (what_fr, long_fr) in zip(said["en"], said["fr"], strict=True):
        assert what_en != what_fr
        assert long_en != long_fr
