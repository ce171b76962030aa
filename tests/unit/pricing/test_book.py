"""The rules of the price book: who wins, what is left out, and what is never made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.span import Span
from pilothouse.domain.usage import BUCKETS
from pilothouse.pricing import Override, PriceBook, check, read

PATTERN = "(?i)^(openai/)?(gpt-4o)$"


def span(**fields: object) -> Span:
    return Span(
        **{
            "project_id": "p",
            "trace_id": "t",
            "span_id": "s",
            "start_time": 1_000,
            "provider": "openai",
            "model": "gpt-4o",
            "usage": {"input": 1_000_000, "output": 1_000_000},
            **fields,
        }
    )


def priced(book: PriceBook, **fields: object) -> Span:
    result = span(**fields)
    book.price(result)
    return result


def own(**fields: object) -> Override:
    return Override(
        **{"id": "a", "pattern": PATTERN, "prices": {"input": 1, "output": 2}, **fields}
    )


# -- overrides ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["gpt-4o", "GPT-4o", "openai/gpt-4o"])
def test_an_override_beats_the_catalogue(model: str) -> None:
    result = priced(PriceBook([own()]), model=model)

    assert result.cost == {"input": 1.0, "output": 2.0}
    assert (result.total_cost, result.cost_source, result.price_id) == (
        3.0,
        "override",
        "override:a",
    )


def test_an_override_for_other_models_leaves_the_catalogue() -> None:
    assert priced(PriceBook([own()]), model="gpt-4o-mini").cost_source == "catalogue"


def test_the_provider_may_be_asked_for_by_any_of_its_names() -> None:
    book = PriceBook([own(provider="azure")])

    assert priced(book, provider="azure.ai.openai").cost_source == "override"
    assert priced(book, provider="openai").cost_source == "catalogue"


def test_the_newest_that_has_begun_wins_and_the_later_of_equals() -> None:
    book = PriceBook(
        [
            own(id="old"),
            own(id="also old"),
            own(id="new", valid_from=500),
            own(id="future", valid_from=2000),
        ]
    )

    assert priced(book, start_time=1000).price_id == "override:new"
    assert priced(book, start_time=499).price_id == "override:also old"
    assert priced(book, start_time=2000).price_id == "override:future"


def test_before_an_override_began_the_catalogue_holds() -> None:
    assert priced(PriceBook([own(valid_from=2000)])).cost_source == "catalogue"


def test_a_price_holds_for_narrower_buckets_and_an_unpriced_one_is_left_out() -> None:
    usage = {"input_cache_write_1h": 1, "output_reasoning": 1, "input_odd": 1, "searches": 5}
    book = PriceBook([own(prices={"input": 1e6, "output": 2e6})])

    assert priced(book, usage=usage).cost == {
        "input_cache_write_1h": 1.0,
        "output_reasoning": 2.0,
        "input_odd": 1.0,
    }


def test_keys_of_the_client_s_own_can_be_priced() -> None:
    book = PriceBook([own(prices={"pages": 10_000})])

    assert priced(book, usage={"pages": 3}).cost == {"pages": pytest.approx(0.03)}
    assert priced(book, usage={"input": 3}).cost_source == "unpriced"


def test_a_price_of_zero_is_known() -> None:
    result = priced(PriceBook([own(prices={"input": 0, "output": 0})]))

    assert (result.cost, result.cost_source) == ({"input": 0.0, "output": 0.0}, "override")


def test_another_currency_needs_a_rate() -> None:
    yuan = own(currency="CNY", prices={"input": 10})

    assert priced(PriceBook([yuan], currencies={"CNY": 0.14}), usage={"input": 1_000_000}).cost == {
        "input": pytest.approx(1.4)
    }
    unknown = priced(PriceBook([yuan]))
    assert (unknown.cost, unknown.cost_source, unknown.price_id) == ({}, "unpriced", "override:a")


# -- tiers -------------------------------------------------------------------------------------

TIERED = {
    "id": "tiered",
    "pattern": PATTERN,
    "prices": {"input": 1.0, "output": 2.0},
    "tiers": [
        {
            "name": "long, thinking",
            "priority": 1,
            "conditions": [
                {"source": "usage", "pattern": "^input", "operator": "gt", "value": 100},
                {"source": "parameter", "key": "thinking", "values": ["true"]},
            ],
            "prices": {"input": 100.0},
        },
        {
            "name": "eu",
            "priority": 0,
            "conditions": [{"source": "metadata", "key": "region", "values": ["eu", "ch"]}],
            "prices": {"input": 10.0},
        },
        {
            "name": "batch",
            "priority": 2,
            "conditions": [{"source": "parameter", "key": "service_tier", "values": ["batch"]}],
            "prices": {"input": 0.5, "output": 1.0},
        },
    ],
}


@pytest.mark.parametrize(
    ("fields", "input_cost"),
    [
        ({}, 1.0),
        ({"metadata": {"region": '"eu"'}}, 10.0),
        ({"metadata": {"region": '"us"'}}, 1.0),
        ({"model_parameters": '{"thinking": true}'}, 100.0),
        ({"model_parameters": '{"thinking": false}'}, 1.0),
        ({"model_parameters": "not json"}, 1.0),
        ({"model_parameters": '{"thinking": true}', "metadata": {"region": '"eu"'}}, 10.0),
        ({"attributes": {"openai.response.service_tier": '"batch"'}}, 0.5),
    ],
)
def test_the_first_tier_whose_conditions_all_hold(fields: dict[str, object], input_cost: float):
    result = priced(PriceBook([read(TIERED)]), **fields)

    assert result.cost["input"] == input_cost


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("gt", 30, False),
        ("gte", 30, True),
        ("lt", 30, False),
        ("lte", 30, True),
        ("eq", 30, True),
        ("neq", 30, False),
    ],
)
def test_usage_conditions_add_up_the_buckets_they_match(operator: str, value: int, holds: bool):
    condition = {"source": "usage", "pattern": "cache", "operator": operator, "value": value}
    tier = {"name": "t", "conditions": [condition], "prices": {"output": 5.0}}
    book = PriceBook([read({**TIERED, "tiers": [tier]})])

    usage = {"input": 1000, "input_cache_read": 10, "input_cache_write": 20, "output": 1_000_000}
    assert priced(book, usage=usage).cost["output"] == (5.0 if holds else 2.0)


# -- what ends the calculation -----------------------------------------------------------------


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0, 1e6), min_size=1),
    st.dictionaries(st.sampled_from(BUCKETS), st.integers(0, 10**9)),
)
def test_a_reported_cost_ends_the_calculation(cost: dict[str, float], usage: dict[str, int]):
    result = priced(PriceBook([own()]), cost=cost, cost_source="reported", usage=usage)

    expected = cost["total"] if "total" in cost else sum(cost.values())
    assert result.total_cost == pytest.approx(expected)
    assert (result.cost_source, result.price_id, result.price_date) == ("reported", "", 0)
    assert "total" not in result.cost or result.cost.keys() == {"total"}


def test_a_reported_amount_that_is_none_ends_nothing() -> None:
    result = priced(PriceBook(), cost={"input": float("nan"), "x": -1.0}, cost_source="reported")

    assert result.cost_source == "catalogue"


@pytest.mark.parametrize(
    "fields",
    [
        {"billable": 0},
        {"billable": 0, "cost": {"total": 1.0}, "cost_source": "reported"},
        {"usage": {}},
        {"usage": {"input": 0}},
    ],
)
def test_no_cost(fields: dict[str, object]) -> None:
    result = priced(PriceBook([own()]), **fields)

    assert (result.cost, result.total_cost, result.cost_source, result.price_id) == (
        {},
        0.0,
        "",
        "",
    )


# -- properties --------------------------------------------------------------------------------

USAGE = st.dictionaries(st.sampled_from(BUCKETS[:-1]), st.integers(1, 10**7), min_size=1)
MODEL = st.sampled_from(["gpt-4o", "gpt-5", "claude-sonnet-4-5", "gemini-2.5-pro", "deepseek-chat"])


@given(MODEL, USAGE, st.integers(0, 2**51))
def test_costs_are_never_negative_and_add_up(model: str, usage: dict[str, int], at: int) -> None:
    result = priced(PriceBook(), provider="", model=model, usage=usage, start_time=at)

    assert result.cost.keys() == usage.keys()
    assert all(part >= 0 for part in result.cost.values())
    assert result.total_cost == pytest.approx(sum(result.cost.values()))


@given(st.sampled_from(["gpt-4o", "gpt-5", "gpt-4o-mini"]), USAGE, USAGE)
def test_without_steps_two_calls_cost_what_one_of_both_does(
    model: str, first: dict[str, int], second: dict[str, int]
) -> None:
    book = PriceBook()
    both = {key: first.get(key, 0) + second.get(key, 0) for key in first.keys() | second.keys()}

    apart = priced(book, model=model, usage=first).total_cost
    apart += priced(book, model=model, usage=second).total_cost
    assert priced(book, model=model, usage=both).total_cost == pytest.approx(apart)


@given(MODEL, USAGE)
def test_pricing_again_changes_nothing(model: str, usage: dict[str, int]) -> None:
    book = PriceBook(now=lambda: 5_000)
    once = priced(book, provider="", model=model, usage=usage)
    cost, total = dict(once.cost), once.total_cost

    book.price(once)

    assert (once.cost, once.total_cost) == (cost, total)


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"pattern": "("},
        {"pattern": "(a+)+$"},
        {"pattern": "x" * 501},
        {"prices": {"input": -1.0}},
        {"prices": {"input": float("nan")}},
        {"prices": {"input": "much"}},
        {"tiers": [{"name": "t", "conditions": [{"source": "weather"}], "prices": {}}]},
    ],
)
def test_overrides_that_cannot_be_applied(change: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        read({**TIERED, **change})


def test_a_stored_override_that_cannot_be_applied_is_passed_over() -> None:
    broken = own(pattern="(")
    with pytest.raises(BadRequest):
        check(broken)

    assert priced(PriceBook([broken])).cost_source == "catalogue"


# -- for people --------------------------------------------------------------------------------


def test_search_finds_own_prices_first() -> None:
    items, total = PriceBook([own(note="our contract")]).search("gpt-4o", limit=3)

    assert [item.source for item in items] == ["override", "catalogue", "catalogue"]
    assert total > 10
    assert PriceBook().search("no such model") == ([], 0)


def test_a_catalogue_price_shows_its_tiers() -> None:
    found = PriceBook().lookup("google", "gemini-2.5-pro", 1_793_500_000_000_000)

    assert found is not None
    assert found.prices["input"] == pytest.approx(1.25)
    names = [tier["name"] for tier in found.tiers]
    assert names == ["input > 200000", "batch"]
    assert found.tiers[0]["prices"]["output"] == pytest.approx(15)
