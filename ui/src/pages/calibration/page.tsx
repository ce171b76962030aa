/** What a judge's scores are worth, by what people said of the same things. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { useCallback } from "react";
import { type CalibrationCard, type CardAsked, calibration } from "@/api/annotation";
import { scoreKinds } from "@/api/scores";
import { PageHead } from "@/app/page";
import type { CalibrationSearch } from "@/lib/annotation";
import { useSpeech } from "@/messages";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Field, Input, Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Card } from "./card";

const route = getRouteApi("/inside/project/$projectId/calibration");

export function CalibrationPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useRange(projectId, search);
  const set = useCallback(
    (change: Partial<CalibrationSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const kinds = useQuery(scoreKinds(projectId, range));
  const late = useLater(kinds.isPending);
  const judges = [...new Set(kinds.data?.filter((one) => one.source === "evaluator" && one.data_type !== "text").map((one) => one.name))];
  const judge = search.judge ?? judges[0];
  return (
    <>
      <PageHead title={t("nav.calibration")}>
        <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-10">
        {kinds.error ? (
          <Failure error={kinds.error} retry={() => void kinds.refetch()} />
        ) : !kinds.data ? (
          late && <Rows />
        ) : !judge ? (
          <Empty icon={Scale} title={t("calib.none")} hint={t("calib.none_hint")}>
            {range.search.range !== "30d" && <Button onClick={() => set({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>}
          </Empty>
        ) : (
          <Judge
            projectId={projectId}
            asked={{
              judge,
              people: search.people ?? "",
              version: search.version ?? "",
              start: range.start,
              end: range.end,
              threshold: search.threshold ?? null,
              positive: search.positive ?? "",
              basis: search.basis ?? "auto",
            }}
            judges={judges.includes(judge) ? judges : [judge, ...judges]}
            names={[...new Set(kinds.data.filter((one) => one.source === "annotation").map((one) => one.name))]}
            set={set}
          />
        )}
      </div>
    </>
  );
}

interface JudgeProps {
  projectId: string;
  asked: CardAsked;
  judges: readonly string[];
  /** Scores that people gave. */
  names: readonly string[];
  set: (change: Partial<CalibrationSearch>) => void;
}

function Judge({ projectId, asked, judges, names, set }: JudgeProps) {
  const { t } = useSpeech();
  const query = useQuery({ ...calibration(projectId, asked), placeholderData: keepPreviousData });
  const late = useLater(query.isPending);
  const card = query.data;
  const choices = [...new Set([asked.judge, ...(asked.people ? [asked.people] : []), ...names])];
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <p className="text-fg-2">{t("calib.lead")}</p>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field label={t("calib.judge")}>
          {(ids) => (
            <Select {...ids} value={asked.judge} onChange={(event) => set({ judge: event.target.value, version: undefined, people: undefined, positive: undefined, threshold: undefined })}>
              {judges.map((one) => <option key={one} value={one}>{one}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t("calib.people_name")}>
          {(ids) => (
            <Select {...ids} value={asked.people || asked.judge} onChange={(event) => set({ people: event.target.value === asked.judge ? undefined : event.target.value })}>
              {choices.map((one) => <option key={one} value={one}>{one}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t("calib.basis")}>
          {(ids) => (
            <Select {...ids} value={asked.basis} onChange={(event) => set({ basis: event.target.value === "auto" ? undefined : (event.target.value as "random" | "all") })}>
              <option value="auto">{t("calib.basis_auto")}</option>
              <option value="random">{t("calib.basis_random")}</option>
              <option value="all">{t("calib.basis_all")}</option>
            </Select>
          )}
        </Field>
        {card && <Versions card={card} asked={asked} set={set} />}
        {card && <Yes card={card} asked={asked} set={set} />}
      </div>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !card ? (
        late && <Rows />
      ) : (
        <div className={cx(query.isPlaceholderData && "opacity-60")}>
          <Card projectId={projectId} card={card} asked={asked} />
        </div>
      )}
    </div>
  );
}

type Part = { card: CalibrationCard } & Pick<JudgeProps, "asked" | "set">;

function Versions({ card, asked, set }: Part) {
  const { t } = useSpeech();
  if (card.versions.length < 2) return null;
  return (
    <Field label={t("calib.version")}>
      {(ids) => (
        <Select {...ids} value={asked.version} onChange={(event) => set({ version: event.target.value || undefined })}>
          <option value="">{t("calib.newest")}</option>
          {card.versions.map((one) => (
            <option key={one.key} value={one.key} disabled={one.key === ""}>{one.key || t("calib.no_version")}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** What makes a number or a category a yes. */
function Yes({ card, asked, set }: Part) {
  const { t } = useSpeech();
  if (card.data_type === "numeric") {
    return (
      <Field label={t("calib.threshold")}>
        {(ids) => (
          <Input
            {...ids}
            type="number"
            step="any"
            defaultValue={asked.threshold ?? ""}
            placeholder={card.people_type === "boolean" ? "0.5" : ""}
            onChange={(event) => set({ threshold: event.target.value === "" || !Number.isFinite(Number(event.target.value)) ? undefined : Number(event.target.value) })}
          />
        )}
      </Field>
    );
  }
  if (card.data_type !== "categorical") return null;
  const labels = [...new Set([...(asked.positive ? [asked.positive] : []), ...card.of_labels.map((one) => one.label)])];
  return (
    <Field label={t("calib.positive")}>
      {(ids) => (
        <Select {...ids} value={asked.positive} onChange={(event) => set({ positive: event.target.value || undefined })}>
          <option value="">{t("calib.no_positive")}</option>
          {labels.map((one) => <option key={one} value={one}>{one}</option>)}
        </Select>
      )}
    </Field>
  );
}
