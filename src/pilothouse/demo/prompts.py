"""The prompts behind the answers: their versions, which labels stood where and when, and a test of two
versions beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from pilothouse.demo.story import Language
from pilothouse.domain.prompt import PRODUCTION, Body, Draft, PromptType
from pilothouse.domain.prompt_release import Arm, Split
from pilothouse.store.relational import prompt_releases, prompts

STABLE, CANDIDATE = "stable", "candidate"


@dataclass(frozen=True)
class Version:
    share: float
    """Of the month, after which it was written."""
    text: str
    message: str


@dataclass(frozen=True)
class Move:
    share: float
    label: str
    version: int
    reason: str


@dataclass(frozen=True)
class Prompt:
    name: str
    tags: tuple[str, ...]
    versions: tuple[Version, ...]
    moves: tuple[Move, ...]
    is_chat: bool = True
    config: dict[str, str | float] = field(default_factory=dict[str, str | float])
    arms: tuple[Arm, ...] = ()
    """Of `production`, at the end of the month."""
    split_at: float = 1.0

    def body(self, version: Version) -> Body:
        if not self.is_chat:
            return version.text
        return [
            {"role": "system", "content": version.text},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "{{question}}"},
        ]


_WHO = "You are the support assistant of Harbour Goods, an online shop."
_TONE = "Be brief, kind and exact."
_PART = "@@@langfusePrompt:name=support/parts/tone|label=production@@@"
_TOOLS = "Use the tools for facts about orders; never guess."
_POLICY = "Offer a refund only when the policy allows it."
_NEXT = "Say in your first sentence what happens next, and when."
_SOURCE = "Name a date only where a tool gave it to you."

TONE = Prompt(
    "support/parts/tone",
    ("part",),
    (Version(0.5, _TONE, "What all of our prompts say about the tone"),),
    (Move(0.5, PRODUCTION, 1, ""),),
    is_chat=False,
)
ANSWER = Prompt(
    "support/answer",
    ("support", "customer facing"),
    (
        Version(0.0, f"{_WHO} Answer the customer's question.", "The first one"),
        Version(0.2, f"{_WHO} {_TONE} {_TOOLS}", "Looks up orders instead of guessing"),
        Version(0.55, f"{_WHO} {_PART} {_TOOLS} {_POLICY}", "Refunds by the policy"),
        Version(
            0.74, f"{_WHO} {_PART} {_TOOLS} {_POLICY} {_NEXT}", "What happens next comes first"
        ),
        Version(
            0.84,
            f"{_WHO} {_PART} {_TOOLS} {_POLICY} {_NEXT} {_SOURCE}",
            "Dates come from tools alone",
        ),
    ),
    (
        Move(0.0, PRODUCTION, 1, "Launch"),
        Move(0.22, PRODUCTION, 2, "Every tenth answer named an order that does not exist"),
        Move(0.65, PRODUCTION, 3, "Goes with release 2.4.0"),
        Move(0.65, STABLE, 3, "Goes with release 2.4.0"),
        Move(0.78, PRODUCTION, 4, "12 points more correct on support/regression"),
        Move(0.8, PRODUCTION, 3, "Rollback: it promises dates that no tool has told"),
        Move(0.86, CANDIDATE, 5, "The same without made-up dates, to a part of the customers"),
    ),
    config={"model": "gpt-5-mini", "temperature": 0.2},
    arms=(Arm(STABLE, 60), Arm(CANDIDATE, 40)),
    split_at=0.87,
)
ANSWER_ZH = Prompt(
    "客服/回答",
    ("客服",),
    (
        Version(0.0, "你是港湾百货的客服助手。请回答客户的问题。", "第一版"),
        Version(
            0.3,
            "你是港湾百货的客服助手。回答要简短、友善、准确。订单信息必须通过工具查询，不要猜测。",
            "订单信息改为查询工具",
        ),
        Version(
            0.58,
            "你是港湾百货的客服助手。回答要简短、友善、准确。订单信息必须通过工具查询，不要猜测。"
            "只有在政策允许时才能提出退款。",
            "退款以政策为准",
        ),
    ),
    (
        Move(0.0, PRODUCTION, 1, "上线"),
        Move(0.32, PRODUCTION, 2, "多次出现不存在的订单号"),
        Move(0.65, PRODUCTION, 3, "随 2.4.0 发布"),
    ),
    config={"model": "gpt-5-mini", "temperature": 0.2},
)
TRIAGE = Prompt(
    "support/triage",
    ("support",),
    (
        Version(0.0, "Which team answers this message?\n\n{{message}}", "The first one"),
        Version(
            0.4,
            "Name the team for this message: orders, refunds, products or account. One word."
            "\n\n{{message}}",
            "One word, so that it can be read by the router",
        ),
    ),
    (
        Move(0.0, PRODUCTION, 1, ""),
        Move(0.42, PRODUCTION, 2, "The router failed on whole sentences"),
    ),
    is_chat=False,
)
PROMPTS = (TONE, ANSWER, ANSWER_ZH, TRIAGE)


@dataclass(frozen=True)
class Used:
    """The version that a call was made with."""

    name: str
    version: int
    text: str


def used(prompt: Prompt, number: int) -> Used:
    text = prompt.versions[number - 1].text.replace(_PART, _TONE)
    return Used(prompt.name, number, text)


def answering(language: Language, share: float, key: str, split_moment: int) -> Used:
    """What answered somebody at that share of the month."""
    prompt = ANSWER if language == "en" else ANSWER_ZH
    number = _standing(prompt, PRODUCTION, share)
    if prompt.arms and share >= prompt.split_at:
        split = Split(prompt.name, PRODUCTION, prompt.arms, "", split_moment)
        number = _standing(prompt, split.arm(key), share)
    return used(prompt, number)


def sorting(share: float) -> Used:
    return used(TRIAGE, _standing(TRIAGE, PRODUCTION, share))


def _standing(prompt: Prompt, label: str, share: float) -> int:
    """Where a label stood; before it was set, where it was set first."""
    moves = [each for each in prompt.moves if each.label == label]
    past = [each.version for each in moves if each.share <= share]
    return past[-1] if past else moves[0].version


def keep(db: sa.Connection, project_id: str, authors: Sequence[str], start: int, end: int) -> None:
    """Writes what is not there yet as it came about between two moments (microseconds): no route
    takes a time that is over."""

    def moment(share: float) -> int:
        return int(start + share * (end - start))

    for prompt in PROMPTS:
        if prompts.named(db, project_id, prompt.name) is not None:
            continue
        type = PromptType.CHAT if prompt.is_chat else PromptType.TEXT
        at = prompts.lock(db, project_id, Draft(prompt.name, type, ""))
        events = [*prompt.versions, *prompt.moves]
        for place, event in enumerate(sorted(events, key=lambda each: each.share)):
            author, when = authors[place % len(authors)], moment(event.share) + place
            if isinstance(event, Version):
                draft = Draft(
                    prompt.name,
                    type,
                    prompt.body(event),
                    prompt.config,
                    tags=prompt.tags,
                    commit_message=event.message,
                )
                prompts.add_version(db, project_id, at, draft, author, when)
            else:
                prompts.move_label(
                    db, project_id, at, event.label, event.version, author, event.reason, when
                )
        if prompt.arms:
            prompt_releases.set_split(
                db, project_id, at, PRODUCTION, prompt.arms, authors[0], moment(prompt.split_at)
            )
