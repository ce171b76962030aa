/** How kinds of evaluators are drawn. */
import { Code, Gavel, type LucideIcon, Ruler, Scale, UsersRound } from "lucide-react";
import type { Kind } from "@/lib/evaluators";

export const ICONS: Record<Kind, LucideIcon> = { judge: Gavel, metric: Ruler, code: Code, pairwise: Scale, panel: UsersRound };

/** By what lists know evaluators that are being deleted. */
export const removalKey = (projectId: string, id: string): string => `evaluator ${projectId} ${id}`;
