import type { start as english } from "../en/start";
import type { Same } from "../say";

export const start: Same<typeof english> = {
  "start.title": "接入你的应用",
  "start.lead": "把正在使用的 SDK 指向本服务器即可，其余代码不用改。",
  "start.waiting": "正在等待第一条追踪…",
  "start.waiting_hint": "本页每两秒自动检查一次，无需刷新。",
  "start.arrived": "第一条追踪已到达。",
  "start.open": "打开追踪",
  "start.has": "该项目已经在接收追踪。",
  "start.to_home": "前往概览",
  "start.step_key": "密钥",
  "start.step_key_text": "公钥如下。私钥只在创建时显示一次；若已遗失，请在设置中新建一对。",
  "start.make_key": "新建密钥对",
  "start.step_sdk": "SDK",
  "start.step_send": "发送数据",
  "start.step_send_text": "运行一次你的程序，追踪会在一秒内出现在这里。",
  "start.base_url": "服务地址",
  "start.public_key": "公钥",
  "start.no_key": "还没有密钥",
  "start.secret_here": "你的私钥",
};
