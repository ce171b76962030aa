/** Evaluators to be chosen, several at a time. */
import { useQuery } from "@tanstack/react-query";
import { type EvaluatorRow, evaluatorsToChoose } from "@/api/runs";
import type { ChosenEvaluator } from "@/lib/runs";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { Failure, Rows } from "@/ui/states";

interface PickerProps {
  projectId: string;
  chosen: readonly ChosenEvaluator[];
  onChange: (chosen: ChosenEvaluator[]) => void;
  /** Experiments that a pairwise judge may set the answers against. */
  others: readonly { id: string; name: string }[];
}

export function EvaluatorPicker({ projectId, chosen, onChange, others }: PickerProps) {
  const { t } = useSpeech();
  const query = useQuery(evaluatorsToChoose(projectId));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Rows count={2} />;
  if (query.data.length === 0) return <p className="text-fg-3">{t("run.no_evaluators")}</p>;
  const put = (one: EvaluatorRow, change: Partial<ChosenEvaluator> | null) => {
    const rest = chosen.filter((each) => each.evaluator_id !== one.id);
    const before = chosen.find((each) => each.evaluator_id === one.id) ?? { evaluator_id: one.id, version: 0, against: "" };
    onChange(change === null ? rest : [...rest, { ...before, ...change }]);
  };
  return (
    <ul className="card max-h-72 divide-y overflow-y-auto">
      {query.data.map((one) => {
        const own = chosen.find((each) => each.evaluator_id === one.id);
        const against = one.kind === "pairwise";
        return (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <label className="flex min-w-0 flex-1 items-center gap-2">
              <input type="checkbox" className="accent-accent" checked={own !== undefined} onChange={(event) => put(one, event.target.checked ? {} : null)} />
              <bdi className="truncate font-medium">{one.name}</bdi>
              <Badge>{one.about}</Badge>
            </label>
            {against && own && (
              <Select aria-label={t("run.against")} className="h-7! w-auto! max-w-56 text-xs" value={own.against} onChange={(event) => put(one, { against: event.target.value })}>
                <option value="">{t("run.against_none")}</option>
                {others.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </Select>
            )}
          </li>
        );
      })}
    </ul>
  );
}
