"""How PyTorch writes what the trees hold."""

from __future__ import annotations

from collections.abc import Sequence

from .dialects import Dialect, axis_argument, is_number
from .numbers import SUM
from .special import of_library
from .trees import Tree

NUMBERS = '''def whole_numbers(n, like):
    """The numbers 0 to n - 1, on the device of `like`."""
    return torch.arange(n, device=like.device)
'''


class Torch(Dialect):
    """Functions of `torch`; `like` is a tensor that came in, for its type and device."""

    name = "PyTorch"
    library = "torch"
    words = frozenset(
        {"torch", "like", "Net", "DATA", "DERIVED", "Gradient", "asarray", "whole_numbers"}
        | {"self", "ctx", "weights", "upstream", "needed", "held"}
    )
    special = of_library("torch.erf", "torch.erfc")
    helpers = {"whole_numbers": NUMBERS}
    kind = "like"
    powers = True
    strength_of_full = SUM
    float_type = "None"
    whole = "int"
    drawing = "generator = torch.Generator().manual_seed(seed)"

    def kind_of(self, array: str) -> str:
        return array

    def view(self, pattern: str) -> str:
        if pattern == "{}.real":
            return "{}"
        if pattern.startswith("np.swapaxes"):
            return "{}.mT"
        return pattern.replace("np.transpose({}, ", "{}.permute").replace("))", ")")

    def call(self, name: str, arguments: Sequence[str], trees: Sequence[Tree]) -> str:
        if name in ("maximum", "minimum") and any(map(is_number, trees)):
            array, bound = arguments if is_number(trees[1]) else arguments[::-1]
            return f"torch.clamp({array}, {'min' if name == 'maximum' else 'max'}={bound})"
        return super().call(name, arguments, trees)

    def reduced(self, name: str, of: str, along: tuple[int, ...] | None) -> str:
        return f"torch.{'amax' if name == 'max' else name}({of}{axis_argument(along, 'dim')})"

    def einsum(self, spec: str, operands: Sequence[str]) -> str:
        return f'torch.einsum("{spec}", {", ".join(operands)})'

    def truth(self, compared: str, kind: str, bare: bool) -> str:
        return compared if bare else f"{compared}.to({kind})"

    def truth_of_numbers(self, compared: str, kind: str) -> str:
        return self.truth(compared, kind, False)

    def full(self, shape: str, of: str) -> str:
        return f"like.new_zeros({shape}) + {of}"

    def copied(self, array: str) -> str:
        return f"{array}.clone()"

    def scalar(self, name: str) -> str:
        return f"torch.as_tensor({name}).to(like)"

    def drawn(self, shape: str, scale: str) -> str:
        return f"torch.randn({shape}, generator=generator, dtype=dtype) / {scale}"

    def zeros(self, shape: str) -> str:
        return f"torch.zeros({shape}, dtype=dtype)"
