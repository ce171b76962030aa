import type { people as english } from "../en/people";
import type { Same } from "../say";

export const people: Same<typeof english> = {
  "session.title": "会话",
  "session.turn": "第 {n} 轮",
  "session.turns": { other: "{n} 轮" },
  "session.open_trace": "打开追踪",
  "session.not_found": "该项目中没有这个会话",
  "session.empty_turn": "这一轮没有记录输入和输出。",
  "session.gap": "{length}后",
  "session.empty": "该时间范围内没有会话",
  "session.empty_hint": "会话由带有相同会话 ID 的追踪组成。在 SDK 中设置会话 ID，即可在这里看到完整对话。",

  "user.title": "用户",
  "user.empty": "该时间范围内没有用户",
  "user.empty_hint": "在 SDK 中设置用户 ID，即可了解谁在使用、花费多少。",
};
