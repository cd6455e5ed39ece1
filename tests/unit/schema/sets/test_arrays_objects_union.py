"""Sets of arrays, objects and strings; goals; unions of sets."""

from fractions import Fraction
from typing import Any

import pytest

from pytest_specmint.schema.sets.arrays import Arrays, Demand, Evaluated
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING, Goal, Term, conjoin
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import EVERY_NAME, NO_NAME, Existence, Names, Objects, Rule
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import (
    ANY,
    BOOLEAN,
    EMPTY,
    NULL,
    Branch,
    Literals,
    Set,
    constrain,
    intersect,
    join,
    merge,
    only,
    unique_values,
)
from pytest_specmint.schema.sets.values import exact, identity, show

A: Goal = (Term("#/a"),)
B: Goal = (Term("#/b"),)
AB: Goal = (Term("#/a"), Term("#/b"))


class TestValues:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            (1, 1.0, True),
            (True, 1, False),
            (False, 0, False),
            (None, False, False),
            ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
            ([1, 2], [2, 1], False),
            ([{"a": [1.0]}], [{"a": [1]}], True),
            ("1", 1, False),
            (0.0, -0.0, True),
            (10**20, 1e20, True),
            ("é", "e\u0301", False),
        ],
    )
    def test_identity(self, one: Any, other: Any, same: bool) -> None:
        assert (identity(one) == identity(other)) is same

    def test_floats_denote_their_shortest_decimal(self) -> None:
        assert exact(0.1) == Fraction(1, 10)
        assert exact(1e-7) == Fraction(1, 10**7)
        assert exact(10**30) == 10**30

    def test_show(self) -> None:
        assert show(Fraction(3)) == "3"
        assert show(Fraction(1, 4)) == "0.25"


class TestGoals:
    def test_conjunction_is_sorted_and_without_repetition(self) -> None:
        assert conjoin((B, A, A)) == AB == conjoin((A, B))

    def test_anything_is_neutral(self) -> None:
        assert conjoin((ANYTHING, A, ANYTHING)) == A
        assert conjoin(()) == ANYTHING

    def test_denied_terms_are_terms_of_their_own(self) -> None:
        assert len(conjoin((A, (Term("#/a", positive=False),)))) == 2
        assert NOTHING != ANYTHING


class TestArrays:
    def test_meet(self) -> None:
        demand = Demand(A)
        one = Arrays((A,), B, 1, 5, (demand,), unique=True)
        other = Arrays((B, B), A, 2, None, (demand, Demand(B)), excluded=frozenset({"[]"}))
        both = one.meet(other)
        assert both.prefix == (AB, B)
        assert both.rest == AB
        assert (both.min_items, both.max_items) == (2, 5)
        assert both.demands == (demand, Demand(B))
        assert both.unique
        assert not both.repeated
        assert both.excluded == {"[]"}

    def test_prefix_meets_the_rest_of_the_shorter(self) -> None:
        assert Arrays((A,)).meet(Arrays(rest=B)).prefix == (AB,)

    def test_item(self) -> None:
        assert Arrays((A,), B).item(0) == A
        assert Arrays((A,), B).item(7) == B

    @pytest.mark.parametrize(
        ("arrays", "reason"),
        [
            (Arrays(), None),
            (Arrays(min_items=2, max_items=2), None),
            (Arrays(min_items=3, max_items=2), "minItems 3 exceeds maxItems 2"),
            (Arrays(unique=True, repeated=True), "items must be unique and also repeat"),
        ],
    )
    def test_contradiction(self, arrays: Arrays, reason: str | None) -> None:
        assert arrays.contradiction() == reason

    def test_evaluated_joins(self) -> None:
        joined = Evaluated(2, contains=frozenset({A})).join(Evaluated(1, all=True, contains=frozenset({B})))
        assert joined == Evaluated(2, True, frozenset({A, B}))


class TestObjects:
    def test_meet(self) -> None:
        rule = Rule(EVERY_NAME, A)
        one = Objects({"x": A, "y": A}, (rule,), frozenset({"x"}), 1, 9, implications=frozenset({("x", "y")}))
        other = Objects({"x": B, "z": B}, (rule,), frozenset({"z"}), 2, 4, A, some=(Existence(),))
        both = one.meet(other)
        assert both.properties == {"x": AB, "y": A, "z": B}
        assert both.rules == (rule,)
        assert both.required == {"x", "z"}
        assert (both.min_properties, both.max_properties) == (2, 4)
        assert both.name_goal == A
        assert both.implications == {("x", "y")}
        assert both.some == (Existence(),)

    @pytest.mark.parametrize(
        ("objects", "reason"),
        [
            (Objects(), None),
            (Objects(min_properties=3, max_properties=2), "minProperties 3 exceeds maxProperties 2"),
            (
                Objects(required=frozenset("abc"), max_properties=2),
                "3 required properties exceed maxProperties 2",
            ),
            (Objects(required=frozenset("ab"), max_properties=2), None),
        ],
    )
    def test_contradiction(self, objects: Objects, reason: str | None) -> None:
        assert objects.contradiction() == reason

    def test_names(self) -> None:
        one, other = Names(frozenset("a"), frozenset({"^x"})), Names(frozenset("b"))
        assert one.join(other) == Names(frozenset("ab"), frozenset({"^x"}))
        assert one.join(EVERY_NAME) == EVERY_NAME == EVERY_NAME.join(one)
        assert one.others().others() == one
        assert NO_NAME.others() == EVERY_NAME


class TestStrings:
    def test_meet(self) -> None:
        one = Strings(1, 9, frozenset({"a"}), formats=frozenset({"date"}), excluded=frozenset({"x"}))
        both = one.meet(Strings(3, 5, frozenset({"b"}), frozenset({"c"}), not_formats=frozenset({"uri"})))
        assert both == Strings(
            3,
            5,
            frozenset({"a", "b"}),
            frozenset({"c"}),
            frozenset({"date"}),
            frozenset({"uri"}),
            frozenset({"x"}),
        )

    @pytest.mark.parametrize(
        ("strings", "reason"),
        [
            (Strings(2, 2), None),
            (Strings(3, 2), "minLength 3 exceeds maxLength 2"),
            (
                Strings(patterns=frozenset("a"), not_patterns=frozenset("a")),
                "'a' is both required and excluded",
            ),
            (
                Strings(formats=frozenset({"date"}), not_formats=frozenset({"date"})),
                "'date' is both required and excluded",
            ),
        ],
    )
    def test_contradiction(self, strings: Strings, reason: str | None) -> None:
        assert strings.contradiction() == reason


class _Plain:
    """An oracle for scalars."""

    def admits(self, candidate: Set, value: Any) -> bool:
        if isinstance(candidate, Numbers):
            return isinstance(value, int) and not isinstance(value, bool) and candidate.admits(Fraction(value))
        return isinstance(candidate, Strings) and isinstance(value, str)

    def settle(self, candidate: Set) -> Set | None:
        return None if not isinstance(candidate, Literals) and candidate.contradiction() else candidate


class TestUnions:
    ORACLE = _Plain()

    def test_any_is_neutral(self) -> None:
        some = only(Numbers())
        assert intersect(ANY, some, self.ORACLE, 9) == (some, False)
        assert intersect(some, ANY, self.ORACLE, 9) == (some, False)

    def test_kinds_do_not_meet(self) -> None:
        assert intersect(only(Numbers()), only(Strings()), self.ORACLE, 9) == (EMPTY, False)

    def test_literals_are_filtered(self) -> None:
        left = only(Literals((1, "a", True, 3)))
        assert intersect(left, only(Numbers(lower=Fraction(2))), self.ORACLE, 9)[0] == only(Literals((3,)))
        assert intersect(only(Strings()), left, self.ORACLE, 9)[0] == only(Literals(("a",)))
        assert intersect(left, only(Literals((3.0, 1))), self.ORACLE, 9)[0] == only(Literals((1, 3)))
        assert intersect(left, only(Literals((7,))), self.ORACLE, 9)[0] == EMPTY

    def test_true_is_not_one(self) -> None:
        assert intersect(only(Literals((1,))), only(BOOLEAN), self.ORACLE, 9)[0] == EMPTY

    def test_contradictions_vanish(self) -> None:
        left, right = only(Strings(min_length=3)), only(Strings(max_length=2), Strings(max_length=5))
        assert intersect(left, right, self.ORACLE, 9)[0] == only(Strings(3, 5))

    def test_cut_to_the_limit(self) -> None:
        many = only(*(Strings(min_length=k) for k in range(10)))
        few = only(*(Strings(excluded=frozenset({word})) for word in "xyz"))
        union, cut = intersect(many, few, self.ORACLE, 4)
        assert cut
        assert len(union) == 10

    def test_weights_multiply(self) -> None:
        left = (Branch(Strings(min_length=1), 0.5),)
        assert intersect(left, (Branch(Strings(), 0.5),), self.ORACLE, 9)[0][0].weight == 0.25

    def test_constrain_leaves_other_kinds_alone(self) -> None:
        union = constrain(Strings(min_length=3))
        assert [type(branch.set) for branch in union].count(Strings) == 1
        assert len(union) == len(ANY)

    def test_constrain_shares_the_weight(self) -> None:
        union = constrain(Numbers(upper=Fraction(0)), Numbers(lower=Fraction(1)))
        assert [branch.weight for branch in union if isinstance(branch.set, Numbers)] == [0.5, 0.5]

    def test_join_gives_every_union_the_same_weight(self) -> None:
        joined = join([only(Numbers()), only(Strings(), Arrays())])
        assert [branch.weight for branch in joined] == [1.0, 0.5, 0.5]

    def test_merge(self) -> None:
        merged = merge([Branch(NULL), Branch(Strings()), Branch(BOOLEAN), Branch(Strings(), 2.0)])
        assert merged == (Branch(Literals((None, False, True)), 2.0), Branch(Strings(), 3.0))

    def test_unique_values(self) -> None:
        assert unique_values([1, 1.0, True, "1", {"a": 1}, {"a": 1.0}]) == (1, True, "1", {"a": 1})
