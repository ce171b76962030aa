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
