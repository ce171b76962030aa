/** What scores say together: of one kind its spread and course, of two how far they agree. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight, ChartColumn } from "lucide-react";
import { useId } from "react";
import { type ScoreKind, type SeenScoreKind, scoreAnalysis, scoreKinds } from "@/api/scores";
import { type CountedKind, DECISIONS, type Kind, givenBy, kindKey, kindsOf, readKind } from "@/lib/scores";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { Agreement } from "./agreement";
import { useAuthors, useKindOfScore } from "./name";
import type { ScoresPart } from "./part";
import { Summary } from "./summary";

export function Analytics(part: ScoresPart) {
  const { projectId, range } = part;
  const seen = useQuery(scoreKinds(projectId, range));
  const late = useLater(seen.isPending);
  if (seen.error) return <Failure error={seen.error} retry={() => void seen.refetch()} />;
  if (!seen.data) return late && <Rows count={6} />;
  return <Chosen {...part} seen={seen.data} />;
}

function asked(kind: Kind | null | undefined): ScoreKind | null {
  if (!kind) return null;
  const decided = kind.author === DECISIONS;
  return { name: kind.name, data_type: kind.data_type, source: kind.source, author_id: decided ? "" : kind.author, adjudicated: decided || (kind.author ? false : null) };
}

function Chosen({ projectId, search, range, set, seen }: ScoresPart & { seen: readonly SeenScoreKind[] }) {
  const { t, f } = useSpeech();
  const kinds = kindsOf(seen);
  const first = readKind(search.one) ?? kinds[0];
  const second = readKind(search.other);
  const query = useQuery({
    ...scoreAnalysis(projectId, {
      first: asked(first) ?? { name: "-", data_type: "numeric" },
      second: asked(second),
      start: range.start,
      end: range.end,
      by: search.by ?? "target",
      timezone: f.zone,
    }),
    enabled: first !== undefined,
  });
  const late = useLater(query.isPending);
  if (!first) {
    return (
      <Empty icon={ChartColumn} title={t("agree.none")} hint={t("agree.none_hint")}>
        {range.search.range !== "30d" && <Button onClick={() => set({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>}
      </Empty>
    );
  }
  const zoom = (start: number, end: number) => set({ range: undefined, start: Math.round(start), end: Math.round(end) });
  const data = query.data;
  // What stands here while other kinds are asked for belongs to the old ones.
  const told = data && (data.summaries.length === (second ? 2 : 1) || !query.isPlaceholderData) ? data : undefined;
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col gap-4 px-4 pt-3 pb-10">
      <div className="flex flex-wrap items-end gap-3">
        <Chooser projectId={projectId} label={t("agree.first")} kinds={kinds} value={first} onChange={(one) => set({ one })} />
        {second && <IconButton icon={ArrowLeftRight} label={t("agree.swap")} className="max-sm:hidden" onClick={() => set({ one: kindKey(second), other: kindKey(first) })} />}
        <Chooser projectId={projectId} label={t("agree.second")} kinds={kinds} value={second} none={t("agree.alone")} onChange={(other) => set({ other: other || undefined })} />
        {second && (
          <Switcher
            label={t("agree.by")}
            options={[
              { key: "target", label: t("agree.by_target") },
              { key: "trace", label: t("agree.by_trace") },
            ]}
            value={search.by ?? "target"}
            onChange={(by) => set({ by: by === "trace" ? by : undefined })}
          />
        )}
      </div>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !told ? (
        late && <Rows count={6} />
      ) : (
        <div className={cx("flex flex-col gap-4", query.isPlaceholderData && "opacity-60")}>
          {second && told.agreement && <Agreement projectId={projectId} range={range} first={first} second={second} found={told.agreement} by={search.by ?? "target"} onByTrace={() => set({ by: "trace" })} />}
          <div className={cx("grid gap-4", second && "xl:grid-cols-2")}>
            <Summary projectId={projectId} range={range} kind={first} found={told.summaries[0]!} color="--series-1" onZoom={zoom} />
            {second && told.summaries[1] && <Summary projectId={projectId} range={range} kind={second} found={told.summaries[1]} color="--series-3" onZoom={zoom} />}
          </div>
        </div>
      )}
    </div>
  );
}

interface ChooserProps {
  projectId: string;
  label: string;
  kinds: readonly CountedKind[];
  value: Kind | null;
  /** What is said where none is chosen. */
  none?: string;
  onChange: (key: string) => void;
}

function Chooser({ projectId, label, kinds, value, none, onChange }: ChooserProps) {
  const { t, f } = useSpeech();
  const id = useId();
  const nameOf = useKindOfScore(projectId);
  const authors = useAuthors(projectId);
  // Whose they are is chosen beside.
  const kind = value?.author ? givenBy(value, "") : value;
  const key = kind ? kindKey(kind) : "";
  const known = kinds.some((one) => kindKey(one) === key);
  const byPeople = kind !== null && (kind.source === "" || kind.source === "annotation");
  return (
    <div className="flex min-w-0 flex-col gap-1 max-sm:w-full">
      <label htmlFor={id} className="text-xs font-medium text-fg-2">{label}</label>
      <div className="flex min-w-0 gap-1.5">
        <Select id={id} value={key} onChange={(event) => onChange(event.target.value)} className="w-72! max-w-full min-w-0 max-sm:flex-1">
          {none !== undefined && <option value="">{none}</option>}
          {kind && !known && <option value={key}>{nameOf(kind)}</option>}
          {kinds.map((one) => (
            <option key={kindKey(one)} value={kindKey(one)}>
              {`${nameOf(one)} · ${f.compact(one.count)}`}
            </option>
          ))}
        </Select>
        {byPeople && (
          <Select
            aria-label={`${label}: ${t("agree.given_by")}`}
            title={t("agree.given_by")}
            value={value?.author ?? ""}
            onChange={(event) => onChange(kindKey(givenBy(kind, event.target.value)))}
            className="w-36!"
          >
            <option value="">{t("agree.anybody")}</option>
            <option value={DECISIONS}>{t("agree.decisions")}</option>
            {authors.map((one) => (
              <option key={one.user_id} value={one.user_id}>
                {one.name || one.email}
              </option>
            ))}
          </Select>
        )}
      </div>
    </div>
  );
}
