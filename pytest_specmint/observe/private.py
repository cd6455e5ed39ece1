"""What of a text is nobody's business: who asks a URL, and what for."""

import re

_PRIVATE = re.compile(r"(?<=://)\S+(?=@)|(?<=\?)\S+")
"""A password may hold what it should not: all before the last ``@`` goes, though that be part of a path."""


def redacted(text: str) -> str:
    """The text without the credentials and queries of URLs in it: keys may stand there."""
    return _PRIVATE.sub("***", text) if "://" in text else text
