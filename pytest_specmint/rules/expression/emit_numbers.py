"""Python for arithmetic: integers of 10⁻ᵖ as long as nothing is divided, fractions then."""

from collections.abc import Mapping

from pytest_specmint.rules.expression.emit import Code, Emitter, Form, Slow, guarded
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.modes import Special, mode_of, scaled
from pytest_specmint.rules.expression.numbers import MAX_BITS, bounded, divided, rounded
from pytest_specmint.rules.expression.operations import OPERATIONS
from pytest_specmint.rules.expression.terms import Term

MODERATE = MAX_BITS - 600
"""A divisor of so few bits stays bounded whatever the decimals of what it divides."""


def _sum(emitter: Emitter, term: Term) -> Code:
    """``+`` and ``-``."""
    left, right = emitter.joined(list(term.args))
    text = f"{left.text} {term.op} {right.text}"
    text = f"{emitter.source.held(bounded)}({text})" if _is_fraction(left) else text
    return Code(emitter.source.let(guarded(text, [left, right])), left.mode)


def _is_fraction(code: Code) -> bool:
    return code.mode is Special.FRACTION


def _workable(emitter: Emitter, term: Term) -> Code:
    """A number as an integer of so many decimals, or a fraction."""
    return emitter.as_mode(emitter.emit(term), scaled(mode_of(term), term))


def _product(emitter: Emitter, term: Term) -> Code:
    mode = mode_of(term)
    codes = [_workable(emitter, each) for each in term.args]
    if mode is Special.FRACTION:
        codes = [emitter.exact(code) for code in codes]
    text = f"{codes[0].text} * {codes[1].text}"
    text = f"{emitter.source.held(bounded)}({text})" if mode is Special.FRACTION else text
    return Code(emitter.source.let(guarded(text, codes)), mode)


def _ratio(emitter: Emitter, term: Term) -> Code:
    """``/`` and ``//``: what is divided by zero is unknown."""
    codes = [emitter.exact(emitter.emit(each)) for each in term.args]
    function = emitter.source.held(OPERATIONS[term.op])
    text = guarded(f"{function}({codes[0].text}, {codes[1].text})", codes)
    return Code(emitter.source.let(text), Special.FRACTION if term.op == "/" else 0)


def _whole_ratio(emitter: Emitter, term: Term) -> Code:
    """``//`` and ``%`` of numbers in one mode."""
    left, right = emitter.joined(list(term.args))
    if _is_fraction(left):
        function = emitter.source.held(OPERATIONS[term.op])
        text = guarded(f"{function}({left.text}, {right.text})", [left, right])
    else:
        text = guarded(f"{left.text} {term.op} {right.text} if {right.text} else None", [left, right])
    return Code(emitter.source.let(text), left.mode if term.op == "%" else 0)


def _neg(emitter: Emitter, term: Term) -> Code:
    code = emitter.emit(term.args[0])
    return Code(emitter.source.let(guarded(f"-{code.text}", [code])), code.mode, code.unsure)


def _abs(emitter: Emitter, term: Term) -> Code:
    code = emitter.emit(term.args[0])
    return Code(emitter.source.let(guarded(f"abs({code.text})", [code])), code.mode, code.unsure)


def _floor(emitter: Emitter, term: Term) -> Code:
    return _step(emitter, term, "{} // {}")


def _ceil(emitter: Emitter, term: Term) -> Code:
    return _step(emitter, term, "-(-{} // {})")


def _step(emitter: Emitter, term: Term, form: str) -> Code:
    code = _workable(emitter, term.args[0])
    if _is_fraction(code):
        text = f"{emitter.source.held(OPERATIONS[term.op])}({code.text})"
    else:
        assert isinstance(code.mode, int)
        text = form.format(code.text, 10**code.mode)
    return Code(emitter.source.let(guarded(text, [code])), 0)


def _round(emitter: Emitter, term: Term) -> Code:
    places = term.args[1].value
    assert isinstance(places, int)
    mode = mode_of(term)
    assert isinstance(mode, int)
    if term.args[0].op == "/":
        return _rounded_ratio(emitter, term.args[0], places)
    code = _workable(emitter, term.args[0])
    if _is_fraction(code):
        scale = f"simplest({emitter.source.held(rounded)}({code.text}, {places}) * {10**mode})"
        return Code(emitter.source.let(guarded(scale, [code])), mode)
    assert isinstance(code.mode, int)
    if code.mode <= places:
        return emitter.as_mode(code, mode)
    unit = 10 ** (code.mode - places)
    text = f"{emitter.source.held(divided)}({code.text}, {unit})"
    return Code(emitter.source.let(guarded(_shifted(text, places), [code])), mode)


def _shifted(text: str, places: int) -> str:
    return text if places >= 0 else f"{text} * {10**-places}"


def _rounded_ratio(emitter: Emitter, ratio: Term, places: int) -> Code:
    """A quotient rounded at once, in integers alone."""
    left, right = (_workable(emitter, each) for each in ratio.args)
    if _is_fraction(left) or _is_fraction(right):
        quotient = _ratio(emitter, ratio)
        text = f"simplest({emitter.source.held(rounded)}({quotient.text}, {places}) * {10 ** max(places, 0)})"
        return Code(emitter.source.let(guarded(text, [quotient])), max(places, 0))
    assert isinstance(left.mode, int)
    assert isinstance(right.mode, int)
    above, below = 10 ** (right.mode + max(places, 0)), 10 ** (left.mode - min(places, 0))
    text = f"{emitter.source.held(_moderate)}({left.text} * {above}, {right.text} * {below})"
    text = f"({_shifted(text, places)} if {right.text} else None)"
    return Code(emitter.source.let(guarded(text, [left, right])), max(places, 0))


def _moderate(value: int, by: int) -> int:
    """A rounded quotient, unless the reference may find that it has grown out of hand."""
    if by.bit_length() > MODERATE:
        raise Slow
    return divided(value, by)


def _extreme(emitter: Emitter, term: Term) -> Code:
    codes = [emitter.emit(each) for each in term.args]
    mode = mode_of(term)
    if term.kind is Kind.NUMBER:
        codes = [emitter.as_mode(code, mode) for code in codes]
    function = "min" if term.op == "least" else "max"
    return Code(emitter.source.let(guarded(f"{function}({', '.join(code.text for code in codes)})", codes)), mode)


def _places_text(emitter: Emitter, term: Term) -> Code:
    code = emitter.exact(emitter.emit(term.args[0]))
    return Code(emitter.source.let(guarded(f"{emitter.source.held(OPERATIONS[term.op])}({code.text})", [code])))


NUMBERS: Mapping[str, Form] = {
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _ratio,
    "//": _whole_ratio,
    "%": _whole_ratio,
    "neg": _neg,
    "abs": _abs,
    "floor": _floor,
    "ceil": _ceil,
    "round": _round,
    "least": _extreme,
    "greatest": _extreme,
    "text:NUMBER": _places_text,
}
"""Operations on numbers, and the few that spans share with them."""
