"""What a letter before brackets means: a function by its name, or the activation of its place."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ...forward.activations import ACTIVATIONS
from ...forward.language import ELEMENTARY
from ...forward.syntax import Call, Entry, Inverse, Node, Number, Power
from ..reading.sketch import Name
from .context import Context
from .search import Unfit
from .values import ONE, derivative

TWO, HALF = Number(Fraction(2)), Number(Fraction(1, 2))


def _called(name: str) -> Callable[[Node], Node]:
    return lambda z: Call(name, (z,))


# Functions that every reader knows, as they are written in the plain language.
KNOWN: dict[str, Callable[[Node], Node]] = {
    **{name: _called(name) for name, (arguments, _) in ELEMENTARY.items() if arguments == 1},
    "ln": lambda z: Call("log", (z,)),
    "sgn": lambda z: Call("sign", (z,)),
    "sech": lambda z: Inverse(Call("cosh", (z,))),
    "square": lambda z: Power(z, TWO),
    "H": lambda z: Call("step", (z,)),
    "heaviside": lambda z: Call("step", (z,)),
}
SPELLED = {
    "ReLU": "relu",
    "sigm": "sigmoid",
    "logistic": "sigmoid",
    "GELU": "gelu",
    "SiLU": "silu",
    "swish": "silu",
    "expit": "sigmoid",
    "LeakyReLU": "leaky_relu",
    "lrelu": "leaky_relu",
    "ELU": "elu",
}
GENERIC = {
    "sigma",
    "f",
    "g",
    "phi",
    "varphi",
    "h",
    "act",
    "activation",
    "psi",
    "S",
    "s",
    "nonlin",
    "F",
    "theta",
    "sigmoid_prime",
}


def is_function(context: Context, name: Name) -> bool:
    """Whether a name before brackets is a function rather than a factor."""
    stem = SPELLED.get(name.stem, name.stem)
    if name.marks and set(name.marks) - {"bold"}:
        return False
    role = context.notation.stems.get(stem) if context.notation else None
    if role == "f" or name.order or stem in context.model.functions:
        return True
    if role:
        return False
    return (
        stem in KNOWN
        or stem in ACTIVATIONS
        or stem in GENERIC
        and not any(array.rstrip("0123456789").lower() == stem for array in context.model.axes)
    )


def applied(context: Context, name: Name, argument: Node, said: str | None = None) -> Node:
    """The function of that name of one term. Raises Unfit where nothing says which it is."""
    stem = said or SPELLED.get(name.stem, name.stem)
    role = context.notation.stems.get(stem) if context.notation and said is None else None
    if stem in KNOWN and role is None and (not name.order or stem == "step"):
        return KNOWN[stem](argument)
    if stem in ACTIVATIONS and stem != "softmax" or stem in context.model.functions or said:
        return Call(stem, (argument,), name.order)
    if stem == "softmax":
        return _softmax(argument, name.order)
    return _activation(context, name, argument)


def _softmax(argument: Node, order: int) -> Node:
    if not isinstance(argument, Entry) or not argument.subscripts or order:
        raise Unfit("softmax is one of a whole array")
    return Call("softmax", (Entry(argument.name),), 0, argument.subscripts)


def _activation(context: Context, name: Name, argument: Node) -> Node:
    """The activation of a place: that of the array it is applied to, or the one that made that array."""
    roles = context.roles
    shown = name.stem + "'" * name.order
    if isinstance(argument, Entry) and argument.name in context.model.axes:
        found = roles.applied_to(argument.name)
        if found is not None:
            return _of_array(context, found, argument, name.order, shown)
        if argument.name in roles.slopes:
            function = roles.slopes[argument.name][1]
            if function and function != "identity":
                context.path.note(
                    f"{shown} is {function}{chr(39) * name.order}, applied to the activation as it is written"
                )
                return Call(function, (argument,), name.order)
    functions = sorted({function for _, function in roles.slopes.values() if function and function != "identity"})
    if len(functions) == 1:
        return Call(functions[0], (argument,), name.order)
    if "sigmoid" in functions and name.stem == "sigma":
        return Call("sigmoid", (argument,), name.order)
    if not functions and name.stem == "sigma":
        return Call("sigmoid", (argument,), name.order)
    raise Unfit(f"nothing says which function {shown} is")


def _of_array(context: Context, found: tuple[str, str], argument: Entry, order: int, shown: str) -> Node:
    array, function = found
    if function == "identity":
        context.path.note(f"{shown} is that of the identity")
        return argument if order == 0 else ONE if order == 1 else Number(Fraction(0))
    if function:
        return Call(function, (argument,), order)
    if order == 0:
        return Entry(array, argument.subscripts)
    if order == 1:
        context.path.note(f"{shown} is the derivative of {array} by its own {argument.name}")
        return derivative(Entry(array, argument.subscripts), argument)
    raise Unfit(f"{shown}: the function of {argument.name} has no name in the model")
