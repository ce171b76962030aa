/** What somebody types, kept through a reload until it is saved or discarded. */
import { useEffect, useState } from "react";
import { remember, rememberedJson } from "@/lib/memory";
import { type Draft, isDraft, renewed } from "@/lib/prompts";

const PAUSE = 300;

export const draftKey = (projectId: string, name: string, version: number): string => `prompt-draft.${projectId}.${version}.${name}`;

interface Drafting {
  draft: Draft;
  setDraft: (draft: Draft) => void;
  /** Was it typed before the page was loaded? */
  restored: boolean;
  discard: () => void;
}

export function useDraft(key: string, original: Draft, isSame: (draft: Draft) => boolean): Drafting {
  const [first] = useState(() => rememberedJson(key, isDraft));
  const [draft, setDraft] = useState(first ? renewed(first) : original);
  const [restored, setRestored] = useState(first !== null);
  const same = isSame(draft);
  useEffect(() => {
    const keep = () => remember(key, same ? null : JSON.stringify(draft));
    const timer = setTimeout(keep, PAUSE);
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [key, draft, same]);
  return {
    draft,
    setDraft,
    restored: restored && !same,
    discard: () => {
      setRestored(false);
      setDraft(original);
      remember(key, null);
    },
  };
}
