"""Demands in the words of an earlier draft of JSON Schema."""

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.sets.values import Json


def in_draft(demand: Json, draft: Draft) -> Json:
    """A demand in the words of an earlier draft: without conditions, constants and booleans where it has none."""
    if draft >= Draft.D7:
        return demand
    if isinstance(demand, bool):
        return demand if draft > Draft.D4 else {} if demand else {"not": {}}
    if isinstance(demand, list):
        return [in_draft(each, draft) for each in demand]
    if not isinstance(demand, dict):
        return demand
    out = {key: _plain(key, each, draft) for key, each in demand.items()}
    if "if" in out:
        out["anyOf"] = [{"not": out.pop("if")}, out.pop("then")]
    if draft is Draft.D4:
        out = _in_draft_4(out)
    return out


def _plain(key: str, value: Json, draft: Draft) -> Json:
    if key in {"const", "enum", "type", "required"}:
        return value
    if key == "properties":
        return {name: in_draft(each, draft) for name, each in value.items()}
    return in_draft(value, draft)


def _in_draft_4(demand: dict[str, Json]) -> dict[str, Json]:
    out = dict(demand)
    if "const" in out:
        out["enum"] = [out.pop("const")]
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if exclusive in out:
            out[bound], out[exclusive] = out[exclusive], True
    return out
