"""What a module for any depth says about its arrays: layers, shapes, widths, first parameters, its check of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.terms import dimension

from . import parts
from .building import assumed
from .interface import CHECK
from .self_check import CENTRAL, COMPLEX, COST, SELF_CHECK, by_method, facts_text
from .training import depth_usage_text

if TYPE_CHECKING:
    from .depth_writer import DepthWriter
    from .program import Input

DEPTHS = (1, 2, 5)
"""The depths at which a module tries itself."""

LAYERS = '''def layers(params):
    """The number of layers L: the parameters are {names}. A ValueError of one line otherwise."""
    if not isinstance(params, dict) or "W1" not in params:
        raise ValueError("params is a dictionary of {names}")
    L = 1
    while f"W{{L + 1}}" in params:
        L += 1
    for name in parameters(L):
        if name not in params:
            raise ValueError(f"params has W{{L}} and no {{name}}: it is a dictionary of {names}")
    for name in params:
        if name not in parameters(L):
            raise ValueError(f"params has {{name!r}} beside its {{L}} layers: it is a dictionary of {names}")
    return L
'''

PARAMETERS = '''def parameters(L, stems={stems}):
    """The names of the parameters of L layers."""
    return [f"{{stem}}{{l}}" for l in range(1, L + 1) for stem in stems]
'''

WIDTHS = '''def checked_widths(widths):
    """The widths from the input to the output, as in [4, 3, 5]. A ValueError of one line otherwise."""
    if not isinstance(widths, (list, tuple, np.ndarray)) or len(widths) < 2:
        raise ValueError(f"widths = {widths!r}: give those of the input and of every layer, as in [4, 3, 5]")
    for size in widths:
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"widths = {widths!r}: a width is a positive whole number, as in [4, 3, 5]")
    return [int(size) for size in widths]
'''

OPENING = """    sizes = dict(sizes)
    L = layers(params)
    if sizes.setdefault("L", L) != L:
        raise ValueError(f"params has {L} layers, expected {sizes['L']}")
    names, axes_of = parameters(L), shapes(L)
"""

MAIN = '''def main():
    """Print the table of errors at several depths; 1 where a derivative is wrong, else 0."""
    print(f"{{'derivative':12}} {{'error':>8}}   against {method}")
    worst = 0.0
    for L in {depths}:
        errors = {{}}
        for name, error in self_check(L).items():
            stem = name.rstrip("0123456789")
            errors[stem] = np.maximum(errors.get(stem, 0.0), error)
        for stem, error in errors.items():
            said = f"{{stem}}, L = {{L}}"
            print(f"{{said:12}} {{error:8.1e}}   {{'ok' if error < {tolerance} else 'WRONG'}}")
            worst = np.maximum(worst, error)
    return 0 if worst < {tolerance} else 1


if __name__ == "__main__":
    sys.exit(main())
'''


class Interface:
    """The texts of one module that are not formulas."""

    def __init__(self, writer: DepthWriter) -> None:
        self.writer = writer
        self.learnt = writer.layer.program.of_kind("parameter")
        self.stems = parts.quoted(i.name[:-1] for i in self.learnt)
        each = [i.name[:-1] for i in self.learnt]
        self.names = ", ".join(f"{stem}1" for stem in each)
        self.names += f", ..., {', '.join(f'{stem}L' for stem in each)}"

    def docstring(self) -> str:
        """What the module is, in a few lines."""
        rows = ", ".join(self.writer.names[i.name] for i in self.writer.data if i.axes)
        facts = assumed(self.writer.induction.base)
        lines = [
            f'"""{self.writer.induction.model.title}: its cost and their derivatives in NumPy.',
            "",
            f"The parameters of L layers are a dictionary of {self.names}; L is found from the names.",
            f"Records are the rows of {rows}; the cost and its derivatives are means over them.",
            "The comments give every line for one record, as it was derived.",
            *(f"It is assumed that {fact}." for fact in facts),
            *depth_usage_text(self.writer),
            "Run this file to compare the derivatives with numerical ones.",
            '"""',
            "",
        ]
        return "\n".join(lines)

    def opening(self) -> list[str]:
        """The number of layers, shapes and widths, and the checks of them."""
        head, loop = CHECK.split("    for name, array in", 1)
        signature, said, *_ = head.replace("sizes=SIZES", "sizes=()").split("\n")
        loop = loop.replace("SHAPES[name]", "axes_of[name]").replace("PARAMETERS", "names")
        check = f"{signature}\n{said}\n{OPENING}    for name, array in{loop}"
        return [
            LAYERS.format(names=self.names), PARAMETERS.format(stems=self.stems), self.shapes(), check, WIDTHS
        ]  # fmt: skip

    def shapes(self) -> str:
        """``shapes(L)``."""
        entries = {self.writer.names[i.name]: self.axes(i, "L") for i in self.writer.data}
        lines = [f"axes = {{{', '.join(f'{name!r}: {axes}' for name, axes in entries.items())}}}".replace("'", '"')]
        lines.append("for l in range(1, L + 1):")
        lines += [f'    axes[f"{i.name[:-1]}{{l}}"] = {self.axes(i, "l")}' for i in self.learnt]
        said = '"""The axes of every array of a network of L layers, by its name."""'
        return parts.define("shapes(L)", [said, *lines, "return axes"])

    def axes(self, given: Input, mark: str) -> str:
        """The axes of an array as a tuple of names; n1 is the width of the layer `mark`."""
        if given.name == "X":
            return '("N", "n0")'
        places = {dimension("n0"): f'f"n{{{mark} - 1}}"', dimension("n1"): f'f"n{{{mark}}}"'}
        return parts.shape_text(places.get(axis, f'"{axis}"') for axis in given.axes)

    def init(self) -> str:
        """``init(widths, seed, dtype)``: weights scaled by what they sum over, biases zero."""
        added = {name for x in self.writer.layer.program.assignments if x.part == "forward" for name in x.added}
        lines = []
        for i in self.learnt:
            sizes = [self.writer.layer.planner.size(axis).text for axis in i.axes]
            shape, target = parts.shape_text(sizes), f'params[f"{i.name[:-1]}{{l}}"]'
            drawn = f"(rng.standard_normal({shape}) / math.sqrt({sizes[-1]})).astype(dtype)"
            lines.append(f"    {target} = {f'np.zeros({shape}, dtype)' if i.name in added else drawn}")
        said = "Random parameters for widths such as [4, 3, 5]: weights scaled by the square root of their last"
        return parts.define("init(widths, seed=0, dtype=np.float64)", [
            f'"""{said} axis, biases zero."""',
            "n = checked_widths(widths)",
            "rng = np.random.default_rng(seed)",
            "params = {}",
            "for l in range(1, len(n)):",
            *lines,
            "return params",
        ])  # fmt: skip

    def self_check(self) -> list[str]:
        """``slope``, ``self_check`` and ``main``."""
        writer = self.writer
        smooth = writer.is_smooth()
        tolerance = "1e-10" if smooth else "1e-7"
        data = [writer.names[i.name] for i in writer.data]
        text = SELF_CHECK.format(
            sizes='"N": 3, **{f"n{l}": 2 + (l + L) % 4 for l in range(L + 1)}',
            facts=facts_text(writer.base.program.facts, {i.array: writer.names[i.name] for i in writer.data}),
            value=f"return cost(params, {', '.join(f'now[{name!r}]' for name in data)})".replace("'", '"'),
            given=", ".join(f'arrays["{name}"]' for name in data),
            derivative="gradient",
            batch='sizes["N"], ',
            free='widths=[sizes[f"n{l}"] for l in range(L + 1)]',
            grads="returned, grads",
            singly="",
            cost=COST,
            wanted=writer.wanted_names(),
            scale="",
            **by_method(smooth),
        )
        text = text.replace("def self_check(seed=0)", "def self_check(L, seed=0)")
        text = text.replace("SHAPES.items()", "shapes(L).items()").replace("in PARAMETERS", "in parameters(L)")
        method = "a complex step" if smooth else "central differences"
        main = MAIN.format(method=method, depths=DEPTHS, tolerance=tolerance)
        return [COMPLEX if smooth else CENTRAL, text, main]
