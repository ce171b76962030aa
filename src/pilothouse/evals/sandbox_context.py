"""The other contract of evaluators in Python, which Langfuse's have: `evaluate(ctx)` gives scores with names.

Its text goes into the sandbox before the user's code. Nothing is imported here.
"""
# pyright: basic


class _Value:
    def __init__(self, *values, **named):
        for name, value in zip(self.names, values, strict=False):
            named.setdefault(name, value)
        unknown = [name for name in named if name not in self.names]
        missing = [name for name in self.needed if name not in named]
        if unknown or missing or len(values) > len(self.names):
            wrong = f"knows no {unknown[0]}" if unknown else f"needs {', '.join(self.needed)}"
            raise TypeError(f"{type(self).__name__} {wrong}")
        for name in self.names:
            setattr(self, name, named.get(name))

    names = needed = ()

    def __repr__(self):
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.names)
        return f"{type(self).__name__}({told})"


class ToolCall(_Value):
    names = ("id", "name", "arguments", "type", "index")


class ObservationContext(_Value):
    names = ("input", "output", "metadata", "tool_calls")


class ExperimentContext(_Value):
    names = ("item_expected_output", "item_metadata")


class EvaluationContext(_Value):
    names = ("observation", "experiment")


class Score(_Value):
    names = ("name", "value", "data_type", "comment", "config_id", "metadata")
    needed = ("name", "value", "data_type")


class EvaluationResult(_Value):
    names = needed = ("scores",)


def given(case):
    """The context of a case."""
    calls = [
        ToolCall("", each["name"], each["arguments"], "function", index)
        for index, each in enumerate(case["tools"])
    ]
    expected, metadata = case["expected_output"], case["metadata"]
    return EvaluationContext(
        ObservationContext(case["input"], case["output"], metadata, calls),
        None if expected is None else ExperimentContext(expected, metadata),
    )


def told(result):
    """The scores in JSON values."""
    scores = result.get("scores") if isinstance(result, dict) else getattr(result, "scores", None)
    if not isinstance(scores, (list, tuple)):
        raise TypeError("evaluate returns EvaluationResult(scores=[…])")
    return [_score(each) for each in scores]


def _score(score):
    if isinstance(score, dict):
        score = Score(**score)
    said = {name: getattr(score, name) for name in Score.names}
    kind, value = str(said.pop("data_type")).upper(), said["value"]
    if kind == "BOOLEAN":
        value = bool(value)
    elif kind == "NUMERIC":
        value = float(value)
    elif kind == "CATEGORICAL":
        value = str(value)
    else:
        raise ValueError(f"a score is NUMERIC, BOOLEAN or CATEGORICAL, and {kind[:20]} is none")
    return {**said, "value": value, "reason": said["comment"]}
