/** Experiments in a list, from which some are chosen to be compared. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { FlaskConical, Play, Scale, SearchX } from "lucide-react";
import { useState } from "react";
import { type ExperimentRow, experiments as askExperiments } from "@/api/datasets";
import { useRights } from "@/app/me";
import { joined } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button, buttonClass } from "@/ui/button";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { experimentKey } from "../datasets/removal";
import { Trend } from "./trend";

interface ExperimentsProps {
  projectId: string;
  asked: { dataset_id?: string; words?: string };
}

export function Experiments({ projectId, asked }: ExperimentsProps) {
  const { t, f } = useSpeech();
  const { edit } = useRights(projectId);
  const navigate = useNavigate();
  const query = useInfiniteQuery(askExperiments(projectId, asked));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => !removed.has(experimentKey(projectId, one.id)));
  if (!items) return late && <Rows />;
  if (items.length === 0) {
    return asked.words ? (
      <Empty icon={SearchX} title={t("exp.nothing")} />
    ) : (
      <Empty icon={FlaskConical} title={t("exp.none")} hint={t("exp.none_hint")}>
        {edit && <RunLink projectId={projectId} datasetId={asked.dataset_id} />}
      </Empty>
    );
  }
  const picked = items.filter((one) => chosen.includes(one.id));
  const compare = () => {
    // The list has the newest first.
    const [baseline, ...candidates] = picked.map((one) => one.id).reverse();
    void navigate({ to: "/project/$projectId/experiments/compare", params: { projectId }, search: { baseline, candidates: joined(candidates) } });
  };
  return (
    <>
      {asked.dataset_id && items.length > 1 && <Trend projectId={projectId} datasetId={asked.dataset_id} />}
      <div className="flex flex-wrap items-center gap-3 pb-2">
        <Button icon={Scale} look={picked.length > 1 ? "primary" : "plain"} disabled={picked.length < 2 || picked.length > 9} onClick={compare}>
          {t("exp.compare")}
        </Button>
        <span className="text-fg-3">{t("exp.compare_hint")}</span>
        <span className="flex-1" />
        {edit && asked.dataset_id && <RunLink projectId={projectId} datasetId={asked.dataset_id} />}
      </div>
      <ShortTable
        heads={[
          { key: t("exp.compare"), label: "", className: "w-8" },
          { key: "name", label: t("exp.name") },
          ...(!asked.dataset_id ? [{ key: "choose", label: t("data.choose"), className: "max-md:hidden" }] : []),
          { key: "attempts", label: t("exp.attempts"), right: true },
          { key: "started", label: t("exp.started"), className: "max-sm:hidden" },
        ]}
      >
        {items.map((one) => (
          <Row
            key={one.id}
            projectId={projectId}
            row={one}
            attempts={f.integer(one.items)}
            over={!asked.dataset_id}
            chosen={chosen.includes(one.id)}
            onChoose={(wish) => setChosen(wish ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
          />
        ))}
      </ShortTable>
      <More query={query} />
    </>
  );
}

function RunLink({ projectId, datasetId }: { projectId: string; datasetId: string | undefined }) {
  const { t } = useSpeech();
  return (
    <Link to="/project/$projectId/experiments/new" params={{ projectId }} search={datasetId ? { dataset: datasetId } : {}} className={buttonClass("primary")}>
      <Play size={14} aria-hidden />
      {t("run.new")}
    </Link>
  );
}

interface RowProps {
  projectId: string;
  row: ExperimentRow;
  attempts: string;
  /** Is the data set told too? */
  over: boolean;
  chosen: boolean;
  onChoose: (wish: boolean) => void;
}

function Row({ projectId, row, attempts, over, chosen, onChoose }: RowProps) {
  const { t } = useSpeech();
  return (
    <tr className="hover:bg-hover">
      <td>
        <input type="checkbox" aria-label={t("exp.choose", { name: row.name })} checked={chosen} onChange={(event) => onChoose(event.target.checked)} />
      </td>
      <td className="max-w-96">
        <Link to="/project/$projectId/experiments/$experimentId" params={{ projectId, experimentId: row.id }} dir="auto" title={row.name} className="block truncate rounded font-medium">
          {row.name}
        </Link>
        {row.run && row.run.status !== "done" && (
          <span className="text-xs text-fg-3">
            {t(`run.status_${row.run.status}`)} · {t("run.progress", { done: row.run.done, total: row.run.total })}
          </span>
        )}
      </td>
      {over && (
        <td className="max-w-72 truncate max-md:hidden">
          {row.dataset_name && (
            <Link to="/project/$projectId/datasets/$datasetId" params={{ projectId, datasetId: row.dataset_id }} className="rounded text-fg-2 hover:text-accent hover:underline">
              <bdi>{row.dataset_name}</bdi>
            </Link>
          )}
        </td>
      )}
      <td className="text-right">{attempts}</td>
      <td className="whitespace-nowrap text-fg-2 max-sm:hidden">
        <Ago at={row.started_at} />
      </td>
    </tr>
  );
}
