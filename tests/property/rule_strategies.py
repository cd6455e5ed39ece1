"""Expressions that are right by construction, and records that hold anything at all."""

from typing import Any

from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.integers(-5, 50),
    st.integers(-(10**18), 10**18),
    st.integers(-(10**30), 10**30),
    st.integers(-100_000, 100_000).map(lambda cents: cents / 100),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [0.1, 0.2, 0.3, -0.0, 0.0, 2.0, 1e15, 1e16, 1e22, 1e23, 2**53 + 1, 2.0**53, 0.1234567, 5e-324, 1e300]
    ),
)
DATES = st.one_of(
    st.dates().map(str),
    st.sampled_from(
        ["2024-02-29", "2023-02-28", "2024-12-31", "0000-01-01", "9999-12-31", "2024-02-30", "2024-1-1", "x"]
    ),
)
CLOCKS = st.sampled_from(
    [
        "T00:00:00Z",
        "T23:59:60Z",
        "T23:30:00-05:00",
        "T01:00:00.5+02:00",
        "t12:00:00z",
        "T24:00:00Z",
        "T12:00Z",
        " 12:00:00Z",
    ]
)
MOMENTS = st.builds(str.__add__, DATES, CLOCKS)
TEXTS = st.one_of(
    st.sampled_from(["", "A", "a", "AB", "PENDING", "79927398713", "1234567893", "Straße", "true", "1"]),
    st.text(max_size=3),
)
ANYTHING = st.one_of(NUMBERS, TEXTS, DATES, MOMENTS, st.booleans(), st.none())
LINES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {},
            optional={
                "q": NUMBERS,
                "p": NUMBERS,
                "s": TEXTS,
                "d": DATES,
                "f": st.booleans(),
                "xs": st.lists(NUMBERS, max_size=3),
            },
        ),
        ANYTHING,
    ),
    max_size=4,
)
FIELDS: dict[str, Any] = {
    "n": NUMBERS,
    "m": NUMBERS,
    "k": st.integers(-3, 20),
    "s": TEXTS,
    "t": TEXTS,
    "d": DATES,
    "e": DATES,
    "w": MOMENTS,
    "v": MOMENTS,
    "f": st.booleans(),
    "a": ANYTHING,
    "xs": st.lists(NUMBERS, max_size=4),
    "lines": LINES,
    "o": st.fixed_dictionaries({}, optional={"n": NUMBERS, "s": TEXTS, "d": DATES}),
}
TABLE = {
    "n": "number", "m": "number", "k": "integer", "s": "string", "t": "string", "d": "date", "e": "date",
    "w": "date-time", "v": "date-time", "f": "boolean", "a": "number|string|boolean|null", "xs": "array", "xs[]": "number",
    "lines[].q": "number", "lines[].p": "number", "lines[].s": "string", "lines[].d": "date", "lines[].f": "boolean",
    "lines[].xs": "array", "lines[].xs[]": "number", "o.n": "number", "o.s": "string", "o.d": "date",
}  # fmt: skip
KINDS = ("num", "text", "flag", "day", "moment")


@st.composite
def records(draw: st.DrawFn) -> Any:
    """A record in which each field is mostly of its kind, sometimes absent or something else."""
    record = {}
    for name, values in FIELDS.items():
        choice = draw(st.integers(0, 9))
        if choice:
            record[name] = draw(ANYTHING if choice == 1 else values)
    return record


def _literal_number(draw: st.DrawFn) -> str:
    return draw(
        st.sampled_from(
            [
                "0",
                "1",
                "2",
                "3",
                "10",
                "100",
                "0.1",
                "0.01",
                "2.50",
                "1000000",
                "1e3",
                "0.333333",
                "123456789.123456789",
                "9007199254740993",
            ]
        )
    )


def _pick(draw: st.DrawFn, *choices: Any) -> str:
    chosen = draw(st.sampled_from(choices))
    return chosen() if callable(chosen) else chosen


def number(draw: st.DrawFn, depth: int, names: dict[str, list[str]]) -> str:
    """An expression that is a number."""

    def sub() -> str:
        return number(draw, depth - 1, names)

    def day() -> str:
        return date(draw, depth - 1, names)

    leaves = [lambda: draw(st.sampled_from(names["num"])), lambda: _literal_number(draw)]
    if depth <= 0:
        return _pick(draw, *leaves)
    return _pick(
        draw,
        *leaves,
        lambda: f"({sub()} {draw(st.sampled_from(['+', '-', '*']))} {sub()})",
        lambda: f"({sub()} {draw(st.sampled_from(['/', '//', '%']))} {_field_number(draw, names)})",
        lambda: f"-{sub()}",
        lambda: f"{draw(st.sampled_from(['abs', 'floor', 'ceil']))}({sub()})",
        lambda: f"round({sub()}, {draw(st.integers(-2, 4))})",
        lambda: f"{draw(st.sampled_from(['min', 'max']))}({sub()}, {sub()})",
        lambda: f"({sub()} if {flag(draw, depth - 1, names)} else {sub()})",
        lambda: f"default({sub()}, {sub()})",
        lambda: f"len({draw(st.sampled_from(names['text'] + names['list']))})",
        lambda: f"{draw(st.sampled_from(['days', 'weeks', 'months', 'years']))}({day()}, {day()})",
        lambda: f"hours({moment(draw, depth - 1, names)}, {moment(draw, depth - 1, names)})",
        lambda: f"{draw(st.sampled_from(['year', 'month', 'day', 'weekday']))}({day()})",
        lambda: looped(draw, depth, names, ("sum", "avg", "min", "max"), "num"),
        lambda: looped(draw, depth, names, ("count",), "flag"),
    )


def _field_number(draw: st.DrawFn, names: dict[str, list[str]]) -> str:
    return draw(st.sampled_from([*names["num"], "3", "0.5", "7"]))


def looped(draw: st.DrawFn, depth: int, names: dict[str, list[str]], functions: tuple[str, ...], body: str) -> str:
    """A function of a list; inner loops run over the outer one's item."""
    function = draw(st.sampled_from(functions))
    taken = sum(name.startswith("x") and name.endswith(".q") for name in names["num"])
    if taken:
        source, inner = f"x{taken}.xs", {**names, "num": [*names["num"], "y"], "list": []}
        variable = "y"
        if "y" in names["num"]:
            return "(1 > 2)" if body == "flag" and function != "count" else "3"
    else:
        variable = "x1"
        source = "lines"
        inner = {
            "num": [*names["num"], "x1.q", "x1.p"],
            "text": [*names["text"], "x1.s"],
            "day": [*names["day"], "x1.d"],
            "flag": [*names["flag"], "x1.f"],
            "moment": names["moment"],
            "list": ["x1.xs"],
        }
    expression = MAKERS[body](draw, depth - 1, inner)
    condition = f" if {flag(draw, depth - 2, inner)}" if draw(st.booleans()) else ""
    return f"{function}({expression} for {variable} in {source}{condition})"


def text(draw: st.DrawFn, depth: int, names: dict[str, list[str]]) -> str:
    """An expression that is a text."""

    def sub() -> str:
        return text(draw, depth - 1, names)

    leaves = [lambda: draw(st.sampled_from(names["text"])), "'A'", "'1'", '"PENDING"']
    if depth <= 0:
        return _pick(draw, *leaves)
    return _pick(
        draw,
        *leaves,
        lambda: f"({sub()} + {sub()})",
        lambda: f"{draw(st.sampled_from(['lower', 'upper']))}({sub()})",
        lambda: f"text({number(draw, depth - 1, names)})",
        lambda: f"text({date(draw, depth - 1, names)})",
        lambda: f"text({moment(draw, depth - 1, names)})",
        lambda: f"text({flag(draw, depth - 1, names)})",
        lambda: f"default({sub()}, {sub()})",
    )


def date(draw: st.DrawFn, depth: int, names: dict[str, list[str]]) -> str:
    """An expression that is a date."""
    leaves = [lambda: draw(st.sampled_from(names["day"])), "as_of", "date(2024, 2, 29)"]
    if depth <= 0:
        return _pick(draw, *leaves)
    span = st.sampled_from(["days(30)", "weeks(2)", "months(1)", "years(10)", "days(k)", "months(k)", "years(k)"])
    return _pick(
        draw,
        *leaves,
        lambda: f"({date(draw, depth - 1, names)} {draw(st.sampled_from('+-'))} {draw(span)})",
        lambda: f"date({moment(draw, depth - 1, names)})",
        lambda: (
            f"({date(draw, depth - 1, names)} if {flag(draw, depth - 1, names)} else {date(draw, depth - 1, names)})"
        ),
        lambda: f"max({date(draw, depth - 1, names)}, {date(draw, depth - 1, names)})",
    )


def moment(draw: st.DrawFn, depth: int, names: dict[str, list[str]]) -> str:
    """An expression that is a date-time."""
    if depth <= 0:
        return draw(st.sampled_from(names["moment"]))
    span = st.sampled_from(
        ["days(1)", "hours(36)", "minutes(k)", "seconds(90)", "months(1)", "years(k)", "hours(2) + days(1)"]
    )
    return _pick(
        draw,
        lambda: draw(st.sampled_from(names["moment"])),
        lambda: f"({moment(draw, depth - 1, names)} {draw(st.sampled_from('+-'))} ({draw(span)}))",
    )


def flag(draw: st.DrawFn, depth: int, names: dict[str, list[str]]) -> str:
    """An expression that says yes or no."""

    def sub() -> str:
        return flag(draw, depth - 1, names)

    def of(maker: Any) -> str:
        return maker(draw, depth - 1, names)

    def chain(maker: Any) -> str:
        signs = draw(st.lists(st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), min_size=1, max_size=2))
        return of(maker) + "".join(f" {sign} {of(maker)}" for sign in signs)

    anywhere = st.sampled_from(["n", "a", "o.n", "s", "d", "lines[0].q", "lines[-1].s", "lines", "o"])
    leaves = [lambda: draw(st.sampled_from(names["flag"])), lambda: f"has({draw(anywhere)})"]
    if depth <= 0:
        return _pick(draw, *leaves)
    return _pick(
        draw,
        *leaves,
        lambda: f"({chain(number)})",
        lambda: f"({chain(number)})",
        lambda: f"({chain(text)})",
        lambda: f"({chain(date)})",
        lambda: f"({chain(moment)})",
        lambda: f"({of(date)} <= {of(moment)})",
        lambda: f"({of(date)} - {of(date)} < days(30))",
        lambda: f"({of(moment)} - {of(moment)} < hours(30))",
        lambda: f"({sub()} and {sub()})",
        lambda: f"({sub()} or {sub()} or {sub()})",
        lambda: f"(not {sub()})",
        lambda: f"({sub()} == {sub()})",
        lambda: f"({sub()} if {sub()} else {sub()})",
        lambda: f"default({sub()}, {sub()})",
        lambda: f"{draw(st.sampled_from(['missing', 'is_null']))}({draw(anywhere)})",
        lambda: f"({of(number)} in (1, 0.1, 2.50, 100))",
        lambda: f"({of(text)} not in ('A', 'PENDING'))",
        lambda: f"({of(number)} in xs)" if names["list"] == BASE["list"] else sub(),
        lambda: f"(a {draw(st.sampled_from(['==', '!=', '<']))} a)",
        lambda: f"(a == {draw(st.sampled_from(['n', 's', 'f', 'd']))})",
        lambda: "((s, n) in table('pairs'))",
        lambda: "(a in table('singles'))",
        lambda: f"{draw(st.sampled_from(['startswith', 'endswith', 'contains']))}({of(text)}, {of(text)})",
        lambda: f"{draw(st.sampled_from(['luhn', 'npi', 'aba', 'iban', 'gtin']))}({of(text)})",
        lambda: looped(draw, depth, names, ("all", "any"), "flag"),
        lambda: looped(draw, depth, names, ("unique", "ascending"), "num"),
        lambda: looped(draw, depth, names, ("unique",), draw(st.sampled_from(["text", "day", "flag"]))),
    )


MAKERS = {"num": number, "text": text, "flag": flag, "day": date, "moment": moment}
BASE: dict[str, list[str]] = {
    "num": ["n", "m", "k", "o.n", "lines[0].q", "xs[1]"],
    "text": ["s", "t", "o.s"],
    "day": ["d", "e", "o.d"],
    "moment": ["w", "v"],
    "flag": ["f"],
    "list": ["xs", "lines"],
}


@st.composite
def expressions(draw: st.DrawFn, kind: str | None = None, depth: int = 3) -> str:
    """The text of an expression."""
    return MAKERS[kind or draw(st.sampled_from(KINDS))](draw, draw(st.integers(0, depth)), BASE)
