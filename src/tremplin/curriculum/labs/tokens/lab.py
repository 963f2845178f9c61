# %% [markdown]
# # From bytes to tokens
#
# A language model does not read letters. It reads tokens, and somebody had to decide what they
# are. Here you write the method that nearly all of them use, byte-pair encoding: learn it from
# a text, cut any text with it, put it together again, and measure whom it serves.
#
# A token is an integer: 0 to 255 are the bytes, 256 + k is the k-th pair that was merged.

# %%
import re
from collections import Counter


# %% Given
def pieces(text):
    """Cut a text into words, each with the space before it, and single other blanks. Nothing is lost."""
    return re.findall(r" ?[^\s]+|\s", text)


# %% task: merge
def merge(ids, pair, new):
    """Return the list of tokens with every occurrence of the pair replaced by `new`, from left to right.

    A token is used once: merging (5, 5) in [5, 5, 5] gives [new, 5].
    """
    raise NotImplementedError


# %% task: best_pair
def best_pair(words):
    """Return the pair of neighbours that occurs most often, as (first, second).

    words: a list of [ids, times]: a word as a list of tokens, and how often it occurs in the text.
    Of several pairs that occur equally often, take the smallest. Without any pair, return None.
    """
    raise NotImplementedError


# %% task: train
def train(text, size):
    """Learn `size` merges from the text: count the pairs within its pieces, merge the best, count again.

    Returns the merges in the order in which they were learnt, a list of pairs. There are fewer
    of them if no pair is left.
    """
    raise NotImplementedError


# %% task: encode
def encode(text, merges):
    """Return the tokens of the text. In each piece, apply the merge that was learnt first, as long as there is one."""
    raise NotImplementedError


# %% task: decode
def decode(ids, merges):
    """Return the text that the tokens stand for.

    Bytes that are no valid UTF-8 become the replacement character, as bytes.decode(errors="replace")
    does: a model may put any tokens in a row.
    """
    raise NotImplementedError


# %% task: bytes_per_token
def bytes_per_token(text, merges):
    """Return how many bytes of the text one token holds on average."""
    raise NotImplementedError


# %% Try it: who is served better?
if __name__ == "__main__":
    english = "the cat that sat on the mat thought that the rat that ran from the cat was fat " * 20
    french = "le chat qui était sur le tapis pensait que le rat qui fuyait le chat était gras " * 20
    merges = train(english, 40)
    print([decode([256 + k], merges) for k in range(10)])
    print("bytes per token, English", round(bytes_per_token(english, merges), 2))
    print("bytes per token, French ", round(bytes_per_token(french, merges), 2))
