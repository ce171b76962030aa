import { useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

const part = encodeURIComponent;

export const tracePath = (projectId: string, traceId: string, search: Record<string, string> = {}): string => {
  const query = new URLSearchParams(search).toString();
  return `/project/${part(projectId)}/traces/${part(traceId)}${query && `?${query}`}`;
};
export const sessionPath = (projectId: string, sessionId: string): string => `/project/${part(projectId)}/sessions/${part(sessionId)}`;
export const userPath = (projectId: string, userId: string): string => `/project/${part(projectId)}/users/${part(userId)}`;

interface RowLinkProps {
  to: string;
  /** Said whole where it is cut off. */
  title?: string;
  className?: string;
  children: ReactNode;
}

/** A link in a row of a table. The router's own takes as long to draw as all else in the row. */
export function RowLink({ to, title, className, children }: RowLinkProps) {
  const { history } = useRouter();
  return (
    <a
      href={to}
      title={title}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        history.push(to);
      }}
      className={className}
    >
      {children}
    </a>
  );
}
