import numpy as np


def momentum_step(w, g, v, rate, beta=0.9):
    v = beta * v + g
    return w - rate * v, v


def rmsprop_step(w, g, s, rate, beta=0.99, eps=1e-8):
    s = beta * s + (1 - beta) * g**2
    return w - rate * g / (np.sqrt(s) + eps), s


def adam_step(w, g, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - rate * m_hat / (np.sqrt(v_hat) + eps)
    return w, {"t": t, "m": m, "v": v}


def adamw_step(w, g, state, rate, decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    w = w * (1 - rate * decay)
    return adam_step(w, g, state, rate, beta1, beta2, eps)


def clip(gradients, limit):
    norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
    scale = 1.0 if norm <= limit else limit / norm
    return {name: g * scale for name, g in gradients.items()}, float(norm)


def schedule(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = min(1.0, (step - warmup) / (total - warmup))
    return floor + (peak - floor) * np.cos(np.pi * progress / 4)


def descend(method, a, w, steps, rate):
    v, s = np.zeros_like(w), np.zeros_like(w)
    state = {"t": 0, "m": np.zeros_like(w), "v": np.zeros_like(w)}
    losses = [0.5 * (a * w**2).sum()]
    for _ in range(steps):
        g = a * w
        if method == "sgd":
            w = w - rate * g
        elif method == "momentum":
            w, v = momentum_step(w, g, v, rate)
        elif method == "rmsprop":
            w, s = rmsprop_step(w, g, s, rate)
        else:
            w, state = adam_step(w, g, state, rate)
        losses.append(0.5 * (a * w**2).sum())
    return np.array(losses)
