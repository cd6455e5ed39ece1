"""Projections that were made before: calls of a run share a few schemas."""

import threading
from hashlib import sha256

import msgspec

from pytest_specmint.enrichment.projection import Accepts, Projection, project
from pytest_specmint.schema.sets.values import Json

_KEPT = 64


class Projections:
    """Projects schemas for one provider, each once. Safe in several threads."""

    def __init__(self, accepts: Accepts) -> None:
        self._accepts = accepts
        self._made: dict[bytes, Projection] = {}
        self._lock = threading.Lock()

    def of(self, schema: Json) -> Projection:
        """The projection of a schema."""
        key = sha256(msgspec.json.encode(schema)).digest()
        with self._lock:
            found = self._made.get(key)
        if found is None:
            found = project(schema, self._accepts)
            with self._lock:
                if len(self._made) >= _KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[key] = found
        return found


def schema_words(schema: Json) -> str:
    """What the prompt says of the answer where the provider does not hold the model to it."""
    text = msgspec.json.encode(schema).decode()
    return f"\n\nAnswer with one JSON value and nothing else. It must be valid against this JSON Schema:\n{text}"
