"""Shapes of releases of prompts: protected labels, requests, splits, webhooks."""

from typing import Literal

from pydantic import Field

from pilothouse.protocols.native.prompt_wire import PromptDifference, PromptFigures
from pilothouse.protocols.native.wire import Wire

_NAME = Field(min_length=1, max_length=255)
_LABEL = Field(min_length=1, max_length=36)
Status = Literal["open", "granted", "refused", "withdrawn"]


class LabelRule(Wire):
    """A protected label: administrators alone move it."""

    label: str = _LABEL
    needs_approval: bool = False
    """A second person has to grant every move to a version that never had it."""


class LabelRules(Wire):
    items: list[LabelRule]
    may_release: bool
    """May the caller move them?"""


class NewLabelRequest(Wire):
    name: str = _NAME
    label: str = _LABEL
    version: int = Field(ge=1, le=2**31 - 1)
    reason: str = Field(default="", max_length=500)
    evidence: str = Field(default="", max_length=2_000, pattern=r"^(https?://\S+|/\S*)?$")
    """An address that justifies it."""
    experiment_id: str = Field(default="", max_length=200)
    """Of the experiment that justifies it; empty: none."""
    baseline_id: str = Field(default="", max_length=200)
    """What that experiment is compared with; empty: nothing."""


class AttachedExperiment(Wire):
    id: str
    name: str
    is_there: bool
    """Else it was deleted, and the name is that which it had when it was attached."""


class LabelRequest(Wire):
    id: str
    name: str
    label: str
    version: int
    reason: str
    evidence: str
    experiment: AttachedExperiment | None
    baseline: AttachedExperiment | None
    status: Status
    author_id: str
    author_name: str
    created_at: int
    decided_by: str
    decided_name: str
    decided_at: int
    """0: nobody has yet."""
    note: str


class LabelRequests(Wire):
    items: list[LabelRequest]
    """The newest first."""


class PromptExperiment(Wire):
    """An experiment that may justify a release."""

    id: str
    name: str
    dataset_id: str
    dataset_name: str
    started_at: int
    version: int
    """Of the prompt that it ran; 0: it is not known to have run one."""


class PromptExperiments(Wire):
    items: list[PromptExperiment]
    """Those that ran the prompt first; the newest first of either."""


class Decision(Wire):
    status: Literal["granted", "refused", "withdrawn"]
    note: str = Field(default="", max_length=500)


class SplitArm(Wire):
    label: str = _LABEL
    weight: int = Field(ge=1, le=1_000)


class SplitChange(Wire):
    """No arms end it."""

    name: str = _NAME
    label: str = _LABEL
    arms: list[SplitArm] = Field(max_length=5)


class ArmFigures(Wire):
    label: str
    weight: int
    version: int
    """0: no version has the label."""
    figures: PromptFigures | None
    """Since the split began, and since every arm stands where it does."""
    differences: list[PromptDifference]
    """From the first arm; of that one none."""


class PromptSplit(Wire):
    label: str
    author_id: str
    author_name: str
    started_at: int
    counted_from: int
    arms: list[ArmFigures]
    holds_back: bool
    """Calls of traces that the caller is still to annotate blind are left out."""


class PromptSplits(Wire):
    items: list[PromptSplit]


class NewWebhook(Wire):
    url: str = Field(min_length=8, max_length=2_000, pattern=r"^https?://\S+$")


class Webhook(Wire):
    id: str
    url: str
    is_active: bool
    author_name: str
    created_at: int


class CreatedWebhook(Wire):
    webhook: Webhook
    secret: str
    """By which deliveries are signed. Shown this once."""


class Webhooks(Wire):
    items: list[Webhook]


class WebhookChange(Wire):
    is_active: bool


class Delivery(Wire):
    id: str
    event: str
    payload: str
    status: Literal["waiting", "delivered", "failed"]
    attempts: int
    next_at: int
    response_status: int
    """0: there was no answer."""
    error: str
    created_at: int
    finished_at: int


class Deliveries(Wire):
    items: list[Delivery]
    """The newest first, at most 100."""
