"""Answers that the server gives without the application: plain, bilingual, and with a way on.

They must come out right when nothing else works, so they use no template, catalogue or database.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from html import escape
from typing import Any, NamedTuple

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
        "Files may have up to {megabytes} megabytes. Nothing was saved. Go back: your browser still holds "
        "what you typed. Choose a smaller file.",
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
        "Un fichier peut peser jusqu’à {megabytes} mégaoctets. Rien n’a été enregistré. Revenez en arrière : "
        "votre navigateur a gardé ce que vous aviez écrit. Choisissez un fichier plus petit.",
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
<html lang="{first}">
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
<div class="content" lang="{second}"><h2>{other_title}</h2>
<p>{other_text}</p></div>
</main>
</div>
</body>
</html>
"""


def page(status: int, *, french: bool, limit: int) -> str:
    """The page for `status`, in both languages, the reader's own first."""
    megabytes = max(1, limit // (1024 * 1024) - 1)  # the limit leaves one megabyte for the rest of the form
    pair = (_FR, _EN) if french else (_EN, _FR)
    first, second = (words.get(status, words[500]) for words in pair)
    return _PAGE.format(
        first="fr" if french else "en",
        second="en" if french else "fr",
        title=escape(first.title),
        text=escape(first.text.format(megabytes=megabytes)),
        other_title=escape(second.title),
        other_text=escape(second.text.format(megabytes=megabytes)),
    )


def prefers_french(headers: Mapping[bytes, bytes]) -> bool:
    """By the language chosen here, else by the browser's first one."""
    chosen = re.search(rb"(?:^|;\s*)language=(en|fr)", headers.get(b"cookie", b""))
    if chosen:
        return chosen[1] == b"fr"
    return headers.get(b"accept-language", b"").strip().lower().startswith(b"fr")


async def send(status: int, headers: Mapping[bytes, bytes], limit: int, send: Send) -> None:
    """Answer with the page for `status` and end the connection: the rest of the request is not wanted."""
    body = page(status, french=prefers_french(headers), limit=limit).encode()
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
