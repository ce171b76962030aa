/** The head of a page: its title, and to the right what acts on all of it. */
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { VISITED, visited } from "@/lib/recent";
import { useSpeech } from "@/messages";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

/** What the browser's tab says, and the palette remembers. */
export function TabTitle({ text, missing }: { text: string; missing?: boolean }) {
  const { t } = useSpeech();
  const { projectId, otherId, ...params } = useParams({ strict: false });
  const kind = VISITED.find((one) => params[`${one}Id`]);
  const id = kind && !otherId && !missing ? params[`${kind}Id`] : undefined;
  useEffect(() => {
    if (projectId && kind && id) visited(projectId, { kind, id, title: text });
  }, [projectId, kind, id, text]);
  return <title>{`${text} · ${t("app.name")}`}</title>;
}

interface PageHeadProps {
  title: string;
  /** In its place, when the title is more than text. */
  heading?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, heading, children }: PageHeadProps) {
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2">
      <TabTitle text={title} />
      <h1 className="min-w-0 flex-1 truncate text-base font-semibold">{heading ?? title}</h1>
      {children}
    </header>
  );
}

interface UnreadProps {
  title: string;
  query: { error: unknown; isPending: boolean; refetch: () => unknown };
}

/** In the place of a page whose data is not there yet, or could not be had. */
export function Unread({ title, query }: UnreadProps) {
  const late = useLater(query.isPending);
  return (
    <>
      <TabTitle text={title} missing />
      {query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : late && <Rows />}
    </>
  );
}
