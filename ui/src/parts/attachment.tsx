/** Media that the server keeps: shown where its reference stands, fetched when it comes into sight. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, FileDown, FileText, ImageOff, Maximize2, RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client";
import * as ask from "@/api/queries";
import { type Reference, pieces } from "@/lib/attachments";
import { useSpeech } from "@/messages";
import { IconButton, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useInView } from "@/ui/in-view";
import { Skeleton } from "@/ui/states";
import { useProjectId } from "./place";

interface AttachmentProps {
  reference: Reference;
  /** As the payload calls it. */
  name?: string;
}

/** What sort of thing it is, in a word: image, audio, video, file. */
export function useMediaWord(): (type: string) => string {
  const { t } = useSpeech();
  return (type) => {
    const kind = /^(image|audio|video)\//.exec(type)?.[1] as "image" | "audio" | "video" | undefined;
    return t(kind ? `media.${kind}` : type === "application/pdf" ? "media.pdf" : "media.file");
  };
}

export function Attachment({ reference, name }: AttachmentProps) {
  const { f } = useSpeech();
  const projectId = useProjectId();
  const word = useMediaWord();
  const [ref, seen] = useInView();
  const { data: facts, error, refetch } = useQuery({ ...ask.media(projectId, reference.id), enabled: seen });
  const [broken, setBroken] = useState(false);
  const type = facts?.content_type ?? reference.type;
  const url = ask.mediaAddress(projectId, reference.id);
  const label = name || word(type);
  const missing = error || broken || facts?.uploaded === false;
  const again = () => {
    setBroken(false);
    void refetch();
  };
  return (
    <span ref={ref} className="my-1 flex w-fit max-w-full flex-col items-start gap-1 font-sans whitespace-normal">
      {missing ? (
        <Missing label={label} reason={facts?.upload_error || (error instanceof ApiError && error.status !== 404 ? error.message : "")} waits={facts?.uploaded === false && !facts.upload_error} onAgain={again} />
      ) : !facts ? (
        <Skeleton className="inline-block h-24 w-40" />
      ) : (
        <>
          <Shown url={url} type={type} label={label} onBroken={() => setBroken(true)} />
          <span className="text-2xs text-fg-3">
            {[name && word(type), type, f.bytes(facts.content_length)].filter(Boolean).join(" · ")}
          </span>
        </>
      )}
    </span>
  );
}

interface ShownProps {
  url: string;
  type: string;
  label: string;
  onBroken: () => void;
}

function Shown({ url, type, label, onBroken }: ShownProps): ReactNode {
  const { t } = useSpeech();
  if (type.startsWith("image/")) return <Zoomed url={url} label={label} onBroken={onBroken} />;
  if (type.startsWith("audio/")) return <audio controls preload="none" src={url} aria-label={label} onError={onBroken} className="h-10 w-80 max-w-full" />;
  if (type.startsWith("video/")) return <video controls preload="metadata" src={url} aria-label={label} onError={onBroken} className="max-h-96 max-w-full rounded-md bg-sunken" />;
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-2.5 text-sm">
      <FileText size={14} aria-hidden className="shrink-0 text-fg-3" />
      <span className="mr-1 min-w-0 truncate">{label}</span>
      {type === "application/pdf" && (
        <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass("ghost", true)}>
          <ExternalLink size={13} aria-hidden />
          {t("media.open")}
        </a>
      )}
      <a href={url} download className={buttonClass("ghost", true)}>
        <FileDown size={13} aria-hidden />
        {t("act.download")}
      </a>
    </span>
  );
}

function Zoomed({ url, label, onBroken }: { url: string; label: string; onBroken: () => void }) {
  const { t } = useSpeech();
  const [large, setLarge] = useState(false);
  return (
    <>
      <button type="button" title={t("media.enlarge")} aria-label={t("media.enlarge_of", { name: label })} onClick={() => setLarge(true)} className="group/zoom relative block max-w-full cursor-zoom-in overflow-hidden rounded-md border bg-sunken">
        <img src={url} alt={label} loading="lazy" onError={onBroken} className="max-h-80 min-h-6 max-w-full min-w-6 object-contain" />
        <Maximize2 size={14} aria-hidden className="absolute top-1.5 right-1.5 hidden rounded-xs bg-bg p-px text-fg-2 group-hover/zoom:block" />
      </button>
      <Dialog open={large} onClose={() => setLarge(false)} title={label} full>
        <div className="flex flex-col items-center gap-3">
          <img src={url} alt={label} className="max-h-[70dvh] max-w-full rounded-md border bg-sunken object-contain" />
          <a href={url} download className={buttonClass("plain", true)}>
            <FileDown size={13} aria-hidden />
            {t("act.download")}
          </a>
        </div>
      </Dialog>
    </>
  );
}

function Missing({ label, reason, waits, onAgain }: { label: string; reason: string; waits: boolean; onAgain: () => void }) {
  const { t } = useSpeech();
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border border-dashed border-line-strong px-3 py-1.5 text-xs text-fg-2">
      <ImageOff size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 wrap-anywhere">
        {label}: {t(waits ? "media.waits" : "media.missing")}
        {reason && <span className="text-fg-3"> {reason}</span>}
      </span>
      <IconButton small icon={RotateCw} label={t("act.retry")} onClick={onAgain} />
    </span>
  );
}

/** Text with what it refers to shown in its place. */
export function WithAttachments({ text }: { text: string }): ReactNode {
  return pieces(text).map((piece, index) => (typeof piece === "string" ? piece : <Attachment key={index} reference={piece} />));
}
