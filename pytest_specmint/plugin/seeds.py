"""Seeds that nobody gave: from the id of what asks, the same in any order, on any worker, in any selection."""

from typing import Any


def derived_seed(identity: str, name: str = "", shift: int = 0) -> int:
    """The seed of a node id (and of one of several datasets), shifted by ``--specmint-seed``.

    The first eight bytes of the SHA-256 of these inputs. A name never begins with NUL, so no two inputs are one text.
    """
    from hashlib import sha256

    text = identity + (f"\0{name}" if name else "") + (f"\0\0{shift}" if shift else "")
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def node_id(node: Any) -> str:
    """A test's id without what other plugins append to it (as pytest-xdist does its group)."""
    return node.nodeid if node.parent is None or not hasattr(node, "funcargs") else f"{node.parent.nodeid}::{node.name}"


def function_id(item: Any) -> str:
    """A test's id without its parameters."""
    name = getattr(item, "originalname", None) or item.name
    return f"{item.parent.nodeid}::{name}"
