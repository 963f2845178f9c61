# %% [markdown]
# # Convolution, forwards and backwards
#
# A convolution is a linear layer that has been told two things about images. Here you turn it
# into one matrix product, take its gradient, pool its output, and find out how far it sees.
#
# Images have the shape (n, channels, height, width), kernels (outputs, channels, kh, kw).
# Loops over channels or groups are fine; loops over pixels are not needed.

# %%
import numpy as np


# %% task: out_size
def out_size(n, kernel, stride=1, pad=0, dilation=1):
    """Return how many places a kernel has along an axis of n pixels, as an integer.

    `pad` zeros are added on both sides. The kernel touches every `dilation`-th pixel and moves
    by `stride`; places where it would stick out do not count.
    """
    raise NotImplementedError


# %% task: im2col
def im2col(x, kh, kw, stride=1, pad=0, dilation=1):
    """Return every patch that the kernel covers, as one row of a matrix.

    Rows: image by image, then from top to bottom, then from left to right.
    Columns: channel by channel, then kernel row by kernel row, then from left to right.
    Shape: (n * out_height * out_width, channels * kh * kw).
    """
    raise NotImplementedError


# %% task: conv2d
def conv2d(x, w, b, stride=1, pad=0, dilation=1):
    """Return the convolution, shape (n, outputs, out_height, out_width).

    b: shape (outputs,). As in every deep-learning library, the kernel is not flipped.
    """
    raise NotImplementedError


# %% task: conv2d_backward
def conv2d_backward(d, x, w, stride=1, pad=0, dilation=1):
    """d is the gradient with respect to conv2d(x, w, b, ...). Return (d_x, d_w, d_b)."""
    raise NotImplementedError


# %% task: grouped_conv2d
def grouped_conv2d(x, w, b, groups, stride=1, pad=0, dilation=1):
    """Cut channels and outputs into `groups` equal parts; part g of the outputs sees part g of the channels only.

    w: shape (outputs, channels // groups, kh, kw).
    """
    raise NotImplementedError


# %% task: max_pool
def max_pool(x, size):
    """Return the largest number of every block of size x size. Height and width are multiples of size."""
    raise NotImplementedError


# %% task: max_pool_backward
def max_pool_backward(d, x, size):
    """d is the gradient with respect to max_pool(x, size). Return the gradient with respect to x.

    Where a block has its largest number several times, the first of them (from left to right,
    then from top to bottom) gets the whole gradient.
    """
    raise NotImplementedError


# %% task: receptive_field
def receptive_field(layers):
    """Return how many pixels along one axis can influence one output of the last layer.

    layers: a list of (kernel, stride, dilation), the first layer first.
    """
    raise NotImplementedError


# %% Try it: a kernel that finds vertical edges
if __name__ == "__main__":
    image = np.zeros((1, 1, 6, 8))
    image[..., 4:] = 1.0
    edge = np.array([[[[-1.0, 0.0, 1.0]] * 3]])
    print(conv2d(image, edge, np.zeros(1))[0, 0])
    print("three layers of 3 x 3 see", receptive_field([(3, 1, 1)] * 3), "pixels")
