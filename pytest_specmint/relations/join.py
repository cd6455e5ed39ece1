"""A schema joined with those that it refers to: what a field refers to is part of what is said of the field.

Each reference becomes a resolved one (how many records there are to refer to, where their schema stands), and the
subschema that makes it also demands what the other schema says of its field. So all that follows, from rules to
contradictions, sees fields as they will be.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import SchemaError, UnsatisfiableSchema
from pytest_specmint.relations.bundle import Bundle, Foreign, alike
from pytest_specmint.relations.fields import Fields, Names, Place, fields_of, goal_at
from pytest_specmint.relations.links import linked_pointer
from pytest_specmint.relations.model import DOCUMENT, REF, SERIES, Ref, Resolved
from pytest_specmint.relations.series import Series, series_of
from pytest_specmint.relations.sites import refs_of
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema, join_pointer, pointer_tokens
from pytest_specmint.schema.hints import sites
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.values import Json


class Target(Struct, frozen=True):
    """A dataset that may be referred to: its schema, joined with those that it refers to itself, and its size."""

    schema: Schema
    count: int


def joined(schema: Schema, targets: Mapping[str, Target], known: Sequence[str] = (), *, loose: bool = False) -> Schema:
    """The schema with its references resolved; the same schema where it makes none. ``known`` are all there are.

    ``loose`` leaves references open to datasets that are not among the targets. Raises `SchemaError` for unknown
    datasets and fields, `UnsatisfiableSchema` where a field cannot hold what it refers to.
    """
    refs = refs_of(schema)
    found = {site: ref for site, ref in refs.items() if ref.dataset in targets or not loose}
    series = series_of(schema)
    if series is not None and loose and series[1].dataset not in targets:
        series = None
    if not found and series is None:
        return schema
    joining = _Joining(schema, targets, known or list(targets))
    for site, ref in found.items():
        joining.add(site, ref)
    if series is not None:
        joining.serial(*series)
    made = joining.finished()
    _check(made, found)
    return made


class _Joining:
    """One schema on its way."""

    def __init__(self, schema: Schema, targets: Mapping[str, Target], known: Sequence[str]) -> None:
        self._schema, self._targets, self._known = schema, targets, known
        self._bundle = Bundle(schema.draft)
        self._documents: dict[str, Json] = {}
        self._resolved: list[Json] = []

    def add(self, site: str, ref: Ref) -> None:
        """Resolve one reference."""
        target = self._target(ref.dataset, REF, ref.place)
        field = fields_of(target.schema).at(ref.pointer, asked=f"{REF} {ref.target!r}", place=ref.place)
        theirs = fields_of(target.schema)
        names = theirs.names(field)
        keep = _kept(self._own_names(site), names)
        try:
            content = self._bundle.of(target.schema, field)
            if keep is not None and names is not None:
                content = self._projected(target.schema, theirs, field, names, keep)
            if any("x-null-rate" in each for _, each in sites(self._schema, [site])):
                content = {"anyOf": [content, {"type": "null"}]}
            at = self._bundle.reference(self._bundle.own(content))
        except Foreign:
            at = None
        same = keep is None and at is not None and alike(self._schema, site, target.schema, field)
        resolved = Resolved(
            *(ref.dataset, ref.pointer, ref.role, ref.dist, ref.unique, ref.place),
            *(target.count, at, keep, same, field.always),
        )
        self._resolved.append(resolved.written())
        self._rewrite(site, lambda old: _with(old, resolved, self._schema.draft))

    def serial(self, site: str, series: Series) -> None:
        """Resolve what makes records events."""
        target = self._target(series.dataset, SERIES, series.place)
        theirs = fields_of(target.schema)
        opening = None if series.running is None else series.running.opening
        for pointer in (series.since, opening):
            if isinstance(pointer, str) and pointer:
                theirs.at(pointer, asked=f"{SERIES} {series.dataset}#{pointer}", place=series.place)
        own = fields_of(self._schema)
        for path in series.paths:
            own.at(join_pointer("", *path), asked=f"{SERIES} {'.'.join(path)!r}", place=series.place)
        known = replace(series, entities=target.count)
        self._resolved.append(known.written())
        self._rewrite(site, lambda old: {**old, SERIES: known.written()})

    def _own_names(self, site: str) -> Names | None:
        """The properties that there may be where a reference stands."""
        linked = linked_pointer(self._schema, site)
        if linked is None:
            return Fields(self._schema, site).names(Place((goal_at(self._schema, site),), always=True), beside=True)
        fields = fields_of(self._schema)
        return fields.names(fields.at(linked, asked=site, place=site), beside=True)

    def _target(self, name: str, keyword: str, place: str) -> Target:
        target = self._targets.get(name)
        if target is not None:
            return target
        near = nearest(name, self._known, 1)
        if near:
            hint = f"did you mean {near[0]!r}?"
        elif self._known:
            hint = f"there is {', '.join(self._known)}"
        else:
            hint = "pass --related FILE, name it in a datasets file, or under x-entities in the schema"
        raise SchemaError(f"{keyword}: there is no dataset {name!r}", pointer=place, hint=hint)

    def _projected(self, schema: Schema, fields: Fields, field: Place, names: Names, keep: tuple[str, ...]) -> Json:
        """The objects of a field with these properties alone."""
        below = {name: fields.below(field, name) for name in keep}
        return {
            "type": "object",
            "properties": {name: self._bundle.of(schema, each) for name, each in below.items() if each is not None},
            "required": [name for name in keep if name in names.always],
            "additionalProperties": False,
        }

    def _rewrite(self, site: str, change: Callable[[Any], Json]) -> None:
        name, _, pointer = site.partition("#")
        document = self._documents.setdefault(name, deepcopy(self._schema.documents[name]))
        holder: Any = {"": document}
        tokens = ["", *pointer_tokens(pointer)]
        for token in tokens[:-1]:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        last: Any = int(tokens[-1]) if isinstance(holder, list) else tokens[-1]
        holder[last] = change(holder[last])
        self._documents[name] = holder[""] if len(tokens) == 1 else document

    def finished(self) -> Schema:
        """The joined schema."""
        bundle = self._bundle.document
        digest = sha256(f"{self._schema.sha256}\n".encode() + canonical_bytes([self._resolved, bundle])).hexdigest()
        documents = {**self._schema.documents, **self._documents, DOCUMENT: bundle}
        return replace(self._schema, documents=documents, sha256=digest)


def _kept(own: Names | None, theirs: Names | None) -> tuple[str, ...] | None:
    """Names of what is taken over where the schema here has no room for all."""
    if own is None or theirs is None or not own.closed or set(theirs.listed) <= set(own.listed):
        return None
    return tuple(name for name in theirs.listed if name in own.listed)


def _with(site: Mapping[str, Json], resolved: Resolved, draft: Draft) -> Json:
    """A subschema with its reference resolved."""
    also = [] if resolved.at is None else [{"$ref": resolved.at}]
    if "$ref" in site and draft <= Draft.D7:  # what stands beside it is ignored
        kept = {name: value for name, value in site.items() if name.startswith("x-")}
        return {**kept, "allOf": [{"$ref": site["$ref"]}, *also], REF: resolved.written()}
    return {**site, **({"allOf": [*site.get("allOf", []), *also]} if also else {}), REF: resolved.written()}


def _is_there(schema: Schema, pointer: str) -> bool:
    try:
        fields_of(schema).at(pointer, asked="", place="")
    except SchemaError:
        return False
    return True


def _check(schema: Schema, refs: Mapping[str, Ref]) -> None:
    """Refuse fields that cannot hold what they refer to."""
    canonical = Canonicaliser(schema)
    for site, ref in refs.items():
        goal = goal_at(schema, site)
        linked = linked_pointer(schema, site)
        if linked is not None:
            if _is_there(schema, linked):
                continue
        elif canonical.open(goal) or canonical.cut:
            continue
        reason = canonical.reason(goal)
        words = f": {reason.text}" if reason else ""
        here = site if linked is None else linked
        theirs = ref.pointer or "its records"
        raise UnsatisfiableSchema(
            f"{ref.target} does not fit where it is referred to{words}",
            pointer=here,
            hint=f"compare {here} with what {ref.dataset} says of {theirs}, and bring them together",
        )
