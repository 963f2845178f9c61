"""Answers that the server gives without the application: plain, in the reader's language, and with a way on.

They must come out right when nothing else works, so they use no template, catalogue or database.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tremplin.web.body import Limits

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Words(NamedTuple):
    title: str
    text: str


_EN = {
    408: Words(
        "The upload took too long",
        "The line was silent for a minute, so nothing was saved. Go back: your browser still holds what you "
        "typed. Try again, perhaps with a smaller file or a better connection.",
    ),
    413: Words(
        "The file is too large",
        "A file may have up to {file} megabytes, a sound or a film up to {most}. Nothing was saved. Go back: your "
        "browser still holds what you typed. Choose a smaller file.",
    ),
    500: Words(
        "Something broke on our side",
        "The fault is ours, and nothing that was saved is lost. Go back: your browser may still hold what "
        "you typed. Then try again in a minute.",
    ),
    503: Words(
        "Very many people are here at once",
        "Your request was not taken in, and nothing was saved. Go back: your browser still holds what you "
        "typed. Try again in half a minute.",
    ),
    507: Words(
        "We have run out of room",
        "The server cannot store your file now, and nothing was saved. Go back: your browser still holds what "
        "you typed. Please tell the organisers, and try again later.",
    ),
}
_FR = {
    408: Words(
        "L’envoi a pris trop de temps",
        "La connexion est restée muette pendant une minute : rien n’a été enregistré. Revenez en arrière : "
        "votre navigateur a gardé ce que vous aviez écrit. Réessayez, si possible avec un fichier plus petit "
        "ou une meilleure connexion.",
    ),
    413: Words(
        "Le fichier est trop volumineux",
        "Un fichier peut peser jusqu’à {file} mégaoctets, un son ou un film jusqu’à {most}. Rien n’a été enregistré. "
        "Revenez en arrière : votre navigateur a gardé ce que vous aviez écrit. Choisissez un fichier plus petit.",
    ),
    500: Words(
        "Une panne de notre côté",
        "La faute est à nous, et rien de ce qui était enregistré n’est perdu. Revenez en arrière : votre "
        "navigateur a peut-être gardé ce que vous aviez écrit. Puis réessayez dans une minute.",
    ),
    503: Words(
        "Beaucoup de monde en même temps",
        "Votre demande n’a pas été prise en compte et rien n’a été enregistré. Revenez en arrière : votre "
        "navigateur a gardé ce que vous aviez écrit. Réessayez dans une demi-minute.",
    ),
    507: Words(
        "Nous manquons de place",
        "Le serveur ne peut pas garder votre fichier pour l’instant ; rien n’a été enregistré. Revenez en "
        "arrière : votre navigateur a gardé ce que vous aviez écrit. Prévenez l’équipe d’organisation et "
        "réessayez plus tard.",
    ),
}

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title} – Tremplin</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/core/tremplin.css">
</head>
<body>
<div class="page">
<main id="main">
<div class="page-header"><h1>{title}</h1>
<p class="lead">{text}</p></div>
{more}</main>
</div>
</body>
</html>
"""
_BACK = '<p class="actions"><a class="button button--quiet" href="{href}">{label}</a></p>\n'
_OTHER = '<div class="content" lang="{lang}"><h2>{title}</h2>\n<p>{text}</p></div>\n'
_LABELS = {"en": "Open the page anew", "fr": "Rouvrir la page"}
_MEGABYTE = 1024 * 1024


def page(status: int, *, language: str, limits: Limits, back: str = "") -> str:
    """The page for `status` in the reader's language; in both, English first, where it is not known.

    `back` is the address of the form, if the browser said it.
    """
    figures = {"file": limits.file // _MEGABYTE, "most": max(1, limits.body // _MEGABYTE - 1)}
    first = language or "en"
    words = {lang: known.get(status, known[500]) for lang, known in (("en", _EN), ("fr", _FR))}
    more = _BACK.format(href=escape(back), label=_LABELS[first]) if back else ""
    if not language:
        title, text = (escape(part.format(**figures)) for part in words["fr"])
        more += _OTHER.format(lang="fr", title=title, text=text)
    title, text = (escape(part.format(**figures)) for part in words[first])
    return _PAGE.format(lang=first, title=title, text=text, more=more)


def language_of(headers: Mapping[bytes, bytes]) -> str:
    """The one chosen here, else the browser's first one; empty where it speaks neither."""
    chosen = re.search(rb"(?:^|;\s*)language=(en|fr)", headers.get(b"cookie", b""))
    wanted = chosen[1] if chosen else headers.get(b"accept-language", b"").strip().lower()[:2]
    return wanted.decode() if wanted in {b"en", b"fr"} else ""


def back_of(headers: Mapping[bytes, bytes]) -> str:
    """The page that the form stood on, if it is one of this house. Nothing is loaded from it without a press."""
    came_from = urlsplit(headers.get(b"referer", b"").decode("latin-1"))
    host = headers.get(b"host", b"").decode("latin-1")
    path = came_from.path if came_from.netloc == host and came_from.scheme in {"http", "https"} else ""
    if not path.startswith("/") or path.startswith("//"):
        return ""
    return f"{path}?{came_from.query}" if came_from.query else path


async def send(status: int, headers: Mapping[bytes, bytes], limits: Limits, send: Send) -> None:
    """Answer with the page for `status` and end the connection: the rest of the request is not wanted."""
    body = page(status, language=language_of(headers), limits=limits, back=back_of(headers)).encode()
    reply = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; img-src 'self'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
        (b"server", b"tremplin"),
    ]
    if status == 503:
        reply.append((b"retry-after", b"30"))
    await send({"type": "http.response.start", "status": status, "headers": reply})
    await send({"type": "http.response.body", "body": body})
