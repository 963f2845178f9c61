import numpy as np


def linear_backward(d, x, w):
    return d @ w.T, x.T @ d, d.sum(axis=0)


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


def batchnorm_backward(d, x, gamma, eps=1e-5):
    inverse = 1 / np.sqrt(x.var(axis=0) + eps)
    normal = (x - x.mean(axis=0)) * inverse
    d_gamma = (d * normal).sum(axis=0)
    d_beta = d.sum(axis=0)
    d_normal = d * gamma
    d_x = inverse * (d_normal - d_normal.mean(axis=0) - normal * (d_normal * normal).mean(axis=0))
    return d_x, d_gamma, d_beta


def update_running(running_mean, running_var, x, momentum=0.1):
    mean = (1 - momentum) * running_mean + momentum * x.mean(axis=0)
    var = (1 - momentum) * running_var + momentum * x.var(axis=0)
    return mean, var


def batchnorm_eval(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta


def loss_and_gradients(params, x, y):
    before = x @ params["w1"] + params["b1"]
    normal, _, _ = batchnorm_forward(before, params["gamma"], params["beta"])
    hidden = np.maximum(0, normal)
    loss, d_scores = softmax_loss(hidden @ params["w2"] + params["b2"], y)
    d_hidden, d_w2, d_b2 = linear_backward(d_scores, hidden, params["w2"])
    d_normal = d_hidden * (normal > 0)
    d_before, d_gamma, d_beta = batchnorm_backward(d_normal, before, params["gamma"])
    _, d_w1, d_b1 = linear_backward(d_before, x, params["w1"])
    return loss, {"w1": d_w1, "b1": d_b1, "gamma": d_gamma, "beta": d_beta, "w2": d_w2, "b2": d_b2}


def softmax_loss(scores, y):
    """Return the mean cross-entropy of the scores, and its gradient with respect to them."""
    n = len(y)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), d / n
