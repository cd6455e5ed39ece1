"""Exponentials, logarithms and the normal distribution, from additions, products, quotients and square roots alone.

IEEE 754 rounds these four the same everywhere; the functions of C libraries differ between machines in the last bits.
All functions take and give floats, with relative errors of some 1e-15 (tails of the normal distribution: 1e-13).
"""

from math import frexp, ldexp

LN2 = 0.6931471805599453
SQRT_HALF = 0.7071067811865476
SQRT_TWO_PI = 2.5066282746310002
_LEAST, _MOST = -700.0, 700.0
"""Beyond these exponentials are taken to be nothing, or as large as they get."""
_TERMS = 17
_NEAR = 2.75
"""From here on the upper tail is a continued fraction, before that a series around zero."""
_DEPTH = 60
_SERIES = 48


def exp(x: float) -> float:
    """The exponential; 0 below -700, that of 700 above 700."""
    if x < _LEAST:
        return 0.0
    x = min(x, _MOST)
    power = int(x / LN2 + (0.5 if x > 0 else -0.5))
    # The logarithm in two parts, so that the rest stays exact to the last bit.
    rest = (x - power * 0.693147180369123816490) - power * 1.90821492927058770002e-10
    return ldexp(1.0 + _expm1(rest), power)


def expm1(x: float) -> float:
    """``exp(x) - 1``, exact to the last digits near zero, too."""
    return _expm1(x) if -0.35 < x < 0.35 else exp(x) - 1.0


def _expm1(x: float) -> float:
    """The Taylor series, for small numbers."""
    total = 1.0
    for n in range(_TERMS, 1, -1):
        total = 1.0 + total * x / n
    return x * total


def log(x: float) -> float:
    """The natural logarithm of a positive number."""
    fraction, power = frexp(x)
    if fraction < SQRT_HALF:
        fraction, power = fraction * 2.0, power - 1
    s = (fraction - 1.0) / (fraction + 1.0)
    square, total = s * s, 0.0
    for n in range(25, 0, -2):
        total = total * square + 1.0 / n
    return power * 0.693147180369123816490 + (2.0 * s * total + power * 1.90821492927058770002e-10)


def log1p(x: float) -> float:
    """``log(1 + x)`` for ``x`` above -1, exact to the last digits near zero, too."""
    if not -0.2 < x < 0.2:
        return log(1.0 + x)
    s = x / (2.0 + x)
    square, total = s * s, 0.0
    for n in range(25, 0, -2):
        total = total * square + 1.0 / n
    return 2.0 * s * total


def power(base: float, exponent: float) -> float:
    """A positive number to a power."""
    return exp(exponent * log(base))


def normal_tails(z: float) -> tuple[float, float]:
    """The shares of the standard normal distribution below and above ``z``.

    Around zero by Marsaglia's series (Evaluating the Normal Distribution, J. Stat. Software 11, 2004), farther out by
    Laplace's continued fraction, so that both shares keep their digits however small they are.
    """
    far = z if z >= 0 else -z
    beyond = _beyond(far)
    return (1.0 - beyond, beyond) if z >= 0 else (beyond, 1.0 - beyond)


def _beyond(z: float) -> float:
    density = exp(-z * z / 2.0) / SQRT_TWO_PI
    if z >= _NEAR:
        fraction = z
        for n in range(_DEPTH, 0, -1):
            fraction = z + n / fraction
        return density / fraction
    total = term = z
    for n in range(1, _SERIES):
        term = term * z * z / (2 * n + 1)
        total += term
    return 0.5 - density * total
