"""Whether a text has a format, as the usual validators agree."""

import re
from collections.abc import Callable
from functools import lru_cache

_LEAP_SECOND = re.compile(r":60(?![0-9])")
_REFUSED = {"time": _LEAP_SECOND, "date-time": _LEAP_SECOND}
"""What one of the validators accepts and another refuses."""


def accepts(name: str, text: str) -> bool:
    """Whether the text has the format; formats that the bulk validator does not know accept everything."""
    refused = _REFUSED.get(name)
    return _checker(name)(text) and (refused is None or not refused.search(text))


@lru_cache(maxsize=128)
def _checker(name: str) -> Callable[[str], bool]:
    import jsonschema_rs

    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "format": name}
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
