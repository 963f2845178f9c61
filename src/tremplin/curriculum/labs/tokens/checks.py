"""The checks of this lab. Texts are made up on the spot, with accents and signs of several bytes among them."""

import re
from collections import Counter

import numpy as np

from tremplin.grader.checking import close, expect, fail, number

SYLLABLES = "ba de ti mo rü né ça lô 好 🙂 st an er ou ch ll ée ß".split()


def some_text(rng, words=400, different=40):
    made = ["".join(rng.choice(SYLLABLES, size=int(rng.integers(1, 5)))) for _ in range(different)]
    weights = 1 / np.arange(1, different + 1)
    chosen = rng.choice(made, size=words, p=weights / weights.sum())
    return " ".join(str(word) for word in chosen)


def cut(text):
    return re.findall(r" ?[^\s]+|\s", text)


def reference_merge(ids, pair, new):
    out = []
    for token in ids:
        out.append(token)
        if len(out) > 1 and (out[-2], out[-1]) == pair and out[-2] != new:
            out[-2:] = [new]
    return out


def reference_best(words):
    counts = Counter()
    for ids, times in words:
        counts.update({pair: n * times for pair, n in Counter(zip(ids, ids[1:])).items()})
    return min(counts, key=lambda pair: (-counts[pair], pair)) if counts else None


def reference_train(parts, size):
    words = [(list(piece.encode()), times) for piece, times in Counter(parts).items()]
    merges = []
    while len(merges) < size and (pair := reference_best(words)):
        words = [(reference_merge(ids, pair, 256 + len(merges)), times) for ids, times in words]
        merges.append(pair)
    return merges


def reference_encode(text, merges):
    out = []
    for piece in cut(text):
        ids = list(piece.encode())
        for k, pair in enumerate(merges):
            ids = reference_merge(ids, pair, 256 + k)
        out += ids
    return out


def lists(merges):
    return [list(pair) for pair in merges]


def pairs_of(value, name):
    if not isinstance(value, list) or not all(isinstance(p, (tuple, list)) and len(p) == 2 for p in value):
        fail(f"{name} should be a list of pairs.", f"{name} devrait être une liste de paires.", actual=value)
    return [tuple(int(token) for token in pair) for pair in value]


def check_merge(box, rng):
    a, b = (int(v) for v in rng.permutation(200)[:2])
    for ids in ([a, b, a, b, a], [b, a, a, b], [a], [], [a, a, a], [a, a, a, a, a]):
        for pair in ((a, b), (a, a)):
            got = box.call("merge", ids, list(pair), 300)
            wanted = reference_merge(ids, pair, 300)
            expect(
                got == wanted,
                f"merge({ids}, {pair}, 300) is off. Go from left to right; when the pair is found, both tokens are used up, so step over both.",
                f"merge({ids}, {pair}, 300) est inexact. Allez de gauche à droite ; quand la paire est trouvée, ses deux tokens sont consommés : avancez de deux.",
                expected=wanted,
                actual=got,
            )


def check_best_pair(box, rng):
    a, b, c, d = (int(v) for v in np.sort(rng.permutation(200)[:4]))
    words = [[[c, d], 9], [[a, b], 1], [[a, b, a], 1], [[a, b, c], 2]]
    got = box.call("best_pair", words)
    expect(
        got is None or tuple(got) != (a, b),
        "Each word was counted once. A word that occurs nine times in the text counts nine times.",
        "Chaque mot a été compté une fois. Un mot qui apparaît neuf fois dans le texte compte neuf fois.",
        expected=(c, d),
        actual=got,
    )
    expect(
        tuple(got or ()) == (c, d), "best_pair is off.", "best_pair est inexact.", expected=(c, d), actual=got
    )
    words = [[[c, d], 4], [[b, c], 4], [[b, a], 4]]
    got = box.call("best_pair", words)
    expect(
        tuple(got or ()) == (b, a),
        "Three pairs occur equally often, and it was not the smallest that was taken. Without a rule for ties, the tokens depend on the order in which words were read.",
        "Trois paires sont aussi fréquentes, et ce n’est pas la plus petite qui a été prise. Sans règle pour les ex æquo, les tokens dépendent de l’ordre de lecture des mots.",
        expected=(b, a),
        actual=got,
    )
    got = box.call("best_pair", [[[a], 5], [[b], 2]])
    expect(
        got is None,
        "Words of one token have no pair: return None.",
        "Des mots d’un seul token n’ont pas de paire : renvoyez None.",
        expected="None",
        actual=got,
    )


def check_train(box, rng):
    text = some_text(rng)
    wanted = reference_train(cut(text), 60)
    got = pairs_of(box.call("train", text, 60), "train(text, 60)")
    expect(
        got != reference_train([text], 60),
        "Pairs were counted across words: the end of one and the beginning of the next. Count within the pieces only, or tokens become bits of phrases.",
        "Des paires ont été comptées d’un mot à l’autre : la fin de l’un et le début du suivant. Comptez à l’intérieur des morceaux seulement, sinon les tokens deviennent des bouts de phrases.",
    )
    first = next(
        (k for k, (one, two) in enumerate(zip(got, wanted)) if one != two), min(len(got), len(wanted))
    )
    expect(
        got == wanted,
        f"The first {first} merges are right, number {first} is not.",
        f"Les {first} premières fusions sont justes, la numéro {first} ne l’est pas.",
        expected=wanted[first] if first < len(wanted) else len(wanted),
        actual=got[first] if first < len(got) else len(got),
    )
    few = pairs_of(box.call("train", "ab ab", 50), 'train("ab ab", 50)')
    expect(
        few == reference_train(cut("ab ab"), 50),
        'In "ab ab" only two merges are possible; train should stop there.',
        "Dans « ab ab », deux fusions seulement sont possibles ; train devrait s’arrêter là.",
        expected=reference_train(cut("ab ab"), 50),
        actual=few,
    )


def check_large(box, rng):
    text = some_text(rng, words=40_000, different=500)
    got = pairs_of(box.call("train", text, 150), "train(text, 150)")
    expect(
        got == reference_train(cut(text), 150),
        "On a large text the merges are off.",
        "Sur un grand texte, les fusions sont inexactes.",
    )


def check_encode(box, rng):
    text = some_text(rng)
    merges = reference_train(cut(text), 80)
    other = some_text(rng, words=60) + "\n\t" + text[:200]
    wanted = reference_encode(other, merges)
    got = box.call("encode", other, lists(merges))
    expect(
        isinstance(got, list) and all(isinstance(token, int) for token in got),
        "encode should return a list of integers.",
        "encode devrait renvoyer une liste d’entiers.",
        actual=got,
    )
    first = next(
        (k for k, (one, two) in enumerate(zip(got, wanted)) if one != two), min(len(got), len(wanted))
    )
    expect(
        got == wanted,
        f"From token {first} on, the text is cut in another way. Within a piece, the merge that was learnt first goes first, wherever it is; neither the longest token nor the leftmost pair.",
        f"À partir du token {first}, le texte est coupé autrement. Dans un morceau, la fusion apprise en premier passe d’abord, où qu’elle soit ; ni le token le plus long, ni la paire la plus à gauche.",
        expected=wanted[first : first + 6],
        actual=got[first : first + 6],
    )


def check_decode(box, rng):
    merges = reference_train(cut(some_text(rng)), 50)
    points = rng.integers(32, 0x2FFF, size=60).tolist() + rng.integers(0x1F300, 0x1F600, size=20).tolist()
    for text in (
        some_text(rng, words=30),
        "".join(chr(p) for p in rng.permutation(points)),
        "  two\n\nblanks ",
        "",
    ):
        ids = reference_encode(text, merges)
        got = box.call("decode", ids, lists(merges))
        expect(
            got == text,
            "What was encoded does not come back. One character may lie across two tokens: join the bytes of all of them first, and make text of the whole.",
            "Ce qui a été codé ne revient pas. Un caractère peut être à cheval sur deux tokens : réunissez d’abord les octets de tous, et faites du texte de l’ensemble.",
            expected=text[:60],
            actual=str(got)[:60],
        )


def check_any_tokens(box, rng):
    merges = reference_train(cut(some_text(rng)), 40)
    tokens = [bytes([byte]) for byte in range(256)]
    for one, two in merges:
        tokens.append(tokens[one] + tokens[two])
    ids = [*rng.integers(128, 256, size=12).tolist(), *rng.integers(0, 256 + len(merges), size=30).tolist()]
    got = box.call("decode", ids, lists(merges))
    wanted = b"".join(tokens[i] for i in ids).decode("utf-8", errors="replace")
    expect(
        got == wanted,
        "Tokens in any order should decode to what their bytes give, with the replacement character where they are no text.",
        "Des tokens dans un ordre quelconque devraient se décoder en ce que donnent leurs octets, avec le caractère de remplacement là où ce n’est pas du texte.",
        expected=wanted,
        actual=got,
    )


def check_bytes_per_token(box, rng):
    text = some_text(rng)
    merges = reference_train(cut(text), 50)
    got = number(box.call("bytes_per_token", text, lists(merges)), "bytes_per_token(text, merges)")
    count = len(reference_encode(text, merges))
    expect(
        abs(got - len(text) / count) > 1e-9,
        "Characters were counted, not bytes. An e with an accent has two bytes, and 🙂 four: len(text.encode()).",
        "Ce sont les caractères qui ont été comptés, pas les octets. é compte deux octets, et 🙂 quatre : len(text.encode()).",
        expected=len(text.encode()) / count,
        actual=got,
    )
    close(got, len(text.encode()) / count, "bytes_per_token(text, merges)", rtol=1e-9)
