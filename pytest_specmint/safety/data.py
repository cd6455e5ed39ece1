"""An audit as plain data, for JSON and for other reports."""

from typing import Any

from msgspec.structs import asdict

from pytest_specmint.safety.audit import Audit, Tally


def data(audit: Audit) -> dict[str, Any]:
    """Counts, and per kind that occurs: values looked at, those that could be real, the first of these."""
    return {
        "records": audit.records,
        "unreadable": audit.unreadable,
        "looked_at": audit.looked_at,
        "could_be_real": audit.could_be_real,
        "kinds": {name: _tally(tally) for name, tally in audit.tallies.items() if tally.looked_at},
    }


def _tally(tally: Tally) -> dict[str, Any]:
    examples = [
        {name: value for name, value in asdict(each).items() if value != "" or name == "pointer"}
        for each in tally.examples
    ]
    return {
        "title": tally.title,
        "looked_at": tally.looked_at,
        "could_be_real": tally.could_be_real,
        "examples": examples,
    }
