"""Values of settings as TOML and YAML both write them."""

import json
from typing import Any


def written(value: Any) -> str:
    """A value as it stands in a file: texts in quotes, lists in brackets."""
    return json.dumps(value, ensure_ascii=False)
