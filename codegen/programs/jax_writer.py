"""A program as a JAX module: pure functions for jit, and a cost whose derivative is the one derived here."""

from __future__ import annotations

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation

from . import parts
from .jax_dialect import Jax
from .library_planning import LibraryPlanner
from .library_writer import LibraryWriter, check_of, program_for

KNOWN = '''def known(params, data):
    """The values of what is differentiated; a ValueError for what no derivative was derived by."""
    for name, array in {{**params, **data}}.items():
        if array.perturbed and name not in {derived}:
            raise ValueError(f"the derivative by {{name}} was not derived")
    values = {{name: jnp.asarray(array.value) for name, array in params.items()}}
    return values, *(jnp.asarray(array.value) for array in data.values())
'''

OF_COST = '''def cost_and_derivatives({signature}):
    """The cost, and its derivatives by all that was given, None where there is none."""
    {signature} = known({named})
    C, grads = gradient({signature})
{means}    return C, {returned}


def upstream_times(saved, upstream):
    """The derivatives for a derivative by the cost that is not 1."""
    return jax.tree.map(lambda grad: upstream * grad, saved)


cost.defvjp(cost_and_derivatives, upstream_times, symbolic_zeros=True)
'''

OF_OUTPUTS = '''def outputs_and_given({signature}):
    """The outputs, and what their derivatives are computed from."""
    {signature} = known({named})
    return forward({signature}), ({signature})


def whole(upstream):
    """The derivative by an output as an array, also where nothing depends on the output."""
    symbolic = isinstance(upstream, jax.custom_derivatives.SymbolicZero)
    return jnp.zeros(upstream.shape, upstream.dtype) if symbolic else upstream


def derivatives(saved, upstream):
    """The derivatives by all that was given, None where there is none."""
    {signature} = saved
    grads = backward({signature}, {upstream})
    return {returned}


forward.defvjp(outputs_and_given, derivatives, symbolic_zeros=True)
'''


def jax_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of the JAX module of a derivation.

    Raises UnknownNode for a formula without a form in arrays, InputError for a network of any depth.
    """
    return JaxWriter(program_for("jax", derivation)).module(command)


class JaxPlanner(LibraryPlanner):
    """Plans with the functions of JAX."""

    library = "jnp"


class JaxWriter(LibraryWriter):
    """Writes the functions of a module for JAX."""

    dialect = Jax()
    check = check_of("isinstance(array, jax.Array)", "jnp.issubdtype(array.dtype, jnp.floating)", "a JAX array")
    check_call = 'jax.config.update("jax_enable_x64", True)\n    errors = self_check()'

    def usage(self) -> list[str]:
        name = "cost" if self.program.cost else "forward"
        return [
            f"All functions are pure: jax.jit({self.derivative}) compiles, and jax.grad and jax.vjp of `{name}` use",
            "the derivatives derived here.",
        ]

    def planned_by(self) -> JaxPlanner:
        return JaxPlanner(self.names.__getitem__, self.program.functions, self.program.slopes)

    def imports(self, body: str) -> str:
        return "\nimport math\nimport sys\n\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n\n"

    def forward(self) -> str:
        return super().forward() if self.program.cost else f"@jax.custom_vjp\n{super().forward()}"

    def cost(self) -> str:
        return f"@jax.custom_vjp\n{super().cost()}"

    def functions(self) -> list[str]:
        return [*super().functions(), self.passes()]

    def self_check(self) -> list[str]:
        return ["asarray = jnp.asarray\n", *super().self_check()]

    def passes(self) -> str:
        """The forward and the backward pass of the function that can be differentiated."""
        program = self.program
        data = [self.names[i.name] for i in (program.of_kind("data") if program.cost else self.forward_data())]
        derived = [self.key(name) for name in program.gradients]
        entries = [f'grads["{name}"]' if name in derived else "None" for name in data]
        means = [f'    grads["{n}"] = grads["{n}"] / {n}.shape[0]  # of the mean\n' for n in self.by_record()]
        several = len(program.of_kind("upstream")) > 1
        text = (OF_COST if program.cost else OF_OUTPUTS).format(
            signature=", ".join(["params", *data]) + ("" if data or program.cost else ","),
            named=f"params, {{{', '.join(f'{quoted(name)}: {name}' for name in data)}}}",
            means="".join(means),
            returned=parts.shape_text(["{name: grads.get(name) for name in params}", *entries]),
            upstream="*map(whole, upstream)" if several else "whole(upstream)",
        )
        return KNOWN.format(derived=parts.quoted(derived)) + "\n\n" + text


def quoted(word: str) -> str:
    """A string as it is written."""
    return f'"{word}"'
