import math
import random
from collections import Counter, defaultdict


def split(lines, fraction, seed):
    distinct = sorted(set(lines))
    random.Random(seed).shuffle(distinct)
    held_out = set(distinct[: int(fraction * len(distinct))])
    return [x for x in lines if x not in held_out], [x for x in lines if x in held_out]


def count(text, order):
    padded = "\n" * (order - 1) + text
    table = defaultdict(Counter)
    for i in range(len(text)):
        table[padded[i : i + order - 1]][text[i]] += 1
    return {context: dict(following) for context, following in table.items()}


def add_alpha(table, context, symbol, size, alpha):
    following = table.get(context, {})
    return (following.get(symbol, 0) + alpha) / (sum(following.values()) + alpha * size)


def witten_bell(tables, context, symbol, size):
    p = 1 / size
    for order, table in enumerate(tables, start=1):
        following = table.get(context[len(context) - order + 1 :], {})
        if following:
            total, kinds = sum(following.values()), len(following)
            p = (following.get(symbol, 0) + kinds * p) / (total + kinds)
    return p


def loss(tables, text, size):
    before = len(tables) - 1
    padded = "\n" * before + text
    total = 0.0
    for i, symbol in enumerate(text):
        total -= math.log(witten_bell(tables, padded[i : i + before], symbol, size))
    return total / len(text)


def bits_per_byte(nats, text):
    return nats / math.log(2) * len(text.encode()) / len(text)
