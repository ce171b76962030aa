/** Pieces of the text on a page that comments are about: selected, found again, and painted. Elements that
 * show an input or an output say so by `data-side`. */
import { type RefObject, createContext, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Anchor, Comment } from "@/api/types";
import { SIDES, type Side, anchorOf, locate } from "@/lib/anchor";

/** Is nothing to be folded, so that what is commented on can be found? */
export const Unfolded = createContext(false);

const PAINT = "comment";
const NOW = "comment-now";
const LIT = 2_000;

function textNodes(root: Element, side: Side): Text[] {
  const found: Text[] = [];
  for (const element of root.querySelectorAll(`[data-side="${side}"]`)) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode as Text);
  }
  return found;
}

function rangeOf(nodes: readonly Text[], [start, end]: [number, number]): Range {
  const range = new Range();
  let at = 0;
  for (const node of nodes) {
    const next = at + node.data.length;
    if (start >= at && start < next) range.setStart(node, start - at);
    if (end > at && end <= next) range.setEnd(node, end - at);
    at = next;
  }
  return range;
}

function selected(root: Element, hash: (side: Side) => string): Selected | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = range.startContainer;
  const element = (from instanceof Element ? from : from.parentElement)?.closest<HTMLElement>("[data-side]");
  if (!element || !root.contains(element)) return null;
  const side = element.dataset.side as Side;
  let [at, start, end] = [0, -1, -1];
  const nodes = textNodes(root, side);
  for (const node of nodes) {
    if (range.intersectsNode(node)) {
      if (start < 0) start = at + (node === range.startContainer ? range.startOffset : 0);
      end = at + (node === range.endContainer ? range.endOffset : node.data.length);
    }
    at += node.data.length;
  }
  const anchor = start < 0 ? null : anchorOf(side, nodes.map((node) => node.data).join(""), start, end, hash(side));
  if (!anchor) return null;
  const box = range.getBoundingClientRect();
  return { anchor, left: box.right, top: box.bottom };
}

export interface Selected {
  anchor: Anchor;
  /** Where the selection ends, in the window. */
  left: number;
  top: number;
}

/** The piece of text that is selected, once the hand rests. */
export function useSelected(root: RefObject<HTMLElement | null>, hash: (side: Side) => string): Selected | null {
  const [found, setFound] = useState<Selected | null>(null);
  const look = useEffectEvent(() => setFound(root.current && selected(root.current, hash)));
  useEffect(() => {
    let timer = 0;
    const later = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, 200);
    };
    document.addEventListener("selectionchange", later);
    document.addEventListener("scroll", later, { capture: true, passive: true });
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("selectionchange", later);
      document.removeEventListener("scroll", later, { capture: true });
    };
  }, []);
  return found;
}

interface Focus {
  id: string;
}

/** Paints what the comments are about, as the page comes and goes; leads to the one in focus, once it is there. */
export function usePainted(root: RefObject<HTMLElement | null>, comments: readonly Comment[], focus: Focus | null, onPick: (id: string) => void): void {
  const places = useRef(new Map<string, Range>());
  const led = useRef<Focus | null>(null);
  const paint = useEffectEvent(() => {
    const element = root.current;
    places.current = new Map();
    for (const side of element ? SIDES : []) {
      const mine = comments.filter((one) => one.anchor?.side === side);
      if (!mine.length) continue;
      const nodes = textNodes(element!, side);
      const text = nodes.map((node) => node.data).join("");
      for (const one of mine) {
        const place = locate(text, one.anchor!);
        if (place) places.current.set(one.id, rangeOf(nodes, place));
      }
    }
    CSS.highlights.set(PAINT, new Highlight(...places.current.values()));
    const wanted = focus && focus !== led.current ? places.current.get(focus.id) : undefined;
    if (!wanted) return;
    led.current = focus;
    wanted.startContainer.parentElement?.scrollIntoView({ block: "center" });
    CSS.highlights.set(NOW, new Highlight(wanted));
    setTimeout(() => CSS.highlights.delete(NOW), LIT);
  });
  const pick = useEffectEvent((event: MouseEvent) => {
    if (!window.getSelection()?.isCollapsed) return;
    for (const [id, range] of places.current) {
      const hit = [...range.getClientRects()].some((box) => event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom);
      if (hit) return onPick(id);
    }
  });
  const any = comments.some((one) => one.anchor);
  useEffect(() => {
    const element = root.current;
    if (!element || !any || !("highlights" in CSS)) return undefined;
    let frame = 0;
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(paint);
    };
    const observer = new MutationObserver(later);
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    element.addEventListener("click", pick);
    later();
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      element.removeEventListener("click", pick);
      CSS.highlights.delete(PAINT);
      CSS.highlights.delete(NOW);
    };
  }, [root, any, comments, focus]);
}
