/** A link to a page of the project; its text alone where the project is not open to the reader. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isShared } from "@/lib/share";

interface TraceLinkProps {
  projectId: string;
  traceId: string;
  spanId?: string;
  className?: string;
  /** Is there nothing without the link? */
  only?: boolean;
  children: ReactNode;
}

export function TraceLink({ projectId, traceId, spanId, className, only, children }: TraceLinkProps) {
  if (isShared(projectId)) return only ? null : <span className="shrink-0 font-medium">{children}</span>;
  return (
    <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId }} search={spanId === undefined ? {} : { span: spanId }} className={className}>
      {children}
    </Link>
  );
}

export function UserLink({ projectId, userId, className, children }: { projectId: string; userId: string; className?: string; children: ReactNode }) {
  if (isShared(projectId)) return <span className="inline-flex items-center gap-1">{children}</span>;
  return (
    <Link to="/project/$projectId/users/$userId" params={{ projectId, userId }} className={className}>
      {children}
    </Link>
  );
}

/** A link to the version of a prompt that a call was made with. */
export function PromptLink({ projectId, name, version, children }: { projectId: string; name: string; version: number; children: ReactNode }) {
  if (isShared(projectId)) return <>{children}</>;
  return (
    <Link to="/project/$projectId/prompts/$name" params={{ projectId, name }} search={version ? { version } : {}} className="rounded text-accent hover:underline">
      {children}
    </Link>
  );
}
