"""Rules files: JSON, or YAML by their ending."""

from pathlib import Path

from msgspec.structs import replace

from pytest_specmint.errors import SchemaError
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.model import Rule, read_rules
from pytest_specmint.schema.loading.files import Wording, read_document

RULES_FILE = Wording(
    "rules file",
    empty="the smallest rules file is []",
    kind="rules are written in JSON or YAML, in UTF-8",
    ending="is the file cut off? Rules in YAML need the ending .yaml",
    deep="rules are a list of mappings: {id: …, assert: …}",
    large="split it into several files",
    once=True,
)


def load_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file: a list of them, or ``{rules: [...]}``. Raises `RuleError`, naming the file."""
    try:
        document = read_document(path, wording=RULES_FILE)
    except SchemaError as error:
        raise RuleError(error.message, pointer=error.pointer, hint=error.hint) from None
    return tuple(replace(rule, source=str(path)) for rule in read_rules(document, f"{path.name}#"))
