"""How near two texts are in meaning, as an embedding model sees it."""

import numpy as np

from pilothouse.domain.evaluation import Case, Judgement
from pilothouse.evals.scorers import fields
from pilothouse.evals.scorers.asking import Asking
from pilothouse.evals.scorers.metric_settings import Embedding
from pilothouse.evals.scorers.tools import Failed


async def embedding(settings: Embedding, asking: Asking, case: Case) -> list[Judgement]:
    """The cosine, from -1 to 1. Raises Failed."""
    texts = [fields.text(case, settings.output), fields.text(case, settings.expected)]
    if not all(each.strip() for each in texts):
        raise Failed("an empty text has no meaning to compare")
    connection = await asking.connection(settings.connection_id)
    vectors = await asking.embed(connection, settings.model, texts, settings.dimensions)
    a, b = (np.asarray(each, dtype=float) for each in vectors)
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b)) if a.shape == b.shape else 0.0
    if not lengths or not np.isfinite(lengths):
        raise Failed("the vectors of the two texts cannot be compared")
    return [Judgement("", max(-1.0, min(1.0, float(a @ b) / lengths)))]
