import re
from collections import Counter


def pieces(text):
    """Cut a text into words, each with the space before it, and single other blanks. Nothing is lost."""
    return re.findall(r" ?[^\s]+|\s", text)


def merge(ids, pair, new):
    out, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            out.append(new)
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return out


def best_pair(words):
    counts = Counter()
    for ids, times in words:
        for pair in zip(ids, ids[1:]):
            counts[pair] += times
    return min(counts, key=lambda pair: (-counts[pair], pair), default=None)


def train(text, size):
    words = [[list(piece.encode()), 1] for piece in pieces(text)]
    merges = []
    while len(merges) < size:
        pair = best_pair(words)
        if pair is None:
            break
        words = [[merge(ids, pair, 256 + len(merges)), times] for ids, times in words]
        merges.append(pair)
    return merges


def encode(text, merges):
    rank = {tuple(pair): k for k, pair in enumerate(merges)}
    out = []
    for piece in pieces(text):
        ids = list(piece.encode())
        while len(ids) > 1:
            pair = min(zip(ids, ids[1:]), key=lambda pair: rank.get(pair, len(rank)))
            if pair not in rank:
                break
            ids = merge(ids, pair, 256 + rank[pair])
        out += ids
    return out


def decode(ids, merges):
    tokens = [bytes([byte]) for byte in range(256)]
    for first, second in merges:
        tokens.append(tokens[first] + tokens[second])
    return b"".join(tokens[i] for i in ids).decode("utf-8", errors="replace")


def bytes_per_token(text, merges):
    return len(text.encode()) / len(encode(text, merges))
