"""Whether a text has a format, as the bulk validator judges it."""

from collections.abc import Callable
from functools import lru_cache


def accepts(name: str, text: str) -> bool:
    """Whether the text has the format; formats that the validator does not know accept everything."""
    return _checker(name)(text)


@lru_cache(maxsize=128)
def _checker(name: str) -> Callable[[str], bool]:
    import jsonschema_rs

    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "format": name}
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
