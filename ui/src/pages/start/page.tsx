/** From nothing to the first trace. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { CircleCheck, KeyRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import * as ask from "@/api/queries";
import type { CreatedApiKey, Onboarding } from "@/api/types";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { NewKey } from "@/parts/new-key";
import { Button, buttonClass } from "@/ui/button";
import { CodeBlock, CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Failure, Skeleton } from "@/ui/states";
import { type Connection, SNIPPETS } from "./snippets";

const route = getRouteApi("/inside/project/$projectId/start");
const AGAIN = 2000;

export function StartPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const query = useQuery({
    ...ask.onboarding(projectId),
    refetchInterval: ({ state }) => (state.data?.has_traces ? false : AGAIN),
  });
  const late = useLater(query.isPending);
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const [making, setMaking] = useState(false);
  const { data } = query;
  return (
    <>
      <PageHead title={t("start.title")} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-12">
        <p className="-mt-1 mb-4 text-fg-2">{t("start.lead")}</p>
        {!data && query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !data ? (
          late && <Skeleton className="h-64 max-w-3xl" />
        ) : (
          <div className="flex max-w-3xl flex-col gap-6">
            <State projectId={projectId} onboarding={data} />
            <Steps projectId={projectId} onboarding={data} made={made} onMake={() => setMaking(true)} />
          </div>
        )}
      </div>
      {making && <NewKey projectId={projectId} onClose={() => setMaking(false)} onMade={setMade} />}
    </>
  );
}

function State({ projectId, onboarding }: { projectId: string; onboarding: Onboarding }) {
  const { t } = useSpeech();
  // Had it traces when the page was opened, or did the first one arrive just now?
  const [early] = useState(onboarding.has_traces);
  if (!onboarding.has_traces) {
    return (
      <div role="status" className="card flex items-center gap-3 bg-side px-4 py-3">
        <span aria-hidden className="relative flex size-2.5">
          <span className="absolute inset-0 animate-[breathe_1.6s_ease-in-out_infinite] rounded-full bg-accent" />
        </span>
        <div>
          <p className="font-medium">{t("start.waiting")}</p>
          <p className="text-xs text-fg-2">{t("start.waiting_hint")}</p>
        </div>
      </div>
    );
  }
  return (
    <div role="status" className="card flex flex-wrap items-center gap-3 border-transparent bg-ok-soft px-4 py-3">
      <CircleCheck size={18} aria-hidden className="text-ok" />
      <p className="min-w-0 flex-1 font-medium text-ok">{t(early ? "start.has" : "start.arrived")}</p>
      {onboarding.last_trace_id && !early ? (
        <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: onboarding.last_trace_id }} className={buttonClass("primary")}>
          {t("start.open")}
        </Link>
      ) : (
        <Link to="/project/$projectId" params={{ projectId }} className={buttonClass("plain")}>
          {t("start.to_home")}
        </Link>
      )}
    </div>
  );
}

interface StepsProps {
  projectId: string;
  onboarding: Onboarding;
  made: CreatedApiKey | null;
  onMake: () => void;
}

function Steps({ projectId, onboarding, made, onMake }: StepsProps) {
  const { t } = useSpeech();
  const { manage } = useRights(projectId);
  const [chosen, setChosen] = useState(remembered("sdk") ?? SNIPPETS[0]!.id);
  const snippet = SNIPPETS.find((one) => one.id === chosen) ?? SNIPPETS[0]!;
  const connection: Connection = {
    base: onboarding.base_url || window.location.origin,
    publicKey: made?.key.public_key ?? (onboarding.public_key || t("start.no_key")),
    secretKey: made?.secret_key ?? t("start.secret_here"),
    secretKnown: made !== null,
  };
  const choose = (id: string) => {
    remember("sdk", id);
    setChosen(id);
  };
  return (
    <ol className="flex flex-col gap-6">
      <Step number={1} title={t("start.step_key")} text={t("start.step_key_text")}>
        <dl className="card divide-y divide-line">
          <Row name={t("start.base_url")} value={connection.base} />
          <Row name={t("start.public_key")} value={connection.publicKey} copies={made !== null || onboarding.public_key !== ""} />
        </dl>
        {manage && (
          <Button icon={KeyRound} onClick={onMake} className="mt-2">
            {t("start.make_key")}
          </Button>
        )}
      </Step>
      <Step number={2} title={t("start.step_sdk")}>
        <div role="tablist" aria-label={t("start.step_sdk")} className="mb-3 flex flex-wrap gap-1.5">
          {SNIPPETS.map((one) => (
            <button
              key={one.id}
              type="button"
              role="tab"
              id={`sdk-${one.id}`}
              aria-selected={one.id === snippet.id}
              aria-controls="sdk-panel"
              onClick={() => choose(one.id)}
              className={cx(
                "h-8 rounded-md border px-2.5",
                one.id === snippet.id ? "border-accent bg-accent-soft font-medium text-accent" : "border-line-strong text-fg-2 hover:bg-hover hover:text-fg",
              )}
            >
              {one.name}
            </button>
          ))}
        </div>
        <div id="sdk-panel" role="tabpanel" aria-labelledby={`sdk-${snippet.id}`} className="flex flex-col gap-2">
          <CodeBlock code={snippet.install} />
          <CodeBlock code={snippet.environment(connection)} />
          <CodeBlock code={snippet.code.trimEnd()} />
        </div>
      </Step>
      <Step number={3} title={t("start.step_send")} text={t("start.step_send_text")} />
    </ol>
  );
}

function Step({ number, title, text, children }: { number: number; title: string; text?: string; children?: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span aria-hidden className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent">
        {number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="text-base font-medium">{title}</h2>
        {text && <p className="text-fg-2">{text}</p>}
        <div className="mt-2.5">{children}</div>
      </div>
    </li>
  );
}

function Row({ name, value, copies = true }: { name: string; value: string; copies?: boolean }) {
  return (
    <div className="flex min-h-10 items-center gap-3 px-3">
      <dt className="w-24 shrink-0 text-xs text-fg-2">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-3 font-mono text-xs">
        <span className="min-w-0 flex-1 truncate">{value}</span>
        {copies && <CopyButton text={value} />}
      </dd>
    </div>
  );
}
