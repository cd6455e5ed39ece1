"""The rules of packs: read from ``rules.yaml``, and applied to schemas that have the fields they read.

A rule of a pack applies to a schema where the schema *names* every field that the rule reads, and where the rule's
comparisons fit the kinds that these fields have. A rule of the schema's own, or one from a rules file, takes the place
of a pack's rule of the same id.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint.engine.tables import Table
from pytest_specmint.packs.errors import PackError
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.expression.calls import SEVERAL_KINDS
from pytest_specmint.rules.expression.errors import ExpressionError, RuleError
from pytest_specmint.rules.expression.kinds import Field
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.files import load_rules
from pytest_specmint.rules.model import Rule, check_distinct, rule_of
from pytest_specmint.rules.python import PythonRule
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pytest_specmint.packs.pack import Pack

FILE = "rules.yaml"


def read_pack_rules(folder: "Traversable", pack: str, python: Sequence[PythonRule] = ()) -> tuple[Rule, ...]:
    """The rules of a pack's file, then those in Python. Raises `PackError`, which names file and line."""
    rules = (*_rules_of_file(folder, pack), *map(rule_of, python))
    try:
        check_distinct(rules)
    except RuleError as error:
        raise PackError(f"pack {pack}: {error.message}", pointer=error.pointer, hint=error.hint) from None
    return rules


def _rules_of_file(folder: "Traversable", pack: str) -> tuple[Rule, ...]:
    if not (folder / FILE).is_file():
        return ()
    from importlib.resources import as_file

    with as_file(folder / FILE) as path:
        try:
            return tuple(replace(rule, source="") for rule in load_rules(path))
        except RuleError as error:
            raise _placed(folder, pack, error) from None


def _placed(folder: "Traversable", pack: str, error: RuleError) -> PackError:
    line = _line((folder / FILE).read_bytes(), error.pointer or "")
    where = f"{FILE}, line {line}" if line else FILE
    column = f" (character {error.offset + 1} of the expression)" if isinstance(error, ExpressionError) else ""
    return PackError(f"pack {pack}: {where}: {error.message}{column}", pointer=error.pointer, hint=error.hint)


def _line(raw: bytes, pointer: str) -> int | None:
    """The line on which the rule stands that a pointer (``rules.yaml#/3/assert``) leads to."""
    import yaml

    tokens = [token for token in pointer.partition("#")[2].split("/") if token]
    try:
        node: object = yaml.compose(raw, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None if mark is None else int(mark.line) + 1
    line = None
    for token in tokens:
        below = _below(node, token)
        if below is None:
            break
        line, node = below
    return line


def _below(node: object, token: str) -> "tuple[int, object] | None":
    import yaml

    if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        item = node.value[int(token)]
        return item.start_mark.line + 1, item
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == token), None)
    return None


# ---------------------------------------------------------------- which of them apply


class NamedFields:
    """The fields that a schema names: where it leaves open what else there may be, it has no field of such a name."""

    def __init__(self, schema: Schema) -> None:
        self._fields = SchemaFields(schema)

    def at(self, path: tuple[Step, ...]) -> Field | None:
        """What stands at a path; ``None`` where the schema does not name it."""
        named = all(isinstance(step, int) or step in self._fields.names(path[:at]) for at, step in enumerate(path))
        return self._fields.at(path) if named else None

    def names(self, path: tuple[Step, ...]) -> Iterable[str]:
        """The names that the schema lists at a path."""
        return self._fields.names(path)


def fitting_rules(packs: "Sequence[Pack]", schema: Schema, own: Sequence[Rule], as_of: date) -> tuple[Rule, ...]:
    """The rules of packs that apply to a schema besides its own; of two with the same id the first pack's.

    Raises `PackError` for a rule that no schema could have.
    """
    fields, tables = NamedFields(schema), RuleTables(packs)
    taken = {rule.id for rule in own}
    found = []
    for pack in packs:
        for rule in pack.rules:
            if rule.id not in taken and fits(rule, fields, tables, as_of, pack):
                taken.add(rule.id)
                found.append(rule)
    return tuple(found)


def fits(rule: Rule, fields: NamedFields, tables: "RuleTables", as_of: date, pack: "Pack") -> bool:
    """Whether a pack's rule applies to the schema of these fields."""
    try:
        compile_rules([rule], fields, as_of=as_of, tables=tables)
    except RuleError:
        check_rule(rule, tables, pack)
        return False
    return True


def check_rule(rule: Rule, tables: "RuleTables", pack: "Pack") -> bool:
    """Whether a rule is understood without a schema; raises `PackError` where it is wrong whatever the schema is."""
    try:
        compile_rules([rule], tables=tables)
    except RuleError as error:
        if error.message == SEVERAL_KINDS:
            return False
        raise _placed(pack.folder, pack.name, error) from None
    return True


def check_rules(pack: "Pack") -> None:
    """Raise `PackError` for rules of a pack that no schema could have, alone or together."""
    tables = RuleTables([pack])
    clear = [rule for rule in pack.rules if check_rule(rule, tables, pack)]
    try:
        compile_rules(clear, tables=tables)
    except RuleError as error:
        raise _placed(pack.folder, pack.name, error) from None


class RuleTables(Mapping[str, tuple[object, ...]]):
    """Tables of packs as rules know them: ``table('places')`` whole, ``table('places.city,zip')`` some columns of it.

    Cells are texts; of packs that have a table of the same name the first one's is meant.
    """

    def __init__(self, packs: "Sequence[Pack]") -> None:
        self._tables: dict[str, Mapping[str, Table]] = {}
        for pack in packs:
            for name in pack.tables:
                self._tables.setdefault(name, pack.tables)

    def __getitem__(self, name: str) -> tuple[object, ...]:
        table, _, chosen = name.partition(".")
        known = self._tables[table][table]
        columns = [known.column(each.strip()) for each in chosen.split(",")] if chosen else None
        rows = known.rows if columns is None else tuple(dict.fromkeys(zip(*columns, strict=True)))
        return tuple(row[0] for row in rows) if rows and len(rows[0]) == 1 else rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
