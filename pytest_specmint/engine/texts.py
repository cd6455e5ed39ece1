"""From a set of strings to the node that draws them."""

from functools import lru_cache

from msgspec.structs import replace

from pytest_specmint.engine.corrected import with_check_digits, with_wrong_check_digits
from pytest_specmint.engine.meanings import expression
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.shared import SharedWords
from pytest_specmint.engine.nodes.text import SampledText, Sampler, Template, TemplateText, Words
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.safe_forms import SAFE_FORMS
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.sharing import fitting, is_shared
from pytest_specmint.engine.templates import FIELD, is_for_numbers, parse_template
from pytest_specmint.engine.templates import is_shared as is_shared_field
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary, snake_case
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.formats.table import FORMATS, Setting
from pytest_specmint.patterns import Language, PatternError, UnsupportedPattern, compile_sampler, search_sampler
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.settle.texts import language

NUMERIC = ("{1..999}",)
"""What texts get of which the name means a number."""
MAX_EXPRESSION = 400
"""Patterns and forms that are longer together are not intersected: their automata would cost more than they give."""


def text_node(strings: Strings, name: str, parent: str, settings: EngineSettings, place: str) -> Node:
    """The node for a set of strings: by patterns, by format, or by what the field's name means."""
    if strings.max_length == 0:
        return Choice(("",))
    shared = _by_shared(strings, name, parent, settings)
    if shared is not None:
        return shared
    if strings.patterns or strings.not_patterns:
        return _by_pattern(strings, name, parent, settings, place)
    if strings.formats:
        return _by_format(strings, name, settings, place)
    return _by_meaning(strings, name, parent, settings)


def _by_shared(strings: Strings, name: str, parent: str, settings: EngineSettings) -> Node | None:
    """By what the object that the field belongs to shares among its fields, where that suits."""
    meaning = settings.vocabulary.meaning(name, parent)
    if meaning is None or not any(_is_shared(text) for text in meaning.templates):
        return None
    if strings.not_patterns or strings.not_formats or strings.formats - TRUSTED:
        return None
    for texts in (_for_texts(meaning.templates), _for_texts(meaning.others)):
        pairs = ((text, fitting(_template(text, settings.vocabulary), strings)) for text in texts)
        found = [(text, template) for text, template in pairs if template is not None]
        if any(is_shared(template) for _, template in found):
            origin = meant(strings, meaning, tuple(dict.fromkeys(text for text, _ in found)))
            return TemplateText(tuple(each for _, each in found), strings.min_length, strings.max_length, origin)
    return None


def meant(stated: Strings, meaning: Meaning, templates: tuple[str, ...] = ()) -> Origin:
    """The origin of a text by what its field's name means."""
    return Origin(stated, meaning.kind, templates, "name and parent" if meaning.parents else "name")


def shared_choice(
    values: tuple[Json, ...], name: str, parent: str, settings: EngineSettings, *, partly: bool
) -> Node | None:
    """Listed values by the row that the field's object has of a table, where the table has them all.

    A value and a cell are the same where their letters and digits are: ``ACH_CREDIT`` and ``ACH credit``. With
    ``partly`` the table may have words for some of them only, such as for "F" and "M", but not for "U".
    """
    meaning = settings.vocabulary.meaning(name, parent)
    places = {text: place for place, text in enumerate(map(_spelled, values))}
    if meaning is None or not values or None in places:
        return None
    telling: list[tuple[str, Template, list[int]]] = []
    for text in (*meaning.templates, *meaning.others):
        if not _is_shared(text) or is_for_numbers(text):
            continue
        (part, *others) = _template(text, settings.vocabulary).parts
        if others or not isinstance(part, SharedWords):
            continue
        cells = [_spelled(entry) for entry in part.entries]
        if places.keys() <= set(cells):
            rows = tuple(row for row, cell in enumerate(cells) if cell in places)
            kept = replace(part.rows, allowed=None if len(rows) == part.count else rows)
            origin = meant(Strings(), meaning, (text,))
            return RowChoice(values, rows=kept, places=tuple(places.get(cell, 0) for cell in cells), origin=origin)
        if set(cells) <= places.keys() and len(set(cells)) > 1:
            found = [places[cell] for cell in cells]
            telling.append((text, Template((replace(part, entries=tuple(str(values[at]) for at in found)),)), found))
    return _some_by_row(values, telling, meaning) if partly and telling else None


def _some_by_row(
    values: tuple[Json, ...], telling: list[tuple[str, Template, list[int]]], meaning: Meaning
) -> Node | None:
    """Listed texts of which rows decide among some, "female" and "male"; the others suit every row.

    Others come as often as if all were drawn alike.
    """
    if not all(isinstance(value, str) for value in values):
        return None
    known = {at for _, _, found in telling for at in found}
    others = [str(value) for at, value in enumerate(values) if at not in known]
    by_row = [template for _, template, _ in telling] * len(known)
    apart = [Template((Words((value,)),)) for value in others] * len(telling)
    origin = meant(Strings(), meaning, (*(text for text, _, _ in telling), *others))
    return TemplateText((*by_row, *apart), 0, None, replace(origin, listed=tuple(map(str, values))))


def _spelled(value: Json) -> str | None:
    """The letters and digits of a listed value; None of values that tables cannot have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not value.isascii():
        return value.casefold()
    return snake_case(str(value)) if isinstance(value, str | int) else None


def _for_texts(templates: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in templates if not is_for_numbers(text))


def _is_shared(text: str) -> bool:
    return any(map(is_shared_field, FIELD.findall(text)))


TRUSTED = frozenset({"email", "idn-email"})
"""Formats that the vocabulary's own templates for fields of that meaning have."""


def _by_pattern(strings: Strings, name: str, parent: str, settings: EngineSettings, place: str) -> Node:
    try:
        shape = language(strings)
    except UnsupportedPattern as error:
        return _by_search(strings, error, place)
    if shape is None:
        raise _no_common(strings, place)
    narrowed, meaning = _meant(shape, name, parent, settings)
    sampler = _compiled(narrowed, settings, place)
    meant_by = settings.vocabulary.meaning(name, parent)
    if meant_by is not None:
        sampler = (
            with_check_digits(sampler, narrowed, meant_by.templates)
            if meaning or _is_safe(shape, meant_by.kind)
            else with_wrong_check_digits(sampler, narrowed, meant_by.kind)
        )
    return SampledText(sampler, meant(strings, meant_by) if meaning and meant_by else Origin(strings))


def _meant(shape: Language, name: str, parent: str, settings: EngineSettings) -> tuple[Language, str]:
    """The texts of the pattern that also have the form of what the field's name means, and that; if there are such."""
    meaning = settings.vocabulary.meaning(name, parent)
    if meaning is None or "*" in meaning.names:
        return shape, ""
    both = _of_form(shape, meaning.templates, settings) or _of_form(shape, meaning.others, settings)
    forms_left = () if both is not None or _is_safe(shape, meaning.kind) else SAFE_FORMS.get(meaning.kind, ())
    for form in forms_left:
        both = both if both is not None else _both(shape, form)
    return (shape, "") if both is None else (both, meaning.kind)


def _of_form(shape: Language, templates: tuple[str, ...], settings: EngineSettings) -> Language | None:
    """The texts of the pattern that have the form of one of the templates."""
    forms = [expression(template, settings.vocabulary.lists) for template in templates]
    return _both(shape, "|".join(f"({form})" for form in forms if form is not None))


def _is_safe(shape: Language, kind: str) -> bool:
    """Whether the pattern itself has only texts of a safe form."""
    return any(_lies_within(shape, form) for form in SAFE_FORMS.get(kind, ()))


def _lies_within(shape: Language, form: str) -> bool:
    if len(form) + sum(len(each.pattern) for each in shape.conditions) > MAX_EXPRESSION:
        return False
    try:
        return shape.intersect(Language.full(form).complement()).is_empty()
    except UnsupportedPattern:
        return False


def _both(shape: Language, form: str) -> Language | None:
    """The texts of the pattern that have the form too; None where there are none, or telling would take too long."""
    if not form or len(form) + sum(len(each.pattern) for each in shape.conditions) > MAX_EXPRESSION:
        return None
    try:
        both = shape.intersect(Language.full(form))
        return None if both.is_empty() else both
    except UnsupportedPattern:
        return None


def meant_language(strings: Strings, name: str, parent: str, settings: EngineSettings) -> Language | None:
    """The texts of the set, within what the field's name means where it has patterns; None where they are no language.

    Raises `UnsupportedPattern`.
    """
    shape = language(strings)
    if shape is None or not strings.patterns:
        return shape
    return _meant(shape, name, parent, settings)[0]


def _by_search(strings: Strings, error: UnsupportedPattern, place: str) -> Node:
    """Patterns beyond regular languages: proposals from the one pattern, checked against the rest."""
    if len(strings.patterns) != 1 or strings.not_patterns or strings.formats:
        raise UnsupportedSchema(f"pattern is not supported here: {error}", pointer=place) from error
    (pattern,) = strings.patterns
    try:
        return SampledText(search_sampler(pattern, strings.min_length, strings.max_length), Origin(strings))
    except PatternError as failure:
        raise UnsupportedSchema(
            f"no text was found for {pattern!r}: {failure}", pointer=place, hint="write the pattern without it"
        ) from failure


def _by_format(strings: Strings, field: str, settings: EngineSettings, place: str) -> Node:
    if len(strings.formats) == 1:
        (name,) = strings.formats
        prepare = FORMATS[name].prepare
        if prepare is not None:
            setting = Setting(settings.as_of.toordinal(), settings.vocabulary.lists, snake_case(field))
            sampler = prepare(setting)
            if _fits(sampler, strings):
                return SampledText(sampler, Origin(strings))
    shape = language(strings)
    if shape is None:
        raise _no_common(strings, place)
    return SampledText(_compiled(shape, settings, place), Origin(strings))


def _compiled(shape: Language, settings: EngineSettings, place: str) -> Sampler:
    try:
        return _sampler(shape, settings.sizes.text_spread)
    except UnsupportedPattern as error:
        hint = "set a maxLength, or use smaller counted repetitions"
        raise UnsupportedSchema(str(error), pointer=place, hint=hint) from error


@lru_cache(maxsize=1024)
def _sampler(shape: Language, spread: int) -> Sampler:
    """The sampler of a language, shared by all fields that have it."""
    return compile_sampler(shape, spread=spread)


def _fits(sampler: "Sampler", strings: Strings) -> bool:
    low, high = getattr(sampler, "min_length", 0), getattr(sampler, "max_length", 0)
    return bool(low >= strings.min_length and (strings.max_length is None or high <= strings.max_length))


def _no_common(strings: Strings, place: str) -> UnsupportedSchema:
    parts = [f"format {name!r}" for name in sorted(strings.formats)]
    parts += [f"pattern {pattern!r}" for pattern in sorted(strings.patterns)]
    return UnsupportedSchema(
        f"cannot generate: no safe string is known that satisfies {' and '.join(parts)} with its length",
        pointer=place,
        hint="drop the format or widen the pattern; values of a format are drawn from reserved ranges only",
    )


def _by_meaning(strings: Strings, name: str, parent: str, settings: EngineSettings) -> Node:
    vocabulary = settings.vocabulary
    meaning = vocabulary.meaning(name, parent)
    texts = (_for_texts(meaning.templates) or NUMERIC) if meaning else ("{nouns}",)
    pairs = [(text, _template(text, vocabulary)) for text in texts]
    drawn = [pair for pair in pairs if _within(pair[1], strings)] or [min(pairs, key=lambda pair: pair[1].span[1])]
    drawn_from = tuple(text for text, _ in drawn)
    known = meaning is not None and "*" not in meaning.names
    origin = meant(strings, meaning, drawn_from) if meaning and known else Origin(strings, "", drawn_from)
    return TemplateText(tuple(each for _, each in drawn), strings.min_length, strings.max_length, origin)


@lru_cache(maxsize=1024)
def _template(text: str, vocabulary: Vocabulary) -> Template:
    """The template, parsed once: its tables are shared by all fields that use it."""
    return parse_template(text, vocabulary.lists, vocabulary.tables)


def _within(template: Template, strings: Strings) -> bool:
    low, high = template.span
    return low >= strings.min_length and (strings.max_length is None or high <= strings.max_length)
