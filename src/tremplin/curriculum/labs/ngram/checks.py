"""The checks of this lab: probabilities that add up to 1, losses that mean what they say, and nothing leaking."""

import math
from collections import Counter

from tremplin.grader.checking import close, expect, fail, number

SENTENCE = "the cat sat on a mat and ate that fat rat then it ran to the hat été là où ça naît"
WORDS = SENTENCE.split()


def some_text(rng, n):
    """Words in a chain of their own, so that contexts tell something."""
    order = rng.permutation(len(WORDS))
    words, at = [], 0
    for _ in range(n):
        at = int(order[at]) if rng.random() < 0.6 else int(rng.integers(len(WORDS)))
        words.append(WORDS[at])
    return " ".join(words) + "\n"


def counted(text, order):
    padded, table = "\n" * (order - 1) + text, {}
    for i, symbol in enumerate(text):
        table.setdefault(padded[i : i + order - 1], Counter())[symbol] += 1
    return {context: dict(following) for context, following in table.items()}


def mixed(tables, context, symbol, size):
    if not tables:
        return 1 / size
    below = mixed(tables[:-1], context[1:], symbol, size)
    following = tables[-1].get(context)
    if not following:
        return below
    n, u = sum(following.values()), len(following)
    return (following.get(symbol, 0) + u * below) / (n + u)


def surprises(tables, text, size):
    before = len(tables) - 1
    padded = "\n" * before + text
    return [-math.log(mixed(tables, padded[i : i + before], s, size)) for i, s in enumerate(text)]


def parts(box, lines, fraction, seed):
    answer = box.call("split", lines, fraction, seed)
    if (
        not isinstance(answer, (tuple, list))
        or len(answer) != 2
        or not all(isinstance(p, list) for p in answer)
    ):
        fail(
            "split should return (train, held_out), two lists of lines.",
            "split devrait renvoyer (train, held_out), deux listes de lignes.",
            actual=answer,
        )
    return [[str(line) for line in part] for part in answer]


def check_split(box, rng):
    distinct = [
        f"line {i}: {WORDS[int(rng.integers(len(WORDS)))]}\n" for i in range(int(rng.integers(30, 50)))
    ]
    lines = [distinct[int(i)] for i in rng.integers(len(distinct), size=90)]
    d, seed = len(set(lines)), int(rng.integers(1 << 30))
    train, held_out = parts(box, lines, 0.25, seed)
    shared = sorted(set(train) & set(held_out))
    expect(
        not shared,
        f"{len(shared)} lines are in both parts: they stand in the text several times. What was learnt by heart is then tested. Draw among the distinct lines, and hold each out with all its copies.",
        f"{len(shared)} lignes sont dans les deux parties : elles figurent plusieurs fois dans le texte. On teste alors ce qui a été appris par cœur. Tirez parmi les lignes distinctes, et mettez chacune de côté avec toutes ses copies.",
        actual=shared[:3],
    )
    expect(
        Counter(train) + Counter(held_out) == Counter(lines),
        "Some lines are missing, or some copies. A line that occurs three times in a text counts three times.",
        "Des lignes manquent, ou des copies. Une ligne qui figure trois fois dans un texte compte trois fois.",
        expected=len(lines),
        actual=len(train) + len(held_out),
    )
    expect(
        len(set(held_out)) == int(0.25 * d),
        "The number of distinct lines held out is not int(fraction * d).",
        "Le nombre de lignes distinctes mises de côté n’est pas int(fraction * d).",
        expected=int(0.25 * d),
        actual=len(set(held_out)),
    )
    place = {line: i for i, line in reversed(list(enumerate(lines)))}
    first = [place[line] for line in dict.fromkeys(train)]
    expect(
        first == sorted(first),
        "The lines of a part should keep the order of the text: what follows what is all that we learn from.",
        "Les lignes d’une partie devraient garder l’ordre du texte : ce qui suit quoi est tout ce dont nous apprenons.",
    )
    again, other = parts(box, lines, 0.25, seed), parts(box, lines, 0.25, seed + 1)
    expect(
        again == [train, held_out] and other != again,
        "The same seed should give the same parts, and another seed others. Draw with random.Random(seed), and sort what comes out of a set before you draw: a set has no order of its own.",
        "Une même graine devrait donner les mêmes parties, et une autre graine d’autres. Tirez avec random.Random(seed), et triez ce qui sort d’un ensemble avant de tirer : un ensemble n’a pas d’ordre à lui.",
    )


def a_table(value):
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        fail(
            "count should return a dict of dicts: {context: {symbol: how often}}.",
            "count devrait renvoyer un dictionnaire de dictionnaires : {contexte: {symbole: nombre}}.",
            actual=value,
        )
    return value


def check_count(box, rng):
    text = some_text(rng, 12)
    for order in (2, 1, 4):
        got, wanted = a_table(box.call("count", text, order)), counted(text, order)
        lengths = {len(context) for context in got}
        expect(
            lengths == {order - 1},
            f"For order {order} every context should have {order - 1} characters: the symbol itself is the last of the {order}.",
            f"Pour l’ordre {order}, chaque contexte devrait avoir {order - 1} caractères : le symbole lui-même est le dernier des {order}.",
            expected=order - 1,
            actual=sorted(lengths),
        )
        total = sum(sum(following.values()) for following in got.values())
        expect(
            total == len(text),
            f"A text of {len(text)} characters gave {total} counts for order {order}. The first characters have a context too: line breaks before the text.",
            f"Un texte de {len(text)} caractères a donné {total} comptes pour l’ordre {order}. Les premiers caractères ont aussi un contexte : des retours à la ligne avant le texte.",
            expected=len(text),
            actual=total,
        )
        differing = next((c for c in wanted if got.get(c) != wanted[c]), None)
        expect(
            got == wanted,
            f"The counts after the context {differing!r} are not right.",
            f"Les comptes après le contexte {differing!r} ne sont pas justes.",
            expected=wanted.get(differing),
            actual=got.get(differing),
        )


def check_add_alpha(box, rng):
    text = some_text(rng, 40)
    alphabet = [*sorted(set(text)), "x", "y", "z"]
    table, size, alpha = counted(text, 3), len(alphabet), float(rng.uniform(0.1, 0.9))
    context = max(table, key=lambda c: sum(table[c].values()))
    ps = {
        s: number(box.call("add_alpha", table, context, s, size, alpha), "add_alpha(...)") for s in alphabet
    }
    expect(
        abs(sum(ps.values()) - 1) < 1e-9,
        f"The probabilities of all {size} symbols add up to {sum(ps.values()):.4f}. alpha is added to every count, also to those of symbols never seen: the total grows by alpha * size.",
        f"Les probabilités des {size} symboles ont pour somme {sum(ps.values()):.4f}. alpha s’ajoute à chaque compte, y compris ceux des symboles jamais vus : le total croît de alpha * size.",
        expected=1.0,
        actual=sum(ps.values()),
    )
    following, total = table[context], sum(table[context].values())
    for symbol in (max(following, key=following.get), "x"):
        close(
            ps[symbol],
            (following.get(symbol, 0) + alpha) / (total + alpha * size),
            f"add_alpha(…, {symbol!r}, …)",
        )


def check_unseen(box, rng):
    text = some_text(rng, 20)
    size = len(set(text)) + 2
    p = number(box.call("add_alpha", counted(text, 3), "zz", "e", size, 0.5), "add_alpha(...)")
    close(
        p, 1 / size, "add_alpha after an unseen context",
        because=(
            "After a context that never occurred, every symbol should have probability 1 / size. Probability 0 would make the loss of the whole text infinite.",
            "Après un contexte jamais rencontré, chaque symbole devrait avoir la probabilité 1 / size. Une probabilité 0 rendrait infinie la perte du texte entier.",
        ),
    )  # fmt: skip


def model(rng, orders=3, words=60):
    text = some_text(rng, words)
    return text, [counted(text, k) for k in range(1, orders + 1)], len(set(text)) + 3


def check_mixed(box, rng):
    _, tables, size = model(rng)
    context = max(tables[2], key=lambda c: sum(tables[2][c].values()))
    symbol = max(tables[2][context], key=tables[2][context].get)
    p = number(box.call("witten_bell", tables, context, symbol, size), "witten_bell(...)")
    wrong_end = mixed_dropping_the_last(tables, context, symbol, size)
    right = mixed(tables, context, symbol, size)
    expect(
        abs(wrong_end - right) < 1e-12 or abs(p - wrong_end) > 1e-12,
        f"The shorter context of {context!r} was taken to be {context[:1]!r}. Drop the character that is furthest away: it is {context[1:]!r}.",
        f"Le contexte plus court de {context!r} a été pris pour {context[:1]!r}. Laissez tomber le caractère le plus éloigné : c’est {context[1:]!r}.",
    )
    close(p, right, f"witten_bell(tables, {context!r}, {symbol!r}, size)")


def mixed_dropping_the_last(tables, context, symbol, size):
    p = 1 / size
    for order, table in enumerate(tables):
        following = table.get(context[:order])
        if following:
            n, u = sum(following.values()), len(following)
            p = (following.get(symbol, 0) + u * p) / (n + u)
    return p


def check_never_zero(box, rng):
    text, tables, size = model(rng)
    alphabet = [*sorted(set(text)), "x", "y", "z"]
    for context in (text[5:7], "zz", "z" + text[8]):
        ps = [number(box.call("witten_bell", tables, context, s, size), "witten_bell(...)") for s in alphabet]
        expect(
            min(ps) > 0,
            f"After {context!r} some symbol has probability 0. Each order hands a share u / (n + u) to the order below, and order 0 knows every symbol.",
            f"Après {context!r}, un symbole a la probabilité 0. Chaque ordre cède une part u / (n + u) à l’ordre inférieur, et l’ordre 0 connaît tous les symboles.",
            actual=alphabet[ps.index(min(ps))],
        )
        expect(
            abs(sum(ps) - 1) < 1e-9,
            f"After {context!r} the probabilities add up to {sum(ps):.6f}. An order whose context was never seen should change nothing.",
            f"Après {context!r}, les probabilités ont pour somme {sum(ps):.6f}. Un ordre dont le contexte n’a jamais été vu ne devrait rien changer.",
            expected=1.0,
            actual=sum(ps),
        )


def check_loss(box, rng):
    _, tables, size = model(rng)
    text = some_text(rng, 15)
    got = number(box.call("loss", tables, text, size), "loss(...)")
    each = surprises(tables, text, size)
    mean, n = sum(each) / len(each), len(each)
    expect(
        abs(got - mean * n) > 1e-6,
        "This is the sum over the text. A loss is a mean: otherwise a long text is always worse than a short one.",
        "C’est la somme sur le texte. Une perte est une moyenne : sinon, un long texte est toujours pire qu’un court.",
        expected=mean,
        actual=got,
    )
    expect(
        abs(got - mean / math.log(2)) > 1e-6,
        "This is in bits. Nats use the natural logarithm, math.log.",
        "C’est en bits. Les nats emploient le logarithme naturel, math.log.",
        expected=mean,
        actual=got,
    )
    of_the_mean = -math.log(sum(math.exp(-x) for x in each) / n)
    expect(
        abs(got - of_the_mean) > 1e-6,
        "This is the logarithm of the mean probability. Take the mean of the logarithms: one character that was thought impossible must be felt.",
        "C’est le logarithme de la probabilité moyenne. Prenez la moyenne des logarithmes : un seul caractère jugé impossible doit se sentir.",
        expected=mean,
        actual=got,
    )
    later = sum(each[2:]) / (n - 2)
    expect(
        abs(got - later) > 1e-6,
        "The first characters were left out. They have a context too: line breaks before the text, as in count.",
        "Les premiers caractères ont été laissés de côté. Ils ont aussi un contexte : des retours à la ligne avant le texte, comme dans count.",
        expected=mean,
        actual=got,
    )
    close(got, mean, "loss(tables, text, size)", rtol=1e-6)


def check_bits_per_byte(box, rng):
    nats, text = float(rng.uniform(1, 3)), some_text(rng, 30) + "où ça ? là, à l’été"
    got = number(box.call("bits_per_byte", nats, text), "bits_per_byte(...)")
    bits, stretch = nats / math.log(2), len(text.encode()) / len(text)
    for wrong, en, fr in (
        (bits, "These are bits per character. A text has more bytes than characters as soon as it has an é.", "Ce sont des bits par caractère. Un texte a plus d’octets que de caractères dès qu’il contient un é."),
        (nats / stretch, "These are nats per byte. One nat is 1 / ln 2 = 1.44 bits.", "Ce sont des nats par octet. Un nat vaut 1 / ln 2 = 1,44 bit."),
        (bits * stretch, "The loss was multiplied by bytes per character. There are more bytes than characters, so each holds less: divide.", "La perte a été multipliée par le nombre d’octets par caractère. Il y a plus d’octets que de caractères, chacun en contient donc moins : divisez."),
    ):  # fmt: skip
        expect(abs(got - wrong) > 1e-9, en, fr, expected=bits / stretch, actual=got)
    close(got, bits / stretch, "bits_per_byte(nats, text)")
