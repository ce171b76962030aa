/** What a span is, as an icon in its colour. */
import {
  Bot,
  Box,
  Braces,
  CircleDot,
  Database,
  FlaskConical,
  Link2,
  ListOrdered,
  ListTree,
  type LucideIcon,
  MessageSquareText,
  ShieldCheck,
  Sparkles,
  SquareCheck,
  Wrench,
} from "lucide-react";
import { type Key, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";

const ICONS: Record<string, LucideIcon> = {
  llm: Sparkles,
  embedding: Braces,
  agent: Bot,
  chain: Link2,
  tool: Wrench,
  retriever: Database,
  reranker: ListOrdered,
  evaluator: FlaskConical,
  guardrail: ShieldCheck,
  prompt: MessageSquareText,
  task: SquareCheck,
  event: CircleDot,
  trace: ListTree,
  span: Box,
};

const known = (kind: string) => (kind in ICONS ? kind : "span");

export const kindColor = (kind: string): string => `var(--k-${known(kind)})`;

export function useKindName(): (kind: string) => string {
  const { t } = useSpeech();
  return (kind) => (kind in ICONS ? t(`kind.${kind}` as Key) : kind);
}

export function KindIcon({ kind, size = 14, className }: { kind: string; size?: number; className?: string }) {
  const Icon = ICONS[known(kind)]!;
  const name = useKindName()(kind);
  return (
    <span title={name} className={cx("inline-flex shrink-0", className)} style={{ color: kindColor(kind) }}>
      <Icon size={size} role="img" aria-label={name} />
    </span>
  );
}
