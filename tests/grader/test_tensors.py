"""Labs of deep learning: tensors cross the wall as tensors, on a machine that has torch."""

import numpy as np
import pytest

from tremplin.grader import Limits, protocol
from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.calls import Calls, Raised, Session
from tremplin.grader.checking import Failed, Tensor, array, close, tensor
from tremplin.grader.sandbox import BoxSpec

SUBMISSION = b"""
import torch

def softmax(x):
    return torch.softmax(x, dim=-1)

def slope(x):
    (x * x).sum().backward()
    return None

def train(steps):
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    inputs, wanted = torch.randn(32, 4), torch.zeros(32, 1)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimiser.step()
    return loss.item()

def odd():
    return torch.ones(2, dtype=torch.bfloat16), torch.eye(2).to_sparse(), torch.nn.Linear(2, 2)

def threads():
    return torch.get_num_threads()
"""


@pytest.fixture(scope="module")
def calls():
    session = Session(BwrapSandbox(), BoxSpec(Limits(), ("torch",)), SUBMISSION)
    session.start()
    yield Calls(session)
    session.stop()


def test_a_tensor_goes_in_and_comes_back_as_one(calls):
    x = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    answer = tensor(calls.call("softmax", Tensor(x)), "softmax(x)", shape=(3, 5))
    assert answer.array.dtype == np.float32
    close(answer.array.sum(axis=1), np.ones(3), "sums", rtol=1e-6)


def test_the_gradient_of_an_argument_comes_back_with_it(calls):
    x = np.arange(3.0)
    _, (after,) = calls.call_and_arguments("slope", Tensor(x, requires_grad=True))
    assert after.requires_grad
    close(after.grad, 2 * x, "x.grad")


def test_training_runs_on_one_thread(calls):
    assert calls.call("train", 60) < calls.call("train", 1)
    assert calls.call("threads") == 1


def test_what_has_no_array_arrives_as_the_name_of_its_type(calls):
    assert [piece.kind for piece in calls.call("odd")] == [
        "Tensor of bfloat16",
        "Tensor of float32",
        "Linear",
    ]


def test_an_array_where_a_tensor_is_needed_is_said(calls):
    with pytest.raises(Raised) as caught:
        calls.call("softmax", np.ones(3))
    assert caught.value.kind == "TypeError"
    with pytest.raises(Failed, match="PyTorch tensor"):
        tensor(np.ones(3), "softmax(x)")


def test_checks_that_only_compare_take_tensors_as_arrays():
    close(Tensor(np.ones(2)), Tensor(np.ones(2)), "y")
    assert array(Tensor(np.ones(2)), "y").shape == (2,)


@pytest.mark.parametrize(
    "tree",
    [
        {"x": [1, False, None]},
        {"x": [{"a": ["float32", [2]]}, False, 7]},
        {"x": [{"a": ["float32", [2]]}, False, {"a": ["float32", [1]]}]},
        {"x": [{"x": [{"a": ["float32", [2]]}, False, None]}, False, None]},
        {"x": {"a": ["float32", [2]]}},
    ],
)
def test_a_tensor_that_is_none_is_refused(tree):
    import json

    text = json.dumps({"d": {"ok": tree}}).encode()
    for blob in (b"\0" * 8, b"\0" * 12):
        frame = protocol.HEADER.pack(len(text), len(blob)) + text + blob
        with pytest.raises(protocol.Malformed):
            protocol.unpack(frame, 1 << 20)
