"""The code under test: totals, discounts and shipping of a small shop."""

from typing import Any

EUROPE = frozenset({"AT", "DE", "FR"})


class Refused(ValueError):
    """An order that the shop does not take."""


def total(order: dict[str, Any]) -> int:
    """The total of an order, in cents."""
    return sum(line["quantity"] * line["price"] for line in order["lines"])


def discount(order: dict[str, Any]) -> int:
    """A tenth of what exceeds 1,000.00, in cents."""
    return max(0, total(order) - 100_000) // 10


def shipping(order: dict[str, Any]) -> int:
    """What shipping costs, in cents: nothing above 50.00 within Europe."""
    if order["customer"]["country"] in EUROPE:
        return 0 if total(order) > 5_000 else 490
    return 1_990


def invoice(order: dict[str, Any]) -> dict[str, Any]:
    """The figures of an invoice."""
    due = total(order) - discount(order) + shipping(order)
    return {"order": order["number"], "total": total(order), "discount": discount(order), "due": due}


def take(order: dict[str, Any]) -> str:
    """Take an order; raises `Refused` for one that is not complete."""
    lines = order.get("lines")
    if not isinstance(order.get("number"), str) or not isinstance(lines, list) or not lines:
        raise Refused("number or lines are missing")
    return order["number"]


def headline(review: dict[str, Any], length: int = 40) -> str:
    """Stars and title of a review as a page shows them, cut where there is no room."""
    shown = f"{'★' * review['stars']} {review['title']}"
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
