"""The models of `examples/models` a second time: PyTorch's own layers and costs, differentiated by autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

Arrays = Mapping[str, np.ndarray]
Tensors = dict[str, Tensor]
MODELS: dict[str, Callable[[Tensors, Tensors], Tensor | tuple[Tensor, ...]]] = {}
"""By the name of the file: from the parameters and the data, records first, to the mean cost or to the outputs."""


def model(function):
    """Enter `function` under its name."""
    MODELS[function.__name__] = function
    return function


def derivatives(name: str, params: Arrays, data: Arrays, upstream: Arrays, inputs: tuple[str, ...]):
    """The cost or outputs, as a list, and the derivatives by all parameters and `inputs`, by name.

    `upstream` are the derivatives by the outputs, in their order; none where there is a cost.
    """
    p = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in params.items()}
    d = {n: torch.tensor(v, dtype=torch.float64, requires_grad=n in inputs) for n, v in data.items()}
    found = MODELS[name](p, d)
    outputs = found if isinstance(found, tuple) else (found,)
    by = {**p, **{n: d[n] for n in inputs}}
    given = [torch.tensor(v) for v in upstream.values()] or None
    grads = torch.autograd.grad(outputs, list(by.values()), given)
    return [o.detach().numpy() for o in outputs], {n: g.numpy() for n, g in zip(by, grads, strict=True)}


def half_squares(found: Tensor, wanted: Tensor) -> Tensor:
    """Half the sum of squared errors, the mean over the records."""
    return F.mse_loss(found, wanted, reduction="sum") / (2 * len(wanted))


@model
def skip(p, d):
    hidden = torch.tanh(F.linear(d["X"], p["W1"], p["b1"]))
    return half_squares(F.linear(hidden, p["W2"], p["b2"]) + F.linear(d["X"], p["W3"]), d["Y"])


@model
def residual(p, d):
    inner = F.linear(F.relu(F.linear(d["X"], p["W1"], p["b1"])), p["W2"], p["b2"])
    return F.cross_entropy(F.linear(F.relu(d["X"] + inner), p["W3"], p["b3"]), d["Y"])


@model
def concat(p, d):
    hidden = F.relu(F.linear(d["X"], p["W1"], p["b1"]))
    return half_squares(F.linear(torch.cat([hidden, d["X"]], dim=1), p["W2"], p["b2"]), d["Y"])


@model
def tied(p, d):
    code = torch.tanh(F.linear(d["X"], p["W"], p["b1"]))
    return half_squares(F.linear(code, p["W"].T, p["b2"]), d["X"])


@model
def dense(p, d):
    return torch.sigmoid(F.linear(d["X"], p["W"]))


@model
def batch_norm(p, d):
    return F.batch_norm(d["x"], None, None, p["gain"], p["shift"], training=True, eps=d["eps"].item())


@model
def layer_norm(p, d):
    return F.layer_norm(d["X"], d["X"].shape[1:], p["gain"], p["shift"], eps=d["eps"].item())


@model
def rms_norm(p, d):
    return F.rms_norm(d["X"], d["X"].shape[1:], p["gain"], eps=d["eps"].item())


@model
def dropout(p, d):
    hidden = F.relu(F.linear(d["X"], p["W1"], p["b1"])) * d["Mask"] / (1 - d["p"])
    return half_squares(F.linear(hidden, p["W2"], p["b2"]), d["Y"])


@model
def embedding(p, d):
    mean = F.embedding(d["X"].argmax(dim=-1), p["E"]).mean(dim=1)
    return F.cross_entropy(F.linear(mean, p["W"], p["b"]), d["Y"])


@model
def rnn3(p, d):
    weights = [p["W"], p["U"], p["b"], torch.zeros_like(p["b"])]
    _, last = torch.rnn_tanh(d["X"], d["H0"][None], weights, True, 1, 0.0, True, False, True)
    return half_squares(F.linear(last[0], p["Wo"], p["bo"]), d["Y"])


@model
def rnn_step(p, d):
    return torch.rnn_tanh_cell(d["X"], d["H0"], p["W"], p["U"], p["b"], torch.zeros_like(p["b"]))


@model
def lstm(p, d):
    W, U, b = (torch.cat([p[f"{kind}{gate}"] for gate in "ifgo"]) for kind in "WUb")
    return torch.lstm_cell(d["X"], (d["H0"], d["C0"]), W, U, b, torch.zeros_like(b))


@model
def gru(p, d):
    W, U, b = (torch.cat([p[f"{kind}{gate}"] for gate in "run"]) for kind in "WUb")
    return torch.gru_cell(d["X"], d["H0"], W, U, b, torch.zeros_like(b))


@model
def conv1d(p, d):
    return F.relu(F.conv1d(d["X"], p["W"], p["b"]))


@model
def conv1d_stride(p, d):
    return F.relu(F.conv1d(d["X"], p["W"], p["b"], stride=2, padding=1))


@model
def conv2d(p, d):
    return F.relu(F.conv2d(d["X"], p["W"], p["b"]))


@model
def conv2d_stride(p, d):
    return F.relu(F.conv2d(d["X"], p["W"], p["b"], stride=2, padding=1))


@model
def avg_pool1d(p, d):
    return F.avg_pool1d(d["X"], 3)


@model
def avg_pool2d(p, d):
    return F.avg_pool2d(d["X"], 2)


@model
def max_pool1d(p, d):
    return F.max_pool1d(d["X"], 3)


@model
def max_pool2d(p, d):
    return F.max_pool2d(d["X"], 2)


@model
def attention(p, d):
    return F.scaled_dot_product_attention(*(d["X"] @ p[name] for name in ("Wq", "Wk", "Wv")))


def heads(x: Tensor, p: Tensors) -> Tensor:
    """Attention of several heads: one projection for all of them, split, attended to, and put side by side again."""
    weights = (p["Wq"], p["Wk"], p["Wv"])
    split = (F.linear(x, W.flatten(0, 1)).unflatten(-1, W.shape[:2]).transpose(1, 2) for W in weights)
    found = F.scaled_dot_product_attention(*split)
    return F.linear(found.transpose(1, 2).flatten(2), p["Wo"].flatten(1))


@model
def multi_head(p, d):
    return heads(d["X"], p)


@model
def transformer(p, d):
    x, eps = d["X"], d["eps"].item()
    middle = x + heads(F.layer_norm(x, x.shape[-1:], p["g1"], p["s1"], eps), p)
    hidden = F.linear(F.layer_norm(middle, x.shape[-1:], p["g2"], p["s2"], eps), p["W1"], p["b1"])
    return middle + F.linear(F.gelu(hidden), p["W2"], p["b2"])


@model
def hinge(p, d):
    z = d["X"] @ p["W"] + p["b"]
    return F.margin_ranking_loss(z, torch.zeros_like(z), d["Y"], margin=1)


@model
def huber(p, d):
    z = F.linear(d["X"], p["W"], p["b"])
    return F.huber_loss(z, d["Y"], delta=d["kappa"].item(), reduction="sum") / len(z)


@model
def kl(p, d):
    return F.kl_div(F.log_softmax(F.linear(d["X"], p["W"], p["b"]), dim=1), d["Y"], reduction="batchmean")


@model
def focal(p, d):
    known = torch.distributions.Categorical(logits=F.linear(d["X"], p["W"], p["b"]))
    return -(d["Y"] * (1 - known.probs) ** d["gamma"] * known.logits).sum(dim=1).mean()


@model
def smoothing(p, d):
    return F.cross_entropy(F.linear(d["X"], p["W"], p["b"]), d["Y"], label_smoothing=d["eps"].item())


@model
def infonce(p, d):
    likeness = F.linear(d["x"], p["W"]) @ F.linear(d["y"], p["W"]).T
    return F.cross_entropy(likeness / d["tau"], torch.arange(len(likeness)))


@model
def ridge(p, d):
    return F.mse_loss(d["X"] @ p["w"], d["y"], reduction="sum") + d["lambda_"] * p["w"].norm() ** 2


@model
def logsumexp(p, d):
    return torch.logsumexp(p["z"], dim=0)


@model
def sqdiff(p, d):
    return F.mse_loss(p["x"], d["y"], reduction="sum")


@model
def norm(p, d):
    return F.normalize(d["x"], dim=0)
