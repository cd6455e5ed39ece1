"""Patches as `git apply` reads them: unified, with three lines around every change, and without times.

The changes are found line by line in linear time. Only short documents are compared by longest matches, whose time
grows with the square of their length.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

CONTEXT = 3
_SHORT = 1000
"""Lines of documents that are compared by longest matches."""
_NO_END = b"\n\\ No newline at end of file\n"
_ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}

Span = tuple[int, int, int, int]
"""Lines ``a:b`` of the old file give way to lines ``c:d`` of the new."""


def file_patch(path: str, old: bytes | None, new: bytes | None) -> Iterator[bytes]:
    """The patch that turns one file into another; None is no file. Nothing where they are alike."""
    if old == new:
        return
    left, right = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    yield b"diff --git %s %s\n" % (left, right)
    if old is None:
        yield b"new file mode 100644\n"
    if new is None:
        yield b"deleted file mode 100644\n"
    before, after = (_lines(each or b"") for each in (old, new))
    if not before and not after:
        return
    yield b"--- %s\n" % (b"/dev/null" if old is None else _named(left))
    yield b"+++ %s\n" % (b"/dev/null" if new is None else _named(right))
    for group in _grouped(spans(before, after)):
        yield from _hunk(group, before, after)


def spans(old: Sequence[bytes], new: Sequence[bytes]) -> list[Span]:
    """What changed, in order."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    one, other = len(old) - end, len(new) - end
    if max(one, other) - start <= _SHORT:
        matcher = SequenceMatcher(None, old[start:one], new[start:other], autojunk=False)
        return [
            (a + start, b + start, c + start, d + start) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"
        ]
    if one == other:
        return _in_step(old, new, range(start, one))
    return [(start, one, start, other)]


def _in_step(old: Sequence[bytes], new: Sequence[bytes], places: range) -> list[Span]:
    """The runs of lines that differ, where both have the same number of lines."""
    found: list[Span] = []
    for i in places:
        if old[i] == new[i]:
            continue
        if found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1, found[-1][2], i + 1)
        else:
            found.append((i, i + 1, i, i + 1))
    return found


def _grouped(changes: list[Span]) -> Iterator[list[Span]]:
    """Changes whose surroundings touch share a hunk."""
    group: list[Span] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(group: list[Span], old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    before = min(CONTEXT, group[0][0])
    after = min(CONTEXT, len(old) - group[-1][1])
    first, last = group[0][0] - before, group[-1][1] + after
    there, until = group[0][2] - before, group[-1][3] + after
    yield b"@@ -%s +%s @@\n" % (_range(first, last), _range(there, until))
    at = first
    for a, b, c, d in group:
        yield from (_line(b" ", line) for line in old[at:a])
        yield from (_line(b"-", line) for line in old[a:b])
        yield from (_line(b"+", line) for line in new[c:d])
        at = b
    yield from (_line(b" ", line) for line in old[at:last])


def _range(first: int, last: int) -> bytes:
    """Lines count from one; an empty range is named by the line before it."""
    return b"%d,%d" % (first + (last > first), last - first)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + _NO_END


def _lines(data: bytes) -> list[bytes]:
    """The lines with their line feeds, and by line feeds alone."""
    *whole, rest = data.split(b"\n")
    return [each + b"\n" for each in whole] + ([rest] if rest else [])


def _quoted(path: str) -> bytes:
    """A path as git writes it: in quotes, with escapes, where it has characters beyond printable ASCII."""
    raw = path.encode("utf-8", "surrogateescape")
    if all(32 <= each < 127 and each not in _ESCAPES for each in raw):
        return raw
    return b'"%s"' % b"".join(
        _ESCAPES.get(each) or (bytes([each]) if 32 <= each < 127 else b"\\%03o" % each) for each in raw
    )


def _named(path: bytes) -> bytes:
    """A path in a line of its own; a tab ends one with spaces."""
    return path + b"\t" if b" " in path and not path.startswith(b'"') else path
