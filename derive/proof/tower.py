"""Points over the tower of fields."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from . import field
from .nodes import Env
from .points import Point
from .signed import content

PARITY = {"erf": -1, "sin": -1, "tan": -1, "cos": 1}


class FieldPoint(Point):
    """Atoms are plus or minus g^u at every level; unknown functions are random functions."""

    def __init__(self, *arguments: Any, logs: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.logs = logs
        self.exponents: dict[tuple[int, int], int] = {}
        self.numbers: dict[Any, int] = {}

    def below(self, level: int) -> int:
        return level - 1

    def above(self, level: int) -> int:
        return level + 1

    def number(self, value: Any, level: int) -> int:
        key = (value, level)
        found = self.numbers.get(key)
        if found is None:
            if isinstance(value, int):
                found = value % field.PRIMES[level]
            else:
                found = int(value.p) * field.inverse(int(value.q), level) % field.PRIMES[level]
            self.numbers[key] = found
        return found

    def fold(self, value: int, level: int) -> int:
        return value % field.PRIMES[level]

    def whole_power(self, value: int, exponent: int, level: int) -> int:
        return pow(value, exponent, field.PRIMES[level])

    def inverse(self, value: int, level: int) -> int:
        return pow(value, -1, field.PRIMES[level])

    def exp(self, value: int, level: int) -> int:
        result = field.exp(value, level)
        if self.logs:
            self.exponents[result, level] = value
        return result

    def log(self, node: Expr, env: Env, level: int) -> int:
        coefficient, rest = content(node)
        if coefficient.is_negative:
            coefficient, rest = -coefficient, -rest
        constant = 0 if coefficient == 1 else self._log(self.number(coefficient, level + 1), level)
        if rest == 1:
            return constant
        return self.fold(constant + self._log(self.positive(rest, env, level + 1), level), level)

    def _log(self, value: int, level: int) -> int:
        key = (value, level + 1)
        if key not in self.exponents:
            self.exponents[key] = field.log(value, level)
        return self.exponents[key]

    def power(self, base: int, exponent: int, level: int) -> int:
        return field.power(base, exponent, level)

    def raw(self, name: str, indices: tuple[int, ...], level: int, positive: bool) -> int:
        key = (name, indices, level)
        if key not in self.drawn:
            sign = self.raw_sign(name, indices, positive)
            self.drawn[key] = sign * self._square(level) % field.PRIMES[level]
        return self.drawn[key]

    def _square(self, level: int) -> int:
        if level == 0:
            return self.random.randrange(1, field.PRIMES[0])
        if self.logs:
            return self.exp(self.random.randrange(1, field.PRIMES[level - 1]), level)
        return self.random.randrange(1, field.PRIMES[level]) ** 2 % field.PRIMES[level]

    def sign_of_number(self, value: int, level: int) -> int:
        return field.sign(value, level)

    def function(self, label: str, order: int, value: int, level: int) -> int:
        prime, factor = field.PRIMES[level], 1
        if label in PARITY and value > prime // 2:
            value, factor = prime - value, PARITY[label]
        if value == 0 and PARITY.get(label) == -1:
            return 0
        key = (label, order, value, level)
        if key not in self.functions_drawn:
            self.functions_drawn[key] = self.random.randrange(prime)
        return factor * self.functions_drawn[key] % prime
