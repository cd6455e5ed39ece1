"""Which rules leave no record: told where a schema has none once its rules are part of it."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from pytest_specmint.errors import UnsatisfiableSchema
from pytest_specmint.rules.model import Rule
from pytest_specmint.schema.document import pointer_tokens

MOST = 64
"""How many rules are tried one by one."""
_OWN_PLACE = re.compile(r"#/[^/]+/specmint rules[^/]*(/allOf/\d+)*")
Compile = Callable[[Sequence[Rule]], object]
"""Compiles a schema with some of its rules; raises `UnsatisfiableSchema`."""


def blamed(error: UnsatisfiableSchema, rules: Sequence[Rule], compile_with: Compile) -> UnsatisfiableSchema:
    """The error with the rules that it came of; as it is where the schema has no records without them."""
    if not _fails(compile_with, ()):
        guilty = _guilty(rules[:MOST], compile_with)
        if guilty:
            named = " and ".join(rule.id for rule in guilty)
            where = _field(error.pointer or "")
            words = own_place(error.message).removeprefix("unsatisfiable: ")
            leave = "leaves" if len(guilty) == 1 else "together leave"
            return UnsatisfiableSchema(
                f"{'rule' if len(guilty) == 1 else 'rules'} {named} {leave} no value{where}: {words}",
                pointer=guilty[0].pointer,
                hint="widen the bounds of the schema's fields, or relax the rule",
            )
    return UnsatisfiableSchema(
        own_place(error.message), pointer=own_place(error.pointer or "") or None, hint=error.hint
    )


def own_place(text: str) -> str:
    """A text without the places that rules have in the schema that they became a part of."""
    return _OWN_PLACE.sub("#", text)


def _guilty(rules: Sequence[Rule], compile_with: Compile) -> tuple[Rule, ...]:
    """A rule that leaves nothing alone, else two that do together, else the first that does beside all before it."""
    alone = next((rule for rule in rules if _fails(compile_with, [rule])), None)
    if alone is not None:
        return (alone,)
    low, high = 0, len(rules)  # rules[:low] leave something, rules[:high] nothing
    if not _fails(compile_with, rules):
        return ()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _fails(compile_with, rules[:middle]) else (middle, high)
    last = rules[high - 1]
    partner = next((rule for rule in rules[: high - 1] if _fails(compile_with, [rule, last])), None)
    return (last,) if partner is None else (partner, last)


def _fails(compile_with: Compile, rules: Sequence[Rule]) -> bool:
    try:
        compile_with(rules)
    except UnsatisfiableSchema:
        return True
    return False


def _field(pointer: str) -> str:
    """The field that a schema's pointer is about, as far as it tells."""
    tokens = pointer_tokens(pointer.partition("#")[2])
    names = [name for before, name in pairwise(tokens) if before == "properties"]
    return f" for {'.'.join(names)}" if names else ""
