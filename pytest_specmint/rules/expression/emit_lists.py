"""Python for the functions of lists: plain loops, left as soon as the outcome is certain."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pytest_specmint.rules.expression.emit import Code, Emitter, Form, root_name
from pytest_specmint.rules.expression.interpret import tagged
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.modes import Special, mode_of, scaled
from pytest_specmint.rules.expression.numbers import bounded, mean, plus
from pytest_specmint.rules.expression.terms import Term


@contextmanager
def _items(emitter: Emitter, term: Term, name: str, start: str, lapse: tuple[str, ...]) -> Iterator[None]:
    """A loop over a term's list; ``lapse`` is done where an item's condition is unknown."""
    source = emitter.source
    listed = emitter.stored(term)
    source.line(f"{name} = None")
    with source.block(f"if isinstance({listed}, list):"):
        source.line(f"{name} = {start}")
        with source.block(f"for {root_name(term.variable)} in {listed}:"):
            if len(term.args) > 1:
                condition = emitter.named(emitter.emit(term.args[1]))
                with source.block(f"if {condition.text} is False:"):
                    source.line("continue")
                with source.block(f"if {condition.text} is None:"):
                    for line in lapse:
                        source.line(line)
            yield


def _quantified(emitter: Emitter, term: Term) -> Code:
    """``all`` and ``any``."""
    start, stop = ("True", "False") if term.op == "all" else ("False", "True")
    source, name = emitter.source, emitter.source.name()
    with _items(emitter, term, name, start, (f"{name} = None", "continue")):
        code = emitter.named(emitter.emit(term.args[0]))
        with source.block(f"if {code.text} is {stop}:"):
            source.line(f"{name} = {stop}")
            source.line("break")
        with source.block(f"if {code.text} is None:"):
            source.line(f"{name} = None")
    return Code(name)


def _total(emitter: Emitter, term: Term) -> Code:
    """``sum`` and ``count``."""
    source, name, mode = emitter.source, emitter.source.name(), mode_of(term)
    with _items(emitter, term, name, "0", (f"{name} = None", "break")):
        code = emitter.emit(term.args[0])
        if term.op == "sum":
            code = emitter.as_mode(code, mode)
        code = emitter.named(code)
        with source.block(f"if {code.text} is None:"):
            source.line(f"{name} = None")
            source.line("break")
        if mode is Special.FRACTION:
            source.line(f"{name} = {source.held(plus)}({name}, {code.text})")
            with source.block(f"if {name} is None:"):
                source.line("break")
        else:
            source.line(f"{name} += {code.text}")
    return Code(name, mode)


def _collected(emitter: Emitter, term: Term, mode: object = None) -> str:
    """The values of a loop in a list, or ``None`` where one is unknown."""
    source, name = emitter.source, emitter.source.name()
    body = term.args[0]
    with _items(emitter, term, name, "[]", (f"{name} = None", "break")):
        code = emitter.emit(body)
        if mode is not None and body.kind is Kind.NUMBER:
            code = emitter.as_mode(code, scaled(mode_of(body), body))
        if body.kind is Kind.ANY:
            code = Code(source.let(f"None if {code.text} is None else {source.held(tagged)}({code.text})"))
        code = emitter.named(code)
        with source.block(f"if {code.text} is None:"):
            source.line(f"{name} = None")
            source.line("break")
        source.line(f"{name}.append({code.text})")
    return name


def _of_list(form: str) -> Form:
    def emit(emitter: Emitter, term: Term) -> Code:
        values = _collected(emitter, term)
        text = f"None if {values} is None else {form.format(values)}"
        return Code(emitter.source.let(text), mode_of(term))

    return emit


def _mean(emitter: Emitter, term: Term) -> Code:
    values = _collected(emitter, term, mode=Special.FRACTION)
    body = scaled(mode_of(term.args[0]), term.args[0])
    held = emitter.source.held
    if isinstance(body, int):
        ratio = f"{held(bounded)}(Fraction(sum({values}), len({values}) * {10**body}))"
    else:
        ratio = f"{held(mean)}({values})"
    text = f"{ratio} if {values} else None"
    return Code(emitter.source.let(text), Special.FRACTION)


def _count_of_items(emitter: Emitter, term: Term) -> Code:
    listed = emitter.stored(term)
    return Code(emitter.source.let(f"len({listed}) if isinstance({listed}, list) else None"), 0)


LISTS: Mapping[str, Form] = {
    "all": _quantified,
    "any": _quantified,
    "sum": _total,
    "count": _total,
    "avg": _mean,
    "min": _of_list("min({0}, default=None)"),
    "max": _of_list("max({0}, default=None)"),
    "unique": _of_list("(len(set({0})) == len({0}))"),
    "ascending": _of_list("all(map(le, {0}, {0}[1:]))"),
    "items": _count_of_items,
}
"""The functions that go through a list."""
