"""Terms → lines of Python. ``None`` is unknown; numbers are in the mode that `modes.mode_of` says."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.interpret import read
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.modes import FIELD_PLACES, Mode, Special, common, is_short, mode_of, scaled
from pytest_specmint.rules.expression.numbers import exact, simplest
from pytest_specmint.rules.expression.operations import OPERATIONS
from pytest_specmint.rules.expression.source import Source
from pytest_specmint.rules.expression.terms import Place, Term

BIG = 2**53
"""From here on doubles leave out integers."""


class Slow(Exception):
    """A value that the compiled code does not carry exactly: the reference decides."""


class Code(Struct, frozen=True):
    """What a term came to: an expression without effects, its mode, and whether it may be ``None``."""

    text: str
    mode: Mode = 0
    unsure: bool = True


class Emitter:
    """One term on its way to Python."""

    def __init__(self, forms: Mapping[str, "Form"]) -> None:
        self.source = Source()
        self.forms = forms

    def emit(self, term: Term) -> Code:
        """Lines that compute a term; what comes back names its value."""
        if term.op == "const":
            return self.constant(term)
        form = self.forms.get(term.op)
        if form is not None:
            return form(self, term)
        return self.operation(term)

    def constant(self, term: Term) -> Code:
        """A literal, or a global."""
        mode = mode_of(term)
        value = term.value
        if mode is Special.FRACTION:
            return Code(self.source.held(value), mode, unsure=False)
        if term.kind is Kind.NUMBER:
            assert isinstance(mode, int)
            assert not isinstance(value, (str, type(None)))
            value = simplest(value * 10**mode)
        return Code(f"({value!r})", mode, unsure=False)

    def named(self, code: Code) -> Code:
        """A value under a name, which can be asked whether it is ``None``."""
        return code if code.text.isidentifier() else Code(self.source.let(code.text), code.mode, code.unsure)

    def operation(self, term: Term) -> Code:
        """An operation without a form of its own: called by name."""
        args = [self.exact(self.emit(each)) if each.kind is Kind.NUMBER else self.emit(each) for each in term.args]
        names = ", ".join(each.text for each in args)
        inline = INLINE.get(term.op)
        if inline is not None:
            text = inline.format(*(each.text for each in args))
        else:
            text = f"{self.source.held(OPERATIONS[term.op])}({names})"
        return Code(self.source.let(guarded(text, args)))

    def stored(self, term: Term) -> str:
        """The JSON value at a term's place, ``None`` where there is nothing."""
        assert term.place is not None
        return self.at(term.place)

    def at(self, place: Place) -> str:
        """The name of the JSON value at a place; read once in a block."""
        if not place.steps:
            return root_name(place.root)
        known = self.source.recall(place)
        if known is not None:
            return known
        above, step = self.at(Place(place.root, place.steps[:-1])), place.steps[-1]
        return self.source.remember(place, self.source.let(stepped(above, step, "None")))

    def path(self, term: Term) -> Code:
        """A field, read as its kind."""
        key = (term.place, term.kind)
        mode = mode_of(term)
        known = self.source.recall(key)
        if known is not None:
            return Code(known, mode)
        value = self.stored(term)
        name = self.source.name()
        if term.kind is Kind.NUMBER:
            self.number(name, value)
        else:
            self.source.line(f"{name} = {READ[term.kind].format(value, self.source.held(read), self._held(term.kind))}")
        return Code(self.source.remember(key, name), mode)

    def _held(self, kind: Kind) -> str:
        function = {
            Kind.DAY: calendar.day_of_either,
            Kind.MOMENT: calendar.moment_of_text,
        }.get(kind)
        return self.source.held(kind if function is None else function)

    def number(self, name: str, value: str) -> None:
        """A JSON number as it is; large doubles are left to the reference, what is no number is unknown."""
        self.source.line(f"{name} = {value}")
        with self.source.block(f"if type({name}) is float:"), self.source.block(f"if not -{BIG} < {name} < {BIG}:"):
            self.source.line("raise Slow")
        with self.source.block(f"elif {name} is not None and type({name}) is not int:"):
            self.source.line(f"{name} = {self.source.held(unusual)}({name})")

    def as_mode(self, code: Code, mode: Mode) -> Code:
        """A number in another mode that holds it."""
        if code.mode == mode:
            return code
        if mode is Special.FRACTION:
            exactly = self.exact(code)
            return Code(exactly.text, mode, exactly.unsure)
        if code.mode is Special.JSON:
            assert isinstance(mode, int)
            return self.as_mode(self.scaled(code, min(mode, FIELD_PLACES)), mode)
        assert isinstance(mode, int)
        assert isinstance(code.mode, int)
        factor = 10 ** (mode - code.mode)
        text = f"{code.text} * {factor}"
        return Code(self.source.let(guarded(text, [code])) if code.unsure else f"({text})", mode, code.unsure)

    def scaled(self, code: Code, places: int) -> Code:
        """A JSON number as an integer of ``10**-places``; what has more decimals is left to the reference."""
        key = (code.text, places)
        known = self.source.recall(key)
        if known is not None:
            return Code(known, places, code.unsure)
        name, factor = self.source.name(), 10**places
        with self.source.block(f"if type({code.text}) is float:"):
            self.source.line(f"{name} = round({code.text} * {factor})")
            with self.source.block(f"if {name} / {factor} != {code.text} or not -{10**15} < {name} < {10**15}:"):
                self.source.line("raise Slow")
        with self.source.block("else:"):
            self.source.line(f"{name} = {guarded(f'{code.text} * {factor}', [code])}")
        return Code(self.source.remember(key, name), places, code.unsure)

    def exact(self, code: Code) -> Code:
        """A number as an integer or fraction."""
        if code.mode is Special.FRACTION or code.mode == 0:
            return code
        if code.mode is Special.JSON:
            text = f"{self.source.held(exact)}({code.text})"
        else:
            text = f"{self.source.held(simplest)}(Fraction({code.text}, {10**code.mode}))"
        return Code(self.source.let(guarded(text, [code])), Special.FRACTION, code.unsure)

    def compare(self, term: Term) -> Code:
        """``a < b`` of one kind."""
        left, right = term.args
        numbers = left.kind is Kind.NUMBER
        codes = self.comparable(left, right) if numbers else [self.emit(left), self.emit(right)]
        return Code(self.source.let(guarded(f"{codes[0].text} {term.op} {codes[1].text}", codes)))

    def comparable(self, left: Term, right: Term) -> list[Code]:
        """Two numbers in a mode in which they compare exactly.

        Doubles below 2⁵³ and the decimals that their shortest texts say have the same order, also beside integers and
        short constants: shortest texts are monotonic.
        """
        pair = [left, right]
        modes = [mode_of(each) for each in pair]
        json = [mode is Special.JSON for mode in modes]
        if all(json[i] or is_short(pair[i]) for i in (0, 1)) and any(json):
            return [self.emit(each) if json[i] else short(each) for i, each in enumerate(pair)]
        return self.joined(pair)

    def joined(self, terms: list[Term]) -> list[Code]:
        """Numbers in one mode to calculate with."""
        mode = common([scaled(mode_of(each), each) for each in terms])
        return [self.as_mode(self.emit(each), mode) for each in terms]


def unusual(value: object) -> None:
    """Nothing, for what is no number; numbers that are neither plain integers nor doubles are left to the reference."""
    if exact(value) is not None:
        raise Slow


def short(term: Term) -> Code:
    """A constant as a Python number that compares with parsed ones."""
    return Code(f"({as_parsed(term)!r})", Special.JSON, False)


def as_parsed(term: Term) -> int | float:
    """A short constant as it would have been parsed."""
    value = term.value
    assert not isinstance(value, (str, type(None)))
    return value if isinstance(value, int) else value.numerator / value.denominator


def guarded(text: str, codes: list[Code]) -> str:
    """An expression that is unknown where one of its parts is."""
    names = sorted({code.text for code in codes if code.unsure})
    return f"None if {' or '.join(f'{name} is None' for name in names)} else {text}" if names else text


def root_name(root: str) -> str:
    """The local name of a root; variables may be named like anything."""
    return {"record": "record", "item": "item"}.get(root, f"x_{root.strip()}")


def stepped(above: str, step: str | int, otherwise: str) -> str:
    """One step down in JSON."""
    if isinstance(step, str):
        default = "" if otherwise == "None" else f", {otherwise}"
        return f"{above}.get({step!r}{default}) if isinstance({above}, dict) else {otherwise}"
    low = f"{step} < len({above})" if step >= 0 else f"len({above}) >= {-step}"
    return f"{above}[{step}] if isinstance({above}, list) and {low} else {otherwise}"


Form = Callable[[Emitter, Term], Code]

READ: Mapping[Kind, str] = {
    Kind.TEXT: "{0} if isinstance({0}, str) else None",
    Kind.FLAG: "{0} if {0} is True or {0} is False else None",
    Kind.DAY: "{2}({0}) if isinstance({0}, str) else None",
    Kind.MOMENT: "{2}({0}) if isinstance({0}, str) else None",
    Kind.ANY: "{0} if isinstance({0}, (str, bool)) else {1}({0}, {2})",
}

INLINE: Mapping[str, str] = {
    "int+": "{} + {}",
    "int-": "{} - {}",
    "concat": "{} + {}",
    "day_of_moment": f"{{}} // {calendar.DAY_NS}",
    "span_of_days": f"{{}} * {calendar.DAY_NS}",
    "startswith:2": "{}.startswith({})",
    "endswith:2": "{}.endswith({})",
    "contains:2": "{1} in {0}",
    "date:1": "{}",
    "len": "len({})",
    "neg": "-{}",
}
