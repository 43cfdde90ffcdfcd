"""The table of layer kinds: one row each, its forward equations and what is learnt in it.

The array a of the layer below goes in. A row ends in z, a pre-activation, or in h, its output. The letter k
counts what comes out, j what goes in, t and s positions, p records; i and numbers behind names are left to networks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

UNITS = "units"
"""The size that is written behind the kind, as in ``dense 6``."""

Shape = tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """`learnt` and `data` are arrays with the names of their sizes; data without brackets are numbers.

    `takes` and `gives` are the sizes of what goes in and what comes out. `activation` is the
    usual one in place of f, where the equations have one; `usual` holds the usual whole numbers
    in the equations. Data called h0 is h one step before.
    """

    name: str
    equations: str
    learnt: str = ""
    data: str = ""
    takes: str = "inputs"
    gives: str = "units"
    activation: str = ""
    usual: Mapping[str, str] = field(default_factory=dict)
    assume: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "equations", "\n".join(map(str.strip, self.equations.splitlines())))


ROWS = (
    Layer("dense", "z[k] = sum(j, W[k,j]*a[j]) + b[k]", "W[units,inputs], b[units]"),
    Layer("dense without bias", "z[k] = sum(j, W[k,j]*a[j])", "W[units,inputs]"),
    Layer(
        "glu",
        """u[k] = sum(j, V[k,j]*a[j]) + c[k]
        s[k] = sum(j, W[k,j]*a[j]) + b[k]
        h[k] = u[k]*f(s[k])""",
        "V[units,inputs], c[units], W[units,inputs], b[units]",
        activation="sigmoid",
    ),
    Layer(
        "residual",
        """z[q] = sum(j, V[q,j]*a[j]) + c[q]
        u[q] = f(z[q])
        h[k] = a[k] + sum(q, W[k,q]*u[q]) + b[k]""",
        "V[units,inputs], c[units], W[inputs,units], b[inputs]",
        gives="inputs",
        activation="relu",
    ),
    Layer(
        "highway",
        """z[k] = sum(j, V[k,j]*a[j]) + c[k]
        u[k] = sum(j, W[k,j]*a[j]) + b[k]
        s[k] = sigmoid(u[k])
        h[k] = s[k]*f(z[k]) + (1 - s[k])*a[k]""",
        "V[inputs,inputs], c[inputs], W[inputs,inputs], b[inputs]",
        gives="inputs",
        activation="tanh",
    ),
    Layer(
        "layer norm",
        """mu = sum(k, a[k])/size(k)
        v = sum(k, (a[k] - mu)^2)/size(k)
        h[k] = g[k]*(a[k] - mu)/sqrt(v + epsilon) + b[k]""",
        "g[inputs], b[inputs]",
        "epsilon",
        gives="inputs",
        assume=("epsilon > 0",),
    ),
    Layer(
        "rms norm",
        """v = sum(k, a[k]^2)/size(k)
        h[k] = g[k]*a[k]/sqrt(v + epsilon)""",
        "g[inputs]",
        "epsilon",
        gives="inputs",
        assume=("epsilon > 0",),
    ),
    Layer(
        "batch norm",
        """mu[k] = sum(p, a[p,k])/size(p)
        v[k] = sum(p, (a[p,k] - mu[k])^2)/size(p)
        h[p,k] = g[k]*(a[p,k] - mu[k])/sqrt(v[k] + epsilon) + b[k]""",
        "g[inputs], b[inputs]",
        "epsilon",
        takes="records,inputs",
        gives="records,inputs",
        assume=("epsilon > 0",),
    ),
    Layer("dropout", "h[k] = m[k]*a[k]/keep", data="m[inputs], keep", gives="inputs", assume=("keep > 0",)),
    Layer("embedding", "h[t,k] = sum(j, W[k,j]*a[t,j])", "W[units,words]", takes="steps,words", gives="steps,units"),
    Layer("mean over positions", "h[k] = sum(t, a[t,k])/size(t)", takes="steps,inputs", gives="inputs"),
    Layer(
        "self-attention",
        """Q[t,k] = sum(j, W_Q[k,j]*a[t,j])
        K[t,k] = sum(j, W_K[k,j]*a[t,j])
        V[t,k] = sum(j, W_V[k,j]*a[t,j])
        u[t,s] = sum(k, Q[t,k]*K[s,k])/sqrt(size(k))
        A[t,s] = softmax(u)[t,s]
        h[t,k] = sum(s, A[t,s]*V[s,k])""",
        "W_Q[units,inputs], W_K[units,inputs], W_V[units,inputs]",
        takes="steps,inputs",
        gives="steps,units",
    ),
    Layer(
        "multi-head attention",
        """Q[m,t,d] = sum(j, W_Q[m,d,j]*a[t,j])
        K[m,t,d] = sum(j, W_K[m,d,j]*a[t,j])
        V[m,t,d] = sum(j, W_V[m,d,j]*a[t,j])
        u[m,t,s] = sum(d, Q[m,t,d]*K[m,s,d])/sqrt(size(d))
        A[m,t,s] = softmax(u)[m,t,s]
        B[m,t,d] = sum(s, A[m,t,s]*V[m,s,d])
        h[t,k] = sum(m, sum(d, W_O[k,m,d]*B[m,t,d]))""",
        "W_Q[heads,keys,inputs], W_K[heads,keys,inputs], W_V[heads,keys,inputs], W_O[units,heads,keys]",
        takes="steps,inputs",
        gives="steps,units",
    ),
    Layer(
        "transformer block",
        """mu[t] = sum(j, a[t,j])/size(j)
        v[t] = sum(j, (a[t,j] - mu[t])^2)/size(j)
        r[t,j] = g[j]*(a[t,j] - mu[t])/sqrt(v[t] + epsilon) + b[j]
        Q[t,d] = sum(j, W_Q[d,j]*r[t,j])
        K[t,d] = sum(j, W_K[d,j]*r[t,j])
        V[t,d] = sum(j, W_V[d,j]*r[t,j])
        S[t,s] = sum(d, Q[t,d]*K[s,d])/sqrt(size(d))
        A[t,s] = softmax(S)[t,s]
        B[t,d] = sum(s, A[t,s]*V[s,d])
        u[t,j] = a[t,j] + sum(d, W_O[j,d]*B[t,d])
        nu[t] = sum(j, u[t,j])/size(j)
        w[t] = sum(j, (u[t,j] - nu[t])^2)/size(j)
        o[t,j] = c[j]*(u[t,j] - nu[t])/sqrt(w[t] + epsilon) + e[j]
        z[t,q] = sum(j, W[q,j]*o[t,j]) + beta[q]
        D[t,q] = f(z[t,q])
        h[t,k] = u[t,k] + sum(q, U[k,q]*D[t,q]) + gamma[k]""",
        "g[inputs], b[inputs], W_Q[keys,inputs], W_K[keys,inputs], W_V[keys,inputs], W_O[inputs,keys], "
        "c[inputs], e[inputs], W[units,inputs], beta[units], U[inputs,units], gamma[inputs]",
        "epsilon",
        takes="steps,inputs",
        gives="steps,inputs",
        activation="gelu",
        assume=("epsilon > 0",),
    ),
    Layer(
        "rnn",
        """z[k] = sum(j, W[k,j]*a[j]) + sum(l, U[k,l]*h0[l]) + b[k]
        h[k] = f(z[k])""",
        "W[units,inputs], U[units,units], b[units]",
        "h0[units]",
        activation="tanh",
    ),
    Layer(
        "lstm",
        """z_s[k] = sum(j, W_s[k,j]*a[j]) + sum(l, U_s[k,l]*h0[l]) + b_s[k]
        z_r[k] = sum(j, W_r[k,j]*a[j]) + sum(l, U_r[k,l]*h0[l]) + b_r[k]
        z_o[k] = sum(j, W_o[k,j]*a[j]) + sum(l, U_o[k,l]*h0[l]) + b_o[k]
        z_u[k] = sum(j, W_u[k,j]*a[j]) + sum(l, U_u[k,l]*h0[l]) + b_u[k]
        c[k] = sigmoid(z_r[k])*c0[k] + sigmoid(z_s[k])*f(z_u[k])
        h[k] = sigmoid(z_o[k])*f(c[k])""",
        ", ".join(f"W_{gate}[units,inputs], U_{gate}[units,units], b_{gate}[units]" for gate in "srou"),
        "h0[units], c0[units]",
        activation="tanh",
    ),
    Layer(
        "gru",
        """z_r[k] = sum(j, W_r[k,j]*a[j]) + sum(l, U_r[k,l]*h0[l]) + b_r[k]
        z_s[k] = sum(j, W_s[k,j]*a[j]) + sum(l, U_s[k,l]*h0[l]) + b_s[k]
        r[k] = sigmoid(z_r[k])
        s[k] = sigmoid(z_s[k])
        z_u[k] = sum(j, W_u[k,j]*a[j]) + sum(l, U_u[k,l]*r[l]*h0[l]) + b_u[k]
        h[k] = (1 - s[k])*f(z_u[k]) + s[k]*h0[k]""",
        ", ".join(f"W_{gate}[units,inputs], U_{gate}[units,units], b_{gate}[units]" for gate in "rsu"),
        "h0[units]",
        activation="tanh",
    ),
    Layer(
        "conv1d",
        "z[t,k] = sum(s < taps, sum(j, W[k,s,j]*a[t+s,j])) + b[k]",
        "W[units,taps,inputs], b[units]",
        takes="steps,inputs",
        gives="-,units",
        usual={"taps": "3"},
    ),
    Layer(
        "strided conv1d",
        "z[t,k] = sum(s < taps, sum(j, W[k,s,j]*a[stride*t+s-border,j])) + b[k]",
        "W[units,taps,inputs], b[units]",
        takes="steps,inputs",
        gives="-,units",
        usual={"taps": "3", "stride": "2", "border": "1"},
    ),
    Layer(
        "average pooling",
        "h[t,k] = sum(s < window, a[window*t+s,k])/window",
        takes="steps,inputs",
        gives="-,inputs",
        usual={"window": "2"},
    ),
    Layer(
        "max pooling",
        "h[t,k] = max(s < window, a[window*t+s,k])",
        takes="steps,inputs",
        gives="-,inputs",
        usual={"window": "2"},
    ),
)

LAYERS = {row.name: row for row in ROWS}

_SHAPE = re.compile(r"(\w+)(?:\[([\w,-]+)\])?")


def shapes(declared: str) -> dict[str, Shape]:
    """The sizes of each array in ``W[units,inputs], b[units]``; a number has none."""
    return {name: tuple(sizes.split(",")) if sizes else () for name, sizes in _SHAPE.findall(declared)}


def defined(row: Layer) -> list[str]:
    """The arrays that the equations of a row define, in order."""
    return [line.split("=")[0].split("[")[0].strip() for line in row.equations.splitlines()]


def states(row: Layer) -> dict[str, str]:
    """For each array of one step before, such as h0, the one it becomes."""
    made = defined(row)
    return {name: name[:-1] for name in shapes(row.data) if name.endswith("0") and name[:-1] in made}


def ends_in(row: Layer) -> str:
    """The array that the last equation of a row defines: z or h."""
    return defined(row)[-1]
