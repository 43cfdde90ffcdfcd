"""How JAX writes what the trees hold: as NumPy does, with functions of its own."""

from __future__ import annotations

from collections.abc import Sequence

from .dialects import Dialect
from .special import of_library


class Jax(Dialect):
    """Functions of `jnp`; `like` is an array that came in, for its type."""

    name = "JAX"
    library = "jnp"
    words = frozenset({"jax", "jnp", "like", "asarray", "known", "whole", "saved", "upstream", "derivatives"})
    special = of_library("jax.scipy.special.erf", "jax.scipy.special.erfc")
    kind = "like.dtype"
    powers = True
    float_type = "float"
    whole = "int"

    def view(self, pattern: str) -> str:
        return "{}" if pattern == "{}.real" else pattern.replace("np.", "jnp.")

    def einsum(self, spec: str, operands: Sequence[str]) -> str:
        return f'jnp.einsum("{spec}", {", ".join(operands)})'

    def full(self, shape: str, of: str) -> str:
        return f"jnp.full({shape}, {of}, like.dtype)"

    def copied(self, array: str) -> str:
        return array

    def scalar(self, name: str) -> str:
        return f"jnp.asarray({name}, like.dtype)"

    def drawn(self, shape: str, scale: str) -> str:
        return f"jnp.asarray(rng.standard_normal({shape}) / {scale}, dtype)"

    def zeros(self, shape: str) -> str:
        return f"jnp.zeros({shape}, dtype)"
