"""What people ask the assistant, and what it does and answers: data, in English and Chinese."""

import random
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
Route = Literal["orders", "refunds", "products", "account"]


@dataclass(frozen=True)
class Turn:
    question: str
    answer: str


@dataclass(frozen=True)
class Story:
    """A conversation. `{order}`, `{city}`, `{days}` and `{item}` are filled in."""

    language: Language
    route: Route
    turns: tuple[Turn, ...]


STORIES = (
    Story(
        "en",
        "orders",
        (
            Turn(
                "Where is my order {order}? It should have been here yesterday.",
                "Your order {order} left our warehouse in {city} and is with the carrier. It is now "
                "expected in **{days} days**. I am sorry for the delay.",
            ),
            Turn(
                "Can you send it to my office instead?",
                "I have asked the carrier to redirect {order} to your office address. You will get a "
                "message when they confirm, usually within two hours.",
            ),
            Turn(
                "Thanks, that helps.", "You are welcome. Is there anything else I can do for you?"
            ),
        ),
    ),
    Story(
        "en",
        "refunds",
        (
            Turn(
                "The {item} I received is scratched. I would like my money back.",
                "I am sorry that the {item} arrived damaged. You can have a full refund:\n\n"
                "1. Print the return label I have just sent you\n2. Hand the parcel to any post office\n"
                "3. The refund follows within {days} working days of its arrival",
            ),
            Turn(
                "Do I have to pay for the return?",
                "No. Returns of damaged goods are free of charge; the label is prepaid.",
            ),
        ),
    ),
    Story(
        "en",
        "products",
        (
            Turn(
                "Does the {item} fit in a standard backpack?",
                "Yes. The {item} measures 31 × 22 × 4 cm and fits in any backpack with a 15-inch "
                "compartment.",
            ),
            Turn(
                "And is it waterproof?",
                "It withstands splashes (IPX4), but it should not be held under water.",
            ),
        ),
    ),
    Story(
        "en",
        "account",
        (
            Turn(
                "I can't sign in any more, it says my account is locked.",
                "Your account was locked after five wrong passwords. I have sent an unlock link to the "
                "address we have on file; it is valid for 30 minutes.",
            ),
        ),
    ),
    Story(
        "en",
        "orders",
        (
            Turn(
                "I ordered two {item}s but only one is in the box. Order {order}.",
                "You are right: the second {item} of order {order} is sent separately from {city} and "
                "arrives in {days} days. You will not be charged for shipping twice.",
            ),
            Turn(
                "Why was I not told?",
                "That message should have been sent and was not. I have reported it to the team and "
                "added a 5 % voucher to your account as an apology.",
            ),
        ),
    ),
    Story(
        "en",
        "refunds",
        (
            Turn(
                "How long do refunds take? I returned the {item} two weeks ago.",
                "Your parcel reached us on Monday and the refund was issued the same day. Banks "
                "usually need {days} working days to show it.",
            ),
        ),
    ),
    Story(
        "en",
        "products",
        (
            Turn(
                "Which of your headphones are best for calls in a noisy office?",
                "For calls in noise I would look at two of them:\n\n| Model | Microphones | Price |\n"
                "|---|---|---|\n| Tern 2 | 6, with wind filter | €149 |\n| Plover | 4 | €89 |\n\n"
                "The Tern 2 suppresses voices nearby clearly better.",
            ),
            Turn(
                "Is the Tern 2 in stock in {city}?", "Yes, 14 pieces are in stock in {city} today."
            ),
            Turn(
                "Reserve one for me please.",
                "Done. One Tern 2 is reserved in {city} until tomorrow 18:00 under your name.",
            ),
        ),
    ),
    Story(
        "zh",
        "orders",
        (
            Turn(
                "我的订单 {order} 到哪里了？昨天就应该送到的。",
                "您的订单 {order} 已从{city}仓库发出，目前在快递途中，预计 **{days} 天**内送达。给您带来不便，非常抱歉。",
            ),
            Turn(
                "能改送到公司吗？",
                "已为您申请改派到公司地址，快递公司确认后会短信通知您，一般两小时内。",
            ),
            Turn("好的，谢谢。", "不客气，请问还有什么可以帮您？"),
        ),
    ),
    Story(
        "zh",
        "refunds",
        (
            Turn(
                "收到的{item}有划痕，我想退款。",
                "很抱歉{item}在运输中受损。您可以全额退款：\n\n1. 使用刚发给您的退货单\n2. 交给任意快递网点\n"
                "3. 商品入库后 {days} 个工作日内原路退回",
            ),
            Turn("运费谁出？", "商品破损的退货免运费，退货单已预付。"),
        ),
    ),
    Story(
        "zh",
        "products",
        (
            Turn("这款{item}防水吗？", "支持 IPX4 防泼溅，日常淋雨没有问题，但请不要浸入水中。"),
            Turn("保修多久？", "整机保修两年，电池保修一年，凭订单号即可，无需发票。"),
        ),
    ),
    Story(
        "zh",
        "account",
        (
            Turn(
                "账号登录不了，提示被锁定。",
                "由于连续五次密码错误，账号已被临时锁定。解锁链接已发送到您预留的邮箱，30 分钟内有效。",
            ),
            Turn("没有收到邮件。", "已重新发送，并同时发送到您的手机尾号 88 的号码，请查收。"),
        ),
    ),
    Story(
        "zh",
        "orders",
        (
            Turn(
                "我买了两个{item}，只收到一个，订单号 {order}。",
                "核实到订单 {order} 分两个包裹发出，第二个从{city}寄出，预计 {days} 天内送达，不会重复收取运费。",
            ),
        ),
    ),
    Story(
        "zh",
        "refunds",
        (Turn("退款一般多久到账？", "商品入库当天即发起退款，银行一般需要 {days} 个工作日到账。"),),
    ),
)

ITEMS = {
    "en": ("travel kettle", "desk lamp", "wireless keyboard", "rain jacket", "e-reader", "headset"),
    "zh": ("旅行水壶", "台灯", "无线键盘", "冲锋衣", "电子书阅读器", "耳机"),
}
CITIES = {
    "en": ("Rotterdam", "Leipzig", "Lyon", "Manchester"),
    "zh": ("杭州", "成都", "广州", "武汉"),
}
DOCUMENTS = (
    (
        "returns-policy#damaged",
        "Damaged goods may be returned within 60 days. The return is free of "
        "charge, and the refund is made to the original means of payment.",
    ),
    (
        "shipping#delays",
        "When a parcel is more than two days late, apologise, tell the new date and "
        "offer redirection.",
    ),
    (
        "products#water-resistance",
        "IPX4 means protection against splashing water from any direction.",
    ),
    (
        "account#locked",
        "Accounts lock after five wrong passwords. Send the unlock link; never ask "
        "for the password.",
    ),
    ("退货政策#破损", "破损商品 60 天内可退，运费由商城承担，退款原路返回。"),
    ("配送#延误", "包裹延误超过两天时，先致歉，告知新的送达日期，并提供改派服务。"),
)
TOOLS = {
    "orders": ("lookup_order", "track_parcel"),
    "refunds": ("lookup_order", "create_return"),
    "products": ("search_catalogue",),
    "account": ("find_customer",),
}
COMMENTS = {
    "good": ("Quick and friendly.", "Solved it.", "很快解决了，谢谢", "回复很专业"),
    "bad": ("It did not answer my question.", "Had to ask twice.", "答非所问", "等太久了"),
}
REASONS = {
    "en": {
        "right": "Every fact that was asked for is there.",
        "wrong": "The first fact is there; what the customer has to do is missing.",
    },
    "zh": {"right": "所问的内容都已回答。", "wrong": "只回答了第一点，客户还需要做什么没有说明。"},
}
ERRORS = (
    ("RateLimitError", "429: rate limit reached for this model, try again in 20 s"),
    ("APITimeoutError", "the request timed out after 30 s"),
    ("ContentFilterError", "the response was filtered by the content policy"),
)
TOOL_ERRORS = (
    ("ConnectionError", "order service: connection refused"),
    ("KeyError", "no order with that number"),
)


def words(pick: random.Random, language: Language) -> dict[str, str]:
    """What fills the blanks of a conversation."""
    return {
        "order": f"HG-{pick.randrange(10_000, 99_999)}",
        "city": pick.choice(CITIES[language]),
        "item": pick.choice(ITEMS[language]),
        "days": str(pick.randrange(2, 6)),
    }
