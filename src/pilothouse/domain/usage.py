"""Token usage in disjoint buckets.

Whatever the emitter's habit (cached tokens inside or beside the input, reasoning inside the output),
a span's `usage` holds each token once. Totals are sums over buckets. Bucket names begin with `input`
or `output`; a client may use further names of its own.
"""

INPUT = "input"
INPUT_CACHE_READ = "input_cache_read"
INPUT_CACHE_WRITE = "input_cache_write"
INPUT_CACHE_WRITE_1H = "input_cache_write_1h"
INPUT_AUDIO = "input_audio"
INPUT_IMAGE = "input_image"
INPUT_VIDEO = "input_video"
OUTPUT = "output"
OUTPUT_REASONING = "output_reasoning"
OUTPUT_AUDIO = "output_audio"
OUTPUT_IMAGE = "output_image"
TOTAL = "total"
"""Only when the emitter gives a total and nothing finer."""

ESTIMATED = "pilothouse.usage_estimated"
"""Attribute of a span whose usage nobody counted; so its cost is an estimate too."""

BUCKETS = (
    INPUT,
    INPUT_CACHE_READ,
    INPUT_CACHE_WRITE,
    INPUT_CACHE_WRITE_1H,
    INPUT_AUDIO,
    INPUT_IMAGE,
    INPUT_VIDEO,
    OUTPUT,
    OUTPUT_REASONING,
    OUTPUT_AUDIO,
    OUTPUT_IMAGE,
    TOTAL,
)


def totals(usage: dict[str, int]) -> tuple[int, int, int]:
    """Input, output and total tokens of disjoint buckets."""
    into = out = other = 0
    for bucket, count in usage.items():
        if bucket.startswith("input"):
            into += count
        elif bucket.startswith("output"):
            out += count
        else:
            other += count
    return into, out, into + out + other


def disjoint(
    *,
    input_tokens: int = 0,
    output_tokens: int = 0,
    total_tokens: int = 0,
    inside_input: dict[str, int] | None = None,
    inside_output: dict[str, int] | None = None,
) -> dict[str, int]:
    """Buckets from inclusive counts: parts named in `inside_*` are taken out of the whole.

    A part larger than its whole leaves the whole at zero, never below.
    """
    buckets: dict[str, int] = {}
    for whole, name, parts in (
        (input_tokens, INPUT, inside_input),
        (output_tokens, OUTPUT, inside_output),
    ):
        rest = whole
        for part, count in (parts or {}).items():
            if count > 0:
                buckets[part] = count
                rest -= count
        if rest > 0:
            buckets[name] = rest
    if not buckets and total_tokens > 0:
        buckets[TOTAL] = total_tokens
    return buckets


_NAMES = {
    "prompt_tokens": INPUT,
    "promptTokens": INPUT,
    "input_tokens": INPUT,
    "inputTokens": INPUT,
    "completion_tokens": OUTPUT,
    "completionTokens": OUTPUT,
    "output_tokens": OUTPUT,
    "outputTokens": OUTPUT,
    "total_tokens": TOTAL,
    "totalTokens": TOTAL,
    "input_cached_tokens": INPUT_CACHE_READ,
    "input_cache_read": INPUT_CACHE_READ,
    "cache_read_input_tokens": INPUT_CACHE_READ,
    "cached_tokens": INPUT_CACHE_READ,
    "input_cache_creation": INPUT_CACHE_WRITE,
    "cache_creation_input_tokens": INPUT_CACHE_WRITE,
    "cache_write_input_tokens": INPUT_CACHE_WRITE,
    "input_cache_creation_5m": INPUT_CACHE_WRITE,
    "input_cache_creation_1h": INPUT_CACHE_WRITE_1H,
    "output_reasoning_tokens": OUTPUT_REASONING,
    "output_reasoning": OUTPUT_REASONING,
    "input_audio_tokens": INPUT_AUDIO,
    "input_image_tokens": INPUT_IMAGE,
    "output_audio_tokens": OUTPUT_AUDIO,
    "output_image_tokens": OUTPUT_IMAGE,
}
_DETAILS = {
    "prompt_tokens_details": INPUT,
    "input_tokens_details": INPUT,
    "completion_tokens_details": OUTPUT,
    "output_tokens_details": OUTPUT,
}
_PARTS = {
    (INPUT, "cached_tokens"): INPUT_CACHE_READ,
    (INPUT, "cache_write_tokens"): INPUT_CACHE_WRITE,
    (INPUT, "audio_tokens"): INPUT_AUDIO,
    (INPUT, "image_tokens"): INPUT_IMAGE,
    (OUTPUT, "reasoning_tokens"): OUTPUT_REASONING,
    (OUTPUT, "audio_tokens"): OUTPUT_AUDIO,
    (OUTPUT, "image_tokens"): OUTPUT_IMAGE,
}
_MOST = 1 << 53


def bucket(key: str) -> str:
    """The bucket of a client's own key; a key that is not known is a bucket of its own."""
    return _NAMES.get(key, key)


def from_client(given: dict[str, object]) -> dict[str, int]:
    """Buckets from a map with the client's own keys.

    Keys of Langfuse and of the providers are known by name; a key that is not known is a bucket of its
    own. Flat keys are taken as disjoint, as Langfuse has them, unless the total says that they are not.
    Provider objects with nested `…_tokens_details` are inclusive, so those parts are taken out of their
    whole. A total counts only when nothing finer is given.
    """
    buckets: dict[str, int] = {}
    inside: dict[str, dict[str, int]] = {INPUT: {}, OUTPUT: {}}
    for key, value in given.items():
        if isinstance(value, dict) and key in _DETAILS:
            whole = _DETAILS[key]
            for part, count in value.items():  # pyright: ignore[reportUnknownVariableType]
                if (name := _PARTS.get((whole, str(part)))) and _is_count(count):  # pyright: ignore[reportUnknownArgumentType]
                    inside[whole][name] = int(count)  # pyright: ignore[reportUnknownArgumentType]
        elif _is_count(value):
            name = bucket(key)
            buckets[name] = buckets.get(name, 0) + int(value)  # pyright: ignore[reportArgumentType]
    for whole, parts in inside.items():
        for name, count in parts.items():
            if count:
                buckets[name] = count
                buckets[whole] = max(0, buckets.get(whole, 0) - count)
    if len(buckets) > 1:
        _take_out_parts(buckets, buckets.pop(TOTAL, 0))
    return {name: count for name, count in buckets.items() if count}


def _take_out_parts(buckets: dict[str, int], total: int) -> None:
    """Where input and output alone make up the total, cached and other parts lie inside them."""
    if total != buckets.get(INPUT, 0) + buckets.get(OUTPUT, 0):
        return
    for name, count in list(buckets.items()):
        for whole in (INPUT, OUTPUT):
            if name.startswith(f"{whole}_"):
                buckets[whole] = max(0, buckets.get(whole, 0) - count)


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST
