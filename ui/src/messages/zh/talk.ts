import type { talk as english } from "../en/talk";
import type { Same } from "../say";

export const talk: Same<typeof english> = {
  "media.image": "图片",
  "media.audio": "音频",
  "media.video": "视频",
  "media.pdf": "PDF",
  "media.file": "文件",
  "media.open": "打开",
  "media.enlarge": "放大",
  "media.enlarge_of": "放大：{name}",
  "media.waits": "尚未上传",
  "media.missing": "无法显示：内容不在这里或已损坏。",
};
