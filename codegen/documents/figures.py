"""The figures of a document: the network or its equations as a graph, credit assignment, the backward pass."""

from __future__ import annotations

from derive.backward.steps import Result

from .context import Context
from .document import Figure
from .figure_backward import chain_backward
from .figure_chain import chain_of
from .figure_credit import credit_of
from .figure_graph import graph_figure
from .figure_network import chain_figure
from .layers import depth, layer_of


def network_figure(context: Context) -> Figure | None:
    """The network, drawn as layers where it is a chain of them, else as a graph; None where no drawing is of use."""
    layers = chain_of(context.model) if context.notation.layered else ()
    return chain_figure(context, layers) if layers else graph_figure(context)


def credit_figure(context: Context, result: Result) -> Figure | None:
    """What the last hidden layer's outputs get back from the layer above, for the result that says so."""
    last_hidden = result.array == f"a{depth(context.model) - 1}" and layer_of(result.array) > 0
    return credit_of(context, result) if context.notation.layered and last_hidden else None


def backward_figure(context: Context) -> Figure | None:
    """The backward pass of a chain of layers as a network; None where it is no such network."""
    layers = chain_of(context.model) if context.notation.layered else ()
    return chain_backward(context, layers) if layers else None
