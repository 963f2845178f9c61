import numpy as np


def with_temperature(logits, t):
    if t == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    weights = np.exp((logits - logits.max()) / t)
    return weights / weights.sum()


def top_k(p, k):
    kept = np.argsort(-p, kind="stable")[:k]
    result = np.zeros_like(p)
    result[kept] = p[kept]
    return result / result.sum()


def top_p(p, threshold):
    order = np.argsort(-p, kind="stable")
    enough = np.searchsorted(np.cumsum(p[order]), threshold) + 1
    kept = order[:enough]
    result = np.zeros_like(p)
    result[kept] = p[kept]
    return result / result.sum()


def pick(p, u):
    place = np.searchsorted(np.cumsum(p), u, side="right")
    return np.minimum(place, np.flatnonzero(p)[-1])


def next_symbols(logits, u, t=1.0, k=None, threshold=None):
    p = with_temperature(logits, t)
    if k is not None:
        p = top_k(p, k)
    if threshold is not None:
        p = top_p(p, threshold)
    return pick(p, u)


def speculate(p, q, draft, u, v):
    result = draft.copy()
    rejected = u >= p[draft] / q[draft]
    if rejected.any():
        rest = np.maximum(p - q, 0)
        result[rejected] = pick(rest / rest.sum(), v[rejected])
    return result


def beam(logp, start, end, width, steps, alpha=0.0):
    running, finished = [([], 0.0)], []
    for _ in range(steps):
        longer = []
        for symbols, score in running:
            last = symbols[-1] if symbols else start
            longer += [([*symbols, b], score + float(logp[last, b])) for b in range(len(logp))]
        longer.sort(key=lambda item: -item[1])
        best = longer[:width]
        running = best
    return max(finished + running, key=lambda item: item[1] / len(item[0]) ** alpha)
