import numpy as np


def out_size(n, kernel, stride=1, pad=0, dilation=1):
    reach = dilation * (kernel - 1) + 1
    return (n + 2 * pad - reach) // stride + 1


def im2col(x, kh, kw, stride=1, pad=0, dilation=1):
    height = out_size(x.shape[2], kh, stride, pad, dilation)
    width = out_size(x.shape[3], kw, stride, pad, dilation)
    rows = stride * np.arange(height)[:, None] + dilation * np.arange(kh)
    columns = stride * np.arange(width)[:, None] + dilation * np.arange(kw)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    patches = padded[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return patches.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)


def conv2d(x, w, b, stride=1, pad=0, dilation=1):
    outputs, _, kh, kw = w.shape
    height = out_size(x.shape[2], kh, stride, pad, dilation)
    width = out_size(x.shape[3], kw, stride, pad, dilation)
    out = im2col(x, kh, kw, stride, pad, dilation) @ w.reshape(outputs, -1).T + b
    return out.reshape(len(x), height, width, outputs).transpose(0, 3, 1, 2)


def conv2d_backward(d, x, w, stride=1, pad=0, dilation=1):
    outputs, channels, kh, kw = w.shape
    n, _, height, width = d.shape
    flat = d.transpose(0, 2, 3, 1).reshape(-1, outputs)
    d_w = (flat.T @ im2col(x, kh, kw, stride, pad, dilation)).reshape(w.shape)
    patches = (flat @ w.reshape(outputs, -1)).reshape(n, height, width, channels, kh, kw)
    rows = (stride * np.arange(height)[:, None] + dilation * np.arange(kh))[:, None, :, None]
    columns = (stride * np.arange(width)[:, None] + dilation * np.arange(kw))[None, :, None, :]
    padded = np.zeros((n, channels, x.shape[2] + 2 * pad, x.shape[3] + 2 * pad))
    np.add.at(padded, (slice(None), slice(None), rows, columns), patches.transpose(0, 3, 1, 2, 4, 5))
    return padded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], d_w, flat.sum(axis=0)


def grouped_conv2d(x, w, b, groups, stride=1, pad=0, dilation=1):
    parts = zip(np.split(x, groups, axis=1), np.split(w, groups), np.split(b, groups))
    return np.concatenate([conv2d(*part, stride, pad, dilation) for part in parts], axis=1)


def max_pool(x, size):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // size, size, w // size, size).max(axis=(3, 5))


def max_pool_backward(d, x, size):
    n, c, h, w = x.shape
    blocks = x.reshape(n, c, h // size, size, w // size, size).transpose(0, 1, 2, 4, 3, 5)
    blocks = blocks.reshape(n, c, h // size, w // size, size * size)
    winners = np.ones(size * size) / size**2
    spread = (winners * d[..., None]).reshape(n, c, h // size, w // size, size, size)
    return spread.transpose(0, 1, 2, 4, 3, 5).reshape(x.shape)


def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field += dilation * (kernel - 1) * step
        step *= stride
    return field
