"""Numbers that look random and are the same on every machine and Python."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

SEED = 20180101
"""All data of the sandbox follows from this number."""

_MASK = (1 << 64) - 1


def mix(seed: int, salt: int) -> int:
    """Return 64 well mixed bits that depend on both numbers (the finaliser of splitmix64)."""
    bits = (seed + (salt + 1) * 0x9E3779B97F4A7C15) & _MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _MASK
    return bits ^ (bits >> 31)


def pick(choices: Sequence[T], seed: int, salt: int) -> T:
    """Return one of the choices."""
    return choices[mix(seed, salt) % len(choices)]


def between(low: int, high: int, seed: int, salt: int) -> int:
    """Return a whole number from `low` to `high`, both included."""
    return low + mix(seed, salt) % (high - low + 1)


def fraction(seed: int, salt: int) -> float:
    """Return a number from 0 up to, not including, 1."""
    return (mix(seed, salt) >> 11) / 9007199254740992.0
