"""Addresses, links, handles, telephone numbers and streets: what leads to a person and has a shape."""

import re
from collections.abc import Iterator

from tremplin.blinding.rules.found import Found
from tremplin.core.text import fold

_ENDINGS = "com|org|net|io|dev|me|ai|app|edu|gov|info|co|fr|uk|de|eu|ca|ng|ke|in|br|be|ch|sn|ma|tn|dz|ci|cm|za|gh|es|it"
# Every pattern begins where a word does and has an end to how long its parts may be: 50,000 letters without a space
# are looked through once, and not once from each letter.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,128}\s?(?:@|\[at\]|\(at\))\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}", re.IGNORECASE
)
_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,128}\s(?:at|arobase|arobas)\s[\w-]{1,63}"
    r"(?:\s?(?:\.|\b(?:dot|point)\b)\s?[\w-]{1,63}){0,6}"
    rf"\s?(?:\.|\b(?:dot|point)\b)\s?(?:{_ENDINGS})\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?]"
    rf"|(?<![a-z0-9-])(?<![a-z0-9-]\.)(?:[a-z0-9-]{{1,63}}\.){{1,20}}(?:{_ENDINGS})\b"
    r"(?:/(?:[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?])?)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@/.])@([A-Za-z0-9][\w.-]{0,37}\w)")
_CALLED = re.compile(
    r"\b(?:github|gitlab|linkedin|twitter|instagram|insta|telegram|discord|kaggle|youtube|tiktok|facebook|"
    r"mastodon|snapchat|hugging\s?face|codeberg|orcid|skype|whatsapp)\b[^\S\n]*"
    r"(?:(?:user(?:name)?|handle|account|pseudo|compte|nom d[’']utilisateur|id)\b[^\S\n]*(?:is\b|est\b|[:=])?|[:=])"
    r"[^\S\n]*([A-Za-z0-9][\w.#-]+\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,-])(?:"
    r"(?:\+\d|\(0|0\d)(?:[\s.()/-]?\d){7,13}"
    r"|\(?\d{3}\)?[-. ]\d{3}[-.]\d{4}"
    r"|\d{2}[ .]\d{3}[ .]\d{2}[ .]\d{2}"
    r")(?![\w-])"
)
_ORCID = re.compile(r"(?<![\w-])\d{4}-\d{4}-\d{4}-\d{3}[\dX](?![\w-])")
_STREET = re.compile(
    r"(?<![\w.,])\d{1,4}(?:[ \u00a0]?(?:bis|ter))?,?[ \u00a0](?:rue|avenue|av\.|boulevard|bd|chemin|impasse|allée|"
    r"quai|route|cours|square)[ \u00a0](?:(?:de|du|des|la|le|les|l[’']|d[’'])[ \u00a0]?)*"
    r"[^\W\d_][\w’'-]*(?:[ \u00a0](?:(?:de|du|des|la|le|les)[ \u00a0])*[A-ZÀ-Ý][\w’'-]*){0,4}"
    r"|(?<![\w.,])\d{1,5}[ ](?:[A-Z][\w’'-]*[ ]){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|"
    r"Close|Court|Square|Crescent|Terrace)\b\.?",
    re.IGNORECASE,
)
_DOT = re.compile(r"\.[a-z]", re.IGNORECASE)
# Places where everybody learns: naming them names nobody, as long as no path to a person follows.
_COMMON = frozenset(
    [
        "coursera.org",
        "deeplearning.ai",
        "edx.org",
        "fast.ai",
        "freecodecamp.org",
        "github.com",
        "huggingface.co",
        "kaggle.com",
        "khanacademy.org",
        "openai.com",
        "openclassrooms.com",
        "python.org",
        "pytorch.org",
        "scikit-learn.org",
        "socket.io",
        "stackoverflow.com",
        "tensorflow.org",
        "udacity.com",
        "udemy.com",
        "w3schools.com",
        "wikipedia.org",
        "youtube.com",
    ]
)
_SHORTEST_HANDLE = 4


def contacts(text: str) -> Iterator[Found]:
    """What has the shape of a way to somebody. Cheap marks are looked for first: most texts have none of it."""
    if "@" in text or "(at)" in text.lower() or "[at]" in text.lower():
        yield from (_found(found, "email") for found in _EMAIL.finditer(text))
    yield from (_found(found, "email") for found in _SPELT.finditer(text))
    if "://" in text or _DOT.search(text):
        for found in _LINK.finditer(text):
            if found[0].lower() not in _COMMON:
                yield _found(found, "link")
    if "@" in text:
        for found in _HANDLE.finditer(text):
            yield Found(found.start(), found.end(), "handle", fold(found[1]))
    for found in _CALLED.finditer(text):
        yield Found(found.start(1), found.end(1), "handle", fold(found[1]))
    if any(char.isdigit() for char in text):
        for found in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", found[0])
            yield Found(found.start(), found.end(), "phone", digits[-8:])
        yield from (_found(found, "handle") for found in _ORCID.finditer(text))
        yield from (_found(found, "street") for found in _STREET.finditer(text))


def _found(found: "re.Match[str]", kind: str) -> Found:
    if kind == "email":
        return Found(found.start(), found.end(), "email", fold(found[0]))
    if kind == "link":
        return Found(found.start(), found.end(), "link", fold(found[0]).rstrip("/"))
    if kind == "street":
        return Found(found.start(), found.end(), "street", fold(found[0]))
    return Found(found.start(), found.end(), "handle", fold(found[0]))


def handles_in(text: str) -> set[str]:
    """What somebody is called elsewhere, told by an address or a link that they gave as theirs, folded."""
    names = {found[0].partition("@")[0] for found in _EMAIL.finditer(text)}
    for found in _LINK.finditer(_EMAIL.sub(" ", text)):
        _scheme, _slashes, rest = found[0].rpartition("://")
        host, _slash, path = rest.partition("/")
        names.add(path.split("/")[0].split("?")[0] if path else host.removeprefix("www.").split(".")[0])
        if path.startswith(("in/", "u/", "user/", "users/")):
            names.add(path.split("/")[1])
    names |= {found[1] for found in _HANDLE.finditer(text)}
    common = {host.split(".")[0] for host in _COMMON} | {
        "user",
        "users",
        "linkedin",
        "gitlab",
        "info",
        "contact",
    }
    folded = {fold(name).strip("@.-_~") for name in names}
    return {name for name in folded if len(name) >= _SHORTEST_HANDLE and name not in common}
