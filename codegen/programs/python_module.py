"""The parts of a module in plain Python that do not depend on its network: check, steps, the numerical check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.errors import InputError
from derive.records import Fact

FACTS: Mapping[str, str] = {
    "one-hot": "[float(n == max(row)) for n in row]",
    "binary": "[float(n > 0) for n in row]",
    "unit": "[1 / (1 + math.exp(-n)) for n in row]",
    "positive": "[math.exp(n) for n in row]",
    "sums-to-one": "[math.exp(n) / sum(map(math.exp, row)) for n in row]",
}
"""How random numbers become a row of which a fact holds; of several facts the last of the table is put in last."""

CHECK = '''def check(params, data):
    """A ValueError of one line for what are not nested lists of numbers of the right lengths."""
    if not isinstance(params, dict) or any(name not in params for name in PARAMETERS):
        raise ValueError(f"params is a dictionary of {', '.join(PARAMETERS)}")
    for name, array in {**{name: params[name] for name in PARAMETERS}, **data}.items():
        if not _fits(array, SHAPES[name]):
            lengths = " by ".join(map(str, SHAPES[name]))
            raise ValueError(f"{name} is not {f'a list of {lengths} numbers' if lengths else 'a number'}")


def _fits(array, shape):
    """Whether nested lists have these lengths, and hold numbers."""
    if not shape:
        return isinstance(array, (int, float))
    return hasattr(array, "__len__") and len(array) == shape[0] and all(_fits(row, shape[1:]) for row in array)
'''

HELPERS = '''def filled(shape, number):
    """Nested lists of these lengths, each entry from a call of `number`."""
    return [filled(shape[1:], number) for _ in range(shape[0])] if shape else number()


def each(function, *arrays):
    """`function` of the numbers at the same place of nested lists, for all places."""
    if not hasattr(arrays[0], "__len__"):
        return function(*arrays)
    return [each(function, *rows) for rows in zip(*arrays)]


def numbers(array):
    """The numbers in nested lists, one after the other."""
    return [n for row in array for n in numbers(row)] if hasattr(array, "__len__") else [array]
'''

STEP = '''def step(params, grads, rate):
    """One step of gradient descent: new parameters, w - rate * (derivative by w)."""
    moved = {name: each(lambda w, slope: w - rate * slope, params[name], grads[name]) for name in grads}
    return {name: moved.get(name, array) for name, array in params.items()}
'''

ROWS = '''def by_rows(function, array):
    """`function` of every innermost list."""
    if not isinstance(array, list):
        return function([array])[0]
    return [by_rows(function, row) for row in array] if isinstance(array[0], list) else function(array)
'''

SELF_CHECK = '''def self_check(seed=0):
    """The error of each derivative, relative to its size, along random directions."""
    gauss = random.Random(seed).gauss
    arrays, data = {{}}, [name for name in SHAPES if name not in PARAMETERS]
    for name, shape in SHAPES.items():
        scale = 1 / math.sqrt(shape[-1] if shape else 1)
        arrays[name] = filled(shape, lambda: gauss(0.0, scale))
{facts}
    def value(changed):
        now = {{**arrays, **changed}}
        return float(cost({{name: now[name] for name in PARAMETERS}}, *(now[name] for name in data)))

    try:
        value({{}})
    except (TypeError, ValueError):  # a cost of positive numbers only
        arrays = {{name: each(abs, array) for name, array in arrays.items()}}
    returned, grads = gradient({{name: arrays[name] for name in PARAMETERS}}, *(arrays[name] for name in data))
    sizes = {{name: math.hypot(*numbers(grad)) for name, grad in grads.items()}}
    errors = {{name: math.inf for name in {wanted} if name not in grads}}
    for name, grad in grads.items():
        found = []
        for _ in range(20):  # a direction that leads over a kink is drawn again
            along = filled(SHAPES[name], lambda: gauss(0.0, 1.0))
            length = math.hypot(*numbers(along))
            wanted = slope(lambda t: value({{name: each(lambda w, v: w + t * v / length, arrays[name], along)}}))
            if wanted is not None and len(found) < 3:
                size = max(sizes[name], abs(wanted), 1e-3 * max(sizes.values())) or 1.0
                product = sum(g * v for g, v in zip(numbers(grad), numbers(along))) / length
                found.append(abs(product - wanted) / size)
        errors[name] = max(found) if found and not any(map(math.isnan, found)) else math.inf
    errors["cost"] = abs(returned - value({{}})) / max(1.0, abs(value({{}})))
    return errors
'''


def facts_text(facts: Iterable[Fact], names: Mapping[str, str]) -> str:
    """Statements that make facts true of the arrays that have a name in the program. Raises InputError."""
    lines = []
    known = [fact for fact in facts if fact.array in names]
    for fact in sorted(known, key=lambda fact: list(FACTS).index(fact.kind) if fact.kind in FACTS else 0):
        if fact.kind not in FACTS:
            raise InputError(f"--target python: the fact '{fact.kind}' is not for plain Python; use --target numpy")
        entry = f'arrays["{names[fact.array]}"]'
        lines.append(f"    {entry} = by_rows(lambda row: {FACTS[fact.kind]}, {entry})\n")
    return "".join(lines)
