"""The table of notations: one row each, what its letters stand for and how its arrays lie."""

from __future__ import annotations

from ..errors import InputError
from ..forward.names import suggestion
from .notation import Notation

UNITS = {"i": "input", "j": "hidden", "k": "output"}
_LAYERED = {"z": "z", "a": "a", "w": "W", "W": "W", "b": "b", "x": "x", "y": "y", "delta": "delta", "C": "C", "J": "C"}

_ROWS = (
    Notation(
        "nielsen",
        "M. Nielsen, Neural Networks and Deep Learning, ch. 2",
        {"z": "z", "a": "a", "w": "W", "b": "b", "x": "x", "y": "y", "delta": "delta", "C": "C", "sigma": "f"},
        first=2,
        weights_first=2,
        bare=True,
        examples=(
            r"\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j)",
            r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)",
            r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j",
        ),
    ),
    Notation(
        "udacity",
        "an article on the delta rule; errors are minus the gradient",
        {
            "h": "z",
            "z": "z",
            "a": "a",
            "w": "W",
            "W": "W",
            "x": "x",
            "y": "y",
            "haty": "output",
            "delta": "delta",
            "f": "f",
            "E": "C",
            "C": "C",
        },
        order="from to",
        letters=UNITS,
        delta="-dC/dz",
        examples=(
            r"\delta^o_k = (y_k - \hat y_k) f'(z_k)",
            r"\delta^h_j = \sum_k W_{jk} \delta^o_k f'(h_j)",
            r"\Delta w_{ij} = \eta \delta^h_j x_i",
        ),
        signs=frozenset({"delta^o", "delta^h"}),
    ),
    Notation(
        "lee",
        "lectures that split a gradient into a forward part and a backward part",
        {
            "z": "z",
            "a": "a",
            "w": "W",
            "b": "b",
            "x": "x",
            "y": "output",
            "haty": "y",
            "C": "C",
            "L": "C",
            "sigma": "f",
        },
        order="",
        examples=(
            r"\frac{\partial C}{\partial z_k} = \sigma'(z_k) \frac{\partial C}{\partial y_k}",
            r"\frac{\partial C}{\partial z_j} = \sigma'(z_j) \sum_k w_{kj} \frac{\partial C}{\partial z_k}",
            r"\frac{\partial C}{\partial w_{ji}} = x_i \frac{\partial C}{\partial z_j}",
        ),
    ),
    Notation(
        "micheli",
        "a derivation in index notation: net, out, target d; errors are minus the gradient",
        {
            "net": "z",
            "o": "a",
            "out": "a",
            "w": "W",
            "x": "x",
            "d": "y",
            "t": "y",
            "delta": "delta",
            "E": "C",
            "f": "f",
        },
        letters=UNITS,
        delta="-dC/dz",
        examples=(
            r"\delta_k = (d_k - o_k) f'_k(net_k)",
            r"\delta_j = (\sum_k \delta_k w_{kj}) f'_j(net_j)",
            r"\Delta w_{ji} = \delta_j o_i",
        ),
        signs=frozenset({"net", "d"}),
    ),
    Notation(
        "saito",
        "K. Saito, Deep Learning from Scratch: records as rows, weights in x out",
        {
            "a": "z",
            "z": "a",
            "A": "z",
            "Z": "a",
            "w": "W",
            "W": "W",
            "b": "b",
            "x": "x",
            "X": "x",
            "t": "y",
            "T": "y",
            "y": "output",
            "Y": "output",
            "L": "C",
            "h": "a",
            "H": "z",
        },
        order="from to",
        records="rows",
        weights="in out",
        vectors="row",
        examples=(
            r"\frac{\partial L}{\partial A_2} = \frac{\partial L}{\partial Y} \odot f'(A_2)",
            r"\frac{\partial L}{\partial Z_1} = \frac{\partial L}{\partial A_2} W_2^T",
            r"\frac{\partial L}{\partial W_1} = X^T \frac{\partial L}{\partial A_1}",
        ),
    ),
    Notation(
        "ng",
        "A. Ng, deeplearning.ai: records as columns, dZ belongs to each record's own loss",
        {**_LAYERED, "Z": "z", "A": "a", "X": "x", "Y": "y", "haty": "output", "g": "f", "sigma": "f", "L": "C"},
        records="columns",
        record_mark=True,
        per_record=True,
        examples=(
            r"dz^{[2]} = da^{[2]} * g^{[2]\prime}(z^{[2]})",
            r"dz^{[1]} = W^{[2]T} dz^{[2]} * g^{[1]\prime}(z^{[1]})",
            r"dW^{[2]} = dz^{[2]} a^{[1]T}",
            r"dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T",
        ),
    ),
    Notation(
        "bishop",
        "C. Bishop, Pattern Recognition and Machine Learning, ch. 5: a is the sum, z the activation",
        {"a": "z", "z": "a", "w": "W", "x": "x", "t": "y", "y": "output", "delta": "delta", "E": "C", "h": "f"},
        letters=UNITS,
        examples=(
            r"\delta_k = h'(a_k) \frac{\partial E}{\partial y_k}",
            r"\delta_j = h'(a_j) \sum_k w_{kj} \delta_k",
            r"\frac{\partial E}{\partial w_{ji}} = \delta_j x_i",
        ),
    ),
    Notation(
        "goodfellow",
        "I. Goodfellow and others, Deep Learning, ch. 6",
        {"a": "z", "h": "a", "W": "W", "b": "b", "x": "x", "y": "y", "haty": "output", "J": "C", "L": "C", "f": "f"},
        examples=(
            r"\nabla_{a^{(2)}} J = \nabla_{h^{(2)}} J \odot f'(a^{(2)})",
            r"\nabla_{h^{(1)}} J = W^{(2)\top} \nabla_{a^{(2)}} J",
            r"\nabla_{W^{(1)}} J = (\nabla_{a^{(1)}} J) x^\top",
        ),
    ),
    Notation(
        "d2l",
        "Dive into Deep Learning: one record as a column, records as rows",
        {
            "z": "z",
            "h": "a",
            "o": "z",
            "W": "W",
            "b": "b",
            "x": "x",
            "X": "x",
            "H": "a",
            "O": "z",
            "y": "y",
            "haty": "output",
            "J": "C",
            "L": "C",
            "phi": "f",
        },
        records="rows",
        examples=(
            r"\frac{\partial J}{\partial \mathbf{z}^{(2)}} = \frac{\partial J}{\partial \hat{\mathbf{y}}} \odot "
            r"\phi'(\mathbf{z}^{(2)})",
            r"\frac{\partial J}{\partial \mathbf{h}} = {\mathbf{W}^{(2)}}^\top \frac{\partial J}{\partial \mathbf{o}}",
            r"\frac{\partial J}{\partial \mathbf{W}^{(1)}} = \frac{\partial J}{\partial \mathbf{z}} \mathbf{x}^\top",
        ),
    ),
    Notation(
        "ufldl",
        "the Stanford tutorial UFLDL: the input is layer 1, W of layer l leads to layer l+1",
        {**_LAYERED, "f": "f"},
        first=2,
        weights_first=1,
        record_mark=True,
        examples=(
            r"\delta^{(n_l)}_i = \frac{\partial J}{\partial a^{(n_l)}_i} f'(z^{(n_l)}_i)",
            r"\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \bullet f'(z^{(l)})",
            r"\frac{\partial J}{\partial W^{(l)}_{ij}} = a^{(l)}_j \delta^{(l+1)}_i",
        ),
        signs=frozenset({"n_l"}),
    ),
)

NOTATIONS: dict[str, Notation] = {row.name: row for row in _ROWS}


def unknown_notation(name: str) -> InputError:
    """What is said of a notation that is not in the table."""
    near = suggestion(name, NOTATIONS) or ";"
    return InputError(f"{name} is not a known notation{near} known are {', '.join(NOTATIONS)}")
