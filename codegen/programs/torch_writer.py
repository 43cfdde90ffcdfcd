"""A program as a PyTorch module: plain functions, and a network that any optimiser of PyTorch trains."""

from __future__ import annotations

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from . import parts
from .library_planning import LibraryPlanner
from .library_writer import LibraryWriter, check_of, program_for
from .torch_dialect import Torch

FUNCTION = '''class Gradient(torch.autograd.Function):
    """{What}, with the derivatives of this file as the backward pass."""

    @staticmethod
    def forward(ctx, {given}):
        for name, needed in zip((*DATA, *PARAMETERS), ctx.needs_input_grad):
            if needed and name not in DERIVED:
                raise ValueError(f"{{name}} requires a gradient, but the derivative by {{name}} was not derived")
        params = dict(zip(PARAMETERS, weights))
{forward}

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, {upstream}):
{backward}
        return tuple(grads.get(name) for name in (*DATA, *PARAMETERS))
'''

OF_COST = (
    """        C, grads = gradient({call})
{means}        ctx.save_for_backward(*grads.values())
        return C""",
    """        grads = {{name: upstream * grad for name, grad in zip(DERIVED, ctx.saved_tensors)}}""",
)

OF_OUTPUTS = (
    """        ctx.save_for_backward(*weights)
        ctx.given = {given}
        return forward({call})""",
    """        grads = backward(dict(zip(PARAMETERS, ctx.saved_tensors)), *ctx.given, {upstream})""",
)

NET = '''class Net(torch.nn.Module):
    """The parameters, and {what} as a function of the data."""

    def __init__(self, seed=0, dtype=None, **sizes):
        super().__init__()
        self.held = {{name: name + "_" * hasattr(self, name) for name in PARAMETERS}}
        for name, array in init(seed, dtype, **sizes).items():
            self.register_parameter(self.held[name], torch.nn.Parameter(array))

    def params(self):
        """The parameters by name."""
        return {{name: getattr(self, held) for name, held in self.held.items()}}

    def forward({signature}):
        """{What}."""
        params = self.params()
        if not torch.is_grad_enabled():
            return {plain}({call})
        return Gradient.apply({arguments})
'''

OUTPUTS = '''
    def outputs({signature}):
        """The outputs {spelled}."""
        return forward({call})
'''


def torch_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the PyTorch module of a derivation.

    Raises UnknownNode for a formula without a form in arrays, InputError for a network of any depth.
    """
    return TorchWriter(program_for("torch", derivation)).module(command)


class TorchPlanner(LibraryPlanner):
    """Plans with the functions of PyTorch."""

    library = "torch"

    def counted(self, size: str) -> str:
        return f"whole_numbers({size}, like)"


class TorchWriter(LibraryWriter):
    """Writes the functions of a module for PyTorch, an autograd function, and a network."""

    dialect = Torch()
    check = check_of("isinstance(array, torch.Tensor)", "array.is_floating_point()", "a tensor")

    def usage(self) -> list[str]:
        data = ", ".join(self._data())
        if self.program.cost:
            return [
                f"`Net` holds the parameters: net({data}).backward() gives optimisers the derivatives derived here."
            ]
        return [f"`Net` holds the parameters: net({data}) are the outputs, differentiated as derived here."]

    def planned_by(self) -> TorchPlanner:
        return TorchPlanner(self.names.__getitem__, self.program.functions, self.program.slopes)

    def imports(self, body: str) -> str:
        return "\nimport math\nimport sys\n\nimport numpy as np\nimport torch\n\n"

    def functions(self) -> list[str]:
        return [*super().functions(), self.differentiable(), self.net()]

    def gradient(self) -> str:
        return f"@torch.no_grad()\n{super().gradient()}"

    def self_check(self) -> list[str]:
        return ["asarray = torch.as_tensor\n", *super().self_check()]

    def _data(self) -> list[str]:
        return [self.names[i.name] for i in self.program.of_kind("data")]

    def differentiable(self) -> str:
        """The names of what is given and what was derived, and the autograd function."""
        program, data = self.program, self._data()
        upstream = [self.names[i.name] for i in program.of_kind("upstream")] or ["upstream"]
        forward, backward = OF_COST if program.cost else OF_OUTPUTS
        means = [f'        grads["{n}"] = grads["{n}"] / {n}.shape[0]  # of the mean\n' for n in self.by_record()]
        words = {
            "call": self._call(),
            "means": "".join(means),
            "given": parts.shape_text(data),
            "upstream": ", ".join(upstream),
        }
        tables = f"DATA = {parts.quoted(data)}\nDERIVED = {parts.quoted(map(self.key, program.gradients))}\n\n\n"
        return tables + FUNCTION.format(
            What=self._what().capitalize(),
            given=", ".join([*data, "*weights"]),
            forward=forward.format(**words),
            upstream=words["upstream"],
            backward=backward.format(**words),
        )

    def net(self) -> str:
        """The class of the network."""
        data, forward = self._data(), [self.names[i.name] for i in self.forward_data()]
        text = NET.format(
            what=self._what(),
            What=self._what().capitalize(),
            signature=", ".join(["self", *data]),
            plain="cost" if self.program.cost else "forward",
            call=self._call(),
            arguments=", ".join([*data, "*params.values()"]),
        )
        if self.program.cost and self.program.outputs:
            signature, call = ", ".join(["self", *forward]), ", ".join(["self.params()", *forward])
            text += OUTPUTS.format(signature=signature, call=call, spelled=self.spelled(self.program.outputs))
        return text

    def _what(self) -> str:
        return "the cost" if self.program.cost else "the outputs"

    def _call(self) -> str:
        """The arguments of the cost, or of the outputs."""
        given = self.program.of_kind("data") if self.program.cost else self.forward_data()
        return ", ".join(["params", *(self.names[i.name] for i in given)])
