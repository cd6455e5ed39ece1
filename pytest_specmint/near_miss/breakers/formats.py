"""`format`: the classic near misses of each."""

from collections.abc import Callable, Iterator, Mapping

from pytest_specmint.near_miss.breakers.family import Breaker, Spot
from pytest_specmint.near_miss.breakers.string import edits
from pytest_specmint.schema.sets.values import Json

Texts = Iterator[str]


def _dates(text: str) -> Texts:
    year, month, day = text[:4], text[5:7], text[8:10]
    rest = text[10:]
    for date in (
        f"{year}-02-30",
        f"{year}-13-{day}",
        f"{year}-{month}-32",
        f"{day}/{month}/{year}",
        f"{year}-{month}-00",
        f"{year}/{month}/{day}",
        f"{year}-00-{day}",
        f"{year}{month}{day}",
        f"{year[2:]}-{month}-{day}",
        f"{year}-06-31",
    ):
        yield date + rest
    yield f"{text}T00:00:00Z"


def _times(text: str) -> Texts:
    hour, minute, second, zone = text[:2], text[3:5], text[6:8], text[8:]
    yield from (f"25:00:00{zone}", f"{hour}:60:{second}{zone}", f"{hour}:{minute}:61{zone}", f"{hour}:{minute}{zone}")
    yield from (f"{hour}:{minute}:{second}", f"24:{minute}:{second}{zone}", f"{hour}{minute}{second}{zone}")
    yield from (f"{hour}.{minute}.{second}{zone}", f"{hour}:{minute}:{second}+25:00", f"{text} PM")


def _date_times(text: str) -> Texts:
    date, time = text[:10], text[11:]
    yield from (f"{broken}T{time}" for broken in _dates(date) if len(broken) <= 10)
    yield from (f"{date}T{broken}" for broken in _times(time))
    yield from (date, time, f"{date}T", f"{date}  {time}")


def _durations(text: str) -> Texts:
    yield from (text.removeprefix("P"), "P", f"{text}T", "P1", "PT", text.lower(), "P1S", "PT1D", f"{text}1", "1 day")


def _emails(text: str) -> Texts:
    name, _, domain = text.partition("@")
    yield from (f"{name}@{name}@{domain}", f"{name}.{domain}", f"{name}@", f"@{domain}", f"{name}..x@{domain}")
    yield from (f"{name} x@{domain}", f"{name}@-{domain}", f".{text}", f"{name}@{domain} ", f"{name}@{domain}.")


def _hosts(text: str) -> Texts:
    yield from (f"-{text}", text.replace(".", "..", 1), f"{text[:-1]}_", f"{'a' * 64}.{text}", text.replace(".", " "))
    yield from (f"{text}-", f"_{text}", f"{text}!", f"{text}/", "")


def _ipv4(text: str) -> Texts:
    first, second, third, *_ = (text.split("."), "0", "0", "0")
    parts = first if len(first) == 4 else ["192", second, third, "1"]
    yield from ("999." + ".".join(parts[1:]), ".".join([*parts[:3], "256"]), ".".join(parts[:3]), f"{text}.1")
    yield from (".".join([*parts[:3], f"0{parts[3]}"]), f"{text}/24", ".".join([*parts[:3], ""]), f"{text} ")


def _ipv6(text: str) -> Texts:
    yield from (text[:-1] + "g", text.replace("::", ":::", 1), f"{text}:1::", f"12345{text[4:]}", f"{text}%eth0")
    yield from ("1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", f"[{text}]", f"{text}/64", f"{text}:")


def _uris(text: str) -> Texts:
    scheme, mark, rest = text.partition("://")
    yield from (
        rest if mark else text.replace(":", "", 1),
        f"{scheme}:// {rest}",
        f"{text} x",
        f"//{rest}",
        f"{text}%zz",
    )
    yield from (
        f"1{text}",
        f"{text}<x>",
        "\\\\example.com\\x",
        f"{scheme}://[::1",
        f"{text}^",
        "http://[x]/",
        f"{text}{{",
    )


def _templates(text: str) -> Texts:
    yield from (
        f"{text}{{",
        f"{text}}}",
        text.replace("}", "", 1),
        f"{text}{{a",
        f"{text} x",
        f"{text}{{}}",
        f"{text}%zz",
    )


def _uuids(text: str) -> Texts:
    yield from (text[:-1] + "g", text[:-1], f"{text}0", f"{{{text}}}", text.replace("-", ""), text.replace("-", "_"))
    yield from (text[:8] + text[9:18] + "-" + text[18:], f"urn:uuid:{text}", text.replace("-", "", 1))


def _pointers(text: str) -> Texts:
    yield from (text.removeprefix("/") or "a", f"{text}/~", f"{text}/~2", f"x{text}", f"#{text}")


def _relative_pointers(text: str) -> Texts:
    yield from (f"-{text}", f"0{text}", text.lstrip("0123456789") or "/a", f"+{text}", f"{text}##", "", f"{text}/~2")


def _regexes(text: str) -> Texts:
    yield from (f"{text}(", f"{text}[", f"({text}", f"{text}a{{2,1}}", f"*{text}", f"{text})", f"{text}\\")


FORMATS: Mapping[str, Callable[[str], Texts]] = {
    "date": _dates,
    "time": _times,
    "date-time": _date_times,
    "duration": _durations,
    "email": _emails,
    "idn-email": _emails,
    "hostname": _hosts,
    "idn-hostname": _hosts,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": _uris,
    "iri": _uris,
    "uri-reference": _uris,
    "iri-reference": _uris,
    "uri-template": _templates,
    "uuid": _uuids,
    "json-pointer": _pointers,
    "relative-json-pointer": _relative_pointers,
    "regex": _regexes,
}


def _malformed(spot: Spot) -> Iterator[Json]:
    if isinstance(spot.value, str):
        known = FORMATS.get(spot.operand)
        if known is not None:
            yield from known(spot.value)
        yield from edits(spot.value)


BREAKERS: Mapping[str, Breaker] = {"format": _malformed}
