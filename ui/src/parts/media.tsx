/** Attachments. What lies on a foreign host is fetched only when asked: a trace must not call home. */
import { FileDown, ImageOff } from "lucide-react";
import { useState } from "react";
import { reference } from "@/lib/attachments";
import { useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Attachment } from "./attachment";

/** Host of a foreign address; empty for our own and for data in place; null for what is no address. */
function foreignHost(url: string): string | null {
  if (/^data:/i.test(url)) return "";
  try {
    const full = new URL(url, window.location.href);
    if (full.origin === window.location.origin) return "";
    return /^https?:$/.test(full.protocol) ? full.host : null;
  } catch {
    return null;
  }
}

export function Picture({ url, alt }: { url: string; alt?: string }) {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(false);
  const kept = reference(url);
  if (kept) return <Attachment reference={kept} name={alt} />;
  const host = foreignHost(url);
  if (host === null || (/^data:/i.test(url) && !/^data:image\//i.test(url))) return <code>{url.slice(0, 120)}</code>;
  if (host !== "" && !wanted) {
    return (
      <span className="inline-flex max-w-full flex-wrap items-center gap-2 rounded-md border border-dashed border-line-strong px-3 py-2 text-xs text-fg-2">
        <ImageOff size={14} aria-hidden />
        <span className="truncate">{t("chat.blocked_image", { host })}</span>
        <Button small onClick={() => setWanted(true)}>
          {t("chat.load_image")}
        </Button>
      </span>
    );
  }
  return (
    <img
      src={url}
      alt={alt || t("chat.image")}
      loading="lazy"
      referrerPolicy="no-referrer"
      className="inline-block max-h-96 max-w-full rounded-md border bg-sunken object-contain"
    />
  );
}

export function Media({ url, mime, name }: { url: string; mime: string; name: string }) {
  const { t } = useSpeech();
  const kept = reference(url);
  if (kept) return <Attachment reference={kept} name={name} />;
  const type = mime || /^data:([\w/+.-]+)/i.exec(url)?.[1] || "";
  const host = foreignHost(url);
  if (type.startsWith("image/") || (!type && /\.(png|jpe?g|gif|webp|svg)(\?|$)/i.test(url))) return <Picture url={url} alt={name} />;
  if (type.startsWith("audio/") && host === "") return <audio controls preload="none" src={url} className="max-w-full" />;
  if (type.startsWith("video/") && host === "") return <video controls preload="none" src={url} className="max-h-96 max-w-full rounded-md" />;
  const label = [name || t("chat.media"), type].filter(Boolean).join(" · ");
  if (host === null || !url) return <span className="text-fg-2">{label}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" download={host === "" ? name || true : undefined} className={buttonClass("plain", true)}>
      <FileDown size={13} aria-hidden />
      {label}
      {host && <span className="text-fg-3">{host}</span>}
    </a>
  );
}
