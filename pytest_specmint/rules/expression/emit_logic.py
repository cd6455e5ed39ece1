"""Python for logic of three values, for conditions and presence."""

from collections.abc import Callable, Mapping

from pytest_specmint.rules.expression.emit import Code, Emitter, Form, as_parsed, guarded, stepped
from pytest_specmint.rules.expression.interpret import tagged
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.modes import Special, is_short, mode_of
from pytest_specmint.rules.expression.terms import Place, Term, constant


def _and(emitter: Emitter, term: Term) -> Code:
    return _series(emitter, term, stop="False")


def _or(emitter: Emitter, term: Term) -> Code:
    return _series(emitter, term, stop="True")


def _series(emitter: Emitter, term: Term, stop: str) -> Code:
    """One operand after the other until one decides; what is unknown stays so unless a later one decides."""
    source = emitter.source
    name = source.let(emitter.emit(term.args[0]).text)
    for each in term.args[1:]:
        with source.block(f"if {name} is not {stop}:"):
            code = emitter.named(emitter.emit(each))
            with source.block(f"if {name} is None:"):
                source.line(f"{name} = {code.text} if {code.text} is {stop} else None")
            with source.block("else:"):
                source.line(f"{name} = {code.text}")
    return Code(name)


def _not(emitter: Emitter, term: Term) -> Code:
    code = emitter.emit(term.args[0])
    return Code(emitter.source.let(guarded(f"not {code.text}", [code])))


def _if(emitter: Emitter, term: Term) -> Code:
    source, name = emitter.source, emitter.source.name()
    condition = emitter.named(emitter.emit(term.args[0]))
    for head, branch in ((f"if {condition.text} is True:", 1), (f"elif {condition.text} is False:", 2)):
        with source.block(head):
            source.line(f"{name} = {_moded(emitter, term.args[branch], term)}")
    with source.block("else:"):
        source.line(f"{name} = None")
    return Code(name, mode_of(term))


def _when(emitter: Emitter, term: Term) -> Code:
    source, name = emitter.source, emitter.source.name()
    condition = emitter.named(emitter.emit(term.args[0]))
    source.line(f"{name} = None")
    with source.block(f"if {condition.text} is True:"):
        source.line(f"{name} = {_moded(emitter, term.args[1], term)}")
    return Code(name, mode_of(term))


def _default(emitter: Emitter, term: Term) -> Code:
    source = emitter.source
    name = source.let(_moded(emitter, term.args[0], term))
    with source.block(f"if {name} is None:"):
        source.line(f"{name} = {_moded(emitter, term.args[1], term)}")
    return Code(name, mode_of(term))


def _moded(emitter: Emitter, part: Term, whole: Term) -> str:
    """A part of a term, in the mode of the whole."""
    code = emitter.emit(part)
    return emitter.as_mode(code, mode_of(whole)).text if whole.kind is Kind.NUMBER else code.text


def _has(emitter: Emitter, term: Term) -> Code:
    return Code(emitter.source.let(f"{emitter.stored(term)} is not None"), unsure=False)


def _missing(emitter: Emitter, term: Term) -> Code:
    assert term.place is not None
    if not term.place.steps:
        return Code("False", unsure=False)
    return Code(emitter.source.let(f"{_or_absent(emitter, term.place)} is ABSENT"), unsure=False)


def _is_null(emitter: Emitter, term: Term) -> Code:
    assert term.place is not None
    if not term.place.steps:
        return Code(emitter.source.let(f"{emitter.stored(term)} is None"), unsure=False)
    return Code(emitter.source.let(f"{_or_absent(emitter, term.place)} is None"), unsure=False)


def _or_absent(emitter: Emitter, place: Place) -> str:
    above = emitter.at(Place(place.root, place.steps[:-1]))
    return f"({stepped(above, place.steps[-1], 'ABSENT')})"


def _in(emitter: Emitter, term: Term) -> Code:
    """A value among known ones; where kinds mix, compared as the reference does."""
    source = emitter.source
    codes = [emitter.emit(each) for each in term.args]
    if any(each.kind is Kind.ANY for each in term.args):
        listed = ", ".join(code.text for code in codes)
        return Code(source.let(guarded(f"{source.held(_among_any(term))}({listed})", codes)))
    among: object = frozenset(term.among)
    short = [constant(each, Kind.NUMBER) for each in term.among if not isinstance(each, tuple)]
    if codes[0].mode is Special.JSON and len(codes) == 1 and all(map(is_short, short)):
        among = frozenset(as_parsed(each) for each in short)
    else:
        codes = [emitter.exact(code) for code in codes]
    value = codes[0].text if len(codes) == 1 else f"({', '.join(code.text for code in codes)})"
    return Code(source.let(guarded(f"{value} in {source.held(among)}", codes)))


def _among_any(term: Term) -> Callable[..., bool]:
    """Whether values that are of one kind only at times stand among the known ones."""
    known = frozenset(tuple(map(tagged, each if isinstance(each, tuple) else (each,))) for each in term.among)
    return lambda *values: tuple(map(tagged, values)) in known


LOGIC: Mapping[str, Form] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "when": _when,
    "default": _default,
    "has": _has,
    "missing": _missing,
    "is_null": _is_null,
    "in": _in,
}
"""Operations on truth, and on whether something is there."""
