# %% [markdown]
# # The humblest language model
#
# A table of counts: which character followed which few characters before it. No gradient, no
# layer, trained in one pass. It is the number that every model after it has to beat, and the
# place to learn what a loss means, why unseen things must not have probability zero, and how
# easily a test text leaks into training.
#
# This is plain Python. A model is a list of tables: tables[0] is count(text, 1), tables[1] is
# count(text, 2), and so on.

# %%
import math
import random
from collections import Counter, defaultdict


# %% task: split
def split(lines, fraction, seed):
    """Hold some lines out for testing. Returns (train, held_out), two lists of lines.

    int(fraction * d) of the d distinct lines, drawn with random.Random(seed), are held out, each
    with all its copies: no line is in both parts. Both parts keep the order of the text.
    """
    raise NotImplementedError


# %% task: count
def count(text, order):
    """Count what follows what: a dict of dicts, {context: {symbol: how often}}.

    The context of a symbol is the order - 1 characters before it; for order 1 it is "". The text
    is taken to have order - 1 line breaks before it, so that every symbol is counted once.
    """
    raise NotImplementedError


# %% task: add_alpha
def add_alpha(table, context, symbol, size, alpha):
    """Return the probability of the symbol after the context, with alpha added to every count.

    table: from count.  size: how many symbols there are in the alphabet, seen or not.
    A context that is not in the table gives every symbol the same probability.
    """
    raise NotImplementedError


# %% task: witten_bell
def witten_bell(tables, context, symbol, size):
    """Return the probability of the symbol, mixed from all orders, the shortest context first.

    Order 0 gives every symbol 1 / size. With n the number of times that the context of an order
    was seen, and u the number of different symbols that followed it, the order above gives

        (times the symbol followed + u * probability from the order below) / (n + u)

    An order whose context was never seen changes nothing. `context` has len(tables) - 1 characters.
    """
    raise NotImplementedError


# %% task: loss
def loss(tables, text, size):
    """Return the mean of -log(probability) over all characters of the text, in nats, by witten_bell.

    As in count, line breaks stand before the first character.
    """
    raise NotImplementedError


# %% task: bits_per_byte
def bits_per_byte(nats, text):
    """Turn a loss in nats per character into bits per byte of the text in UTF-8."""
    raise NotImplementedError


# %% Try it on the sentences of Python's own documentation
if __name__ == "__main__":
    from pydoc_data.topics import topics

    lines = [line + "\n" for line in "\n".join(topics.values()).splitlines() if len(line) > 20]
    train, held_out = ("".join(part) for part in split(lines, 0.1, seed=0))
    held_out = held_out[:20000]
    size = len(set(train + held_out))
    for order in range(1, 7):
        tables = [count(train, k) for k in range(1, order + 1)]
        nats = loss(tables, held_out, size)
        print(
            f"order {order}: {len(tables[-1]):6d} contexts, {nats:.3f} nats, {bits_per_byte(nats, held_out):.3f} bits per byte"
        )
