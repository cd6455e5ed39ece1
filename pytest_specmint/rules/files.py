"""Rules files: JSON, or YAML by their ending."""

from pathlib import Path

from msgspec.structs import replace

from pytest_specmint.errors import SchemaError
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.model import Rule, read_rules
from pytest_specmint.schema.loading.files import read_document


def load_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file: a list of them, or ``{rules: [...]}``. Raises `RuleError`, naming the file."""
    try:
        document = read_document(path)
    except SchemaError as error:
        words = error.message.replace("schema file", "rules file", 1)
        hint = (error.hint or "").replace("a schema is", "rules are").replace('the smallest schema is "{}"', "see docs")
        raise RuleError(words, pointer=error.pointer, hint=hint or None) from None
    return tuple(replace(rule, source=str(path)) for rule in read_rules(document, f"{path.name}#"))
