/** The calibration card of one judge. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ClipboardPlus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type CalibrationCard, type CardAsked, addNext, refreshQueues } from "@/api/annotation";
import { useRights } from "@/app/me";
import { depths } from "@/lib/scores";
import { useSpeech } from "@/messages";
import { EstimateFact, Interval } from "@/parts/estimate";
import { Missing } from "@/parts/figures";
import { type Queues, QueueDialog } from "@/parts/queue-dialog";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { DialogForm } from "@/ui/dialog-form";
import { cx } from "@/ui/cx";
import { Field, Select } from "@/ui/field";
import { Empty, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

interface CardProps {
  projectId: string;
  card: CalibrationCard;
  asked: CardAsked;
}

const Section = ({ title, className, children }: { title: string; className?: string; children: ReactNode }) => (
  <section aria-label={title} className={cx("card min-w-0 px-3.5 pt-3 pb-3.5", className)}>
    <h2 className="mb-2 font-medium">{title}</h2>
    {children}
  </section>
);

export function Card({ projectId, card, asked }: CardProps) {
  const { t, f } = useSpeech();
  const { annotate } = useRights(projectId);
  const [more, setMore] = useState(false);
  const labelled = card.labelled.used > 0;
  const number = (value: number) => f.decimal(value, 3);
  const add = annotate && card.judged > 0 && (
    <Button look={labelled ? "plain" : "primary"} icon={ClipboardPlus} onClick={() => setMore(true)}>
      {t("calib.next")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <Section title={card.judge}>
        <Means card={card} />
      </Section>
      {labelled ? (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-4">
            {card.confusion && (
              <Section title={t("calib.confusion")}>
                <Matrix card={card} />
              </Section>
            )}
            <Section title={t("calib.labels")}>
              <Counts card={card} />
              {add && <div className="mt-3">{add}</div>}
            </Section>
          </div>
          {card.rates && (
            <Section title={t("calib.rates")}>
              <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
                <EstimateFact title={t("calib.tpr")} hint={t("calib.tpr_hint")} found={card.rates.tpr} format={f.percent} missing={t("calib.no_labels")} />
                <EstimateFact title={t("calib.tnr")} hint={t("calib.tnr_hint")} found={card.rates.tnr} format={f.percent} missing={t("calib.no_labels")} />
                <EstimateFact title={t("calib.precision")} hint={t("calib.precision_hint")} found={card.rates.precision} format={f.percent} missing={t("calib.no_labels")} />
                <EstimateFact title={t("calib.accuracy")} hint={t("calib.accuracy_hint")} found={card.rates.accuracy} format={f.percent} missing={t("calib.no_labels")} />
                <EstimateFact title={t("calib.kappa")} hint={t("calib.kappa_hint")} found={card.rates.kappa} format={number} />
                {card.people_alpha && <EstimateFact title={t("calib.ceiling")} hint={t("calib.ceiling_hint")} found={card.people_alpha} format={number} />}
              </dl>
            </Section>
          )}
          {card.distances && (
            <Section title={t("calib.rates")}>
              <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
                <EstimateFact title={t("calib.error")} hint={t("calib.error_hint")} found={card.distances.error} format={number} />
                <EstimateFact title={t("calib.bias")} hint={t("calib.bias_hint")} found={card.distances.bias} format={(value) => `${value > 0 ? "+" : ""}${number(value)}`} />
                <EstimateFact title={t("agree.pearson")} hint={t("agree.pearson_hint")} found={card.distances.pearson} format={number} />
                <EstimateFact title={t("agree.spearman")} hint={t("agree.spearman_hint")} found={card.distances.spearman} format={number} />
                {!card.rates && card.people_alpha && <EstimateFact title={t("calib.ceiling")} hint={t("calib.ceiling_hint")} found={card.people_alpha} format={number} />}
              </dl>
            </Section>
          )}
          {card.of_labels.length > 0 && (
            <>
              <Labels card={card} />
              <LabelRates card={card} />
            </>
          )}
        </div>
      ) : (
        <Section title={t("calib.labels")}>
          <Empty title={t("calib.no_labels")} hint={t("calib.no_labels_hint")} className="py-6!">
            {add}
          </Empty>
          <Counts card={card} />
        </Section>
      )}
      {more && <LabelMore projectId={projectId} asked={asked} onClose={() => setMore(false)} />}
    </div>
  );
}

/** The judge's own figure, and beside it what the labels make of it. */
function Means({ card }: { card: CalibrationCard }) {
  const { t, f } = useSpeech();
  const binary = card.confusion !== null || card.data_type === "boolean" || card.corrected !== null;
  const format = binary ? f.percent : (value: number) => f.decimal(value, 3);
  const { corrected, powered } = card;
  return (
    <>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        {(card.raw || card.data_type !== "categorical") && <EstimateFact title={t("calib.raw")} hint={`${t("calib.raw_hint")} ${card.weighted ? t("calib.weighted") : ""}`} found={card.raw} format={format} missing={t("calib.judged", { n: card.judged })} />}
        {corrected && (
          <EstimateFact
            title={t("calib.corrected")}
            hint={t("calib.corrected_hint", { n: card.labelled.used })}
            found={corrected.rate}
            format={format}
            missing={`${t("calib.unknown")}. ${t("calib.unknown_hint")}`}
          />
        )}
        {powered && <EstimateFact title={t("calib.powered")} hint={t("calib.powered_hint", { trust: f.percent(powered.trust) })} found={powered.mean} format={format} />}
        {card.same && <EstimateFact title={t("agree.same")} hint={t("calib.accuracy_hint")} found={card.same} format={f.percent} />}
        {card.kappa && <EstimateFact title={t("calib.kappa")} hint={t("calib.kappa_hint")} found={card.kappa} format={(value) => f.decimal(value, 3)} />}
      </dl>
      {corrected?.rate && corrected.shaky && <p className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">{t("calib.shaky")}</p>}
    </>
  );
}

function Matrix({ card }: { card: CalibrationCard }) {
  const { t, f } = useSpeech();
  const { hits, false_alarms, misses, rejections } = card.confusion!;
  const rows = [
    { name: t("calib.people_yes"), counts: [hits, misses] },
    { name: t("calib.people_no"), counts: [false_alarms, rejections] },
  ];
  const depth = depths(rows.map((row) => row.counts));
  return (
    <table className="w-full table-fixed border-separate border-spacing-0.5">
      <thead>
        <tr className="text-xs text-fg-2 [&>th]:pb-1 [&>th]:font-normal">
          <th className="w-28"><span className="sr-only">{t("calib.people")}</span></th>
          <th scope="col">{t("calib.judge_yes")}</th>
          <th scope="col">{t("calib.judge_no")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={row.name}>
            <th scope="row" className="pr-2 text-right text-xs font-normal text-fg-2">{row.name}</th>
            {row.counts.map((count, column) => (
              <td
                key={column}
                className={`h-12 rounded-sm text-center ${at === column ? "font-semibold outline outline-line-strong" : ""}`}
                style={{ background: depth[at]![column] ? `color-mix(in srgb, var(--series-1) ${depth[at]![column]}%, var(--bg))` : "var(--bg-sunken)" }}
              >
                {f.integer(count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Labels({ card }: { card: CalibrationCard }) {
  const { t, f } = useSpeech();
  const names = card.of_labels.map((one) => one.label);
  const count = new Map(card.cells.map((one) => [`${one.people}\n${one.judge}`, one.count]));
  const counts = names.map((people) => names.map((judge) => count.get(`${people}\n${judge}`) ?? 0));
  const depth = depths(counts);
  return (
    <Section title={t("calib.confusion")}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled sideways by keys too */}
      <div role="group" aria-label={t("calib.confusion")} tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
        <table className="w-full table-fixed border-separate border-spacing-0.5 text-xs" style={{ minWidth: `${6 + names.length * 4.25}rem` }}>
          <thead>
            <tr className="text-fg-2 [&>th]:truncate [&>th]:pb-1 [&>th]:font-normal">
              <th className="w-24">{`${t("calib.people")} \\ ${t("calib.judge")}`}</th>
              {names.map((name) => <th key={name} scope="col" title={name}>{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {names.map((people, at) => (
              <tr key={people}>
                <th scope="row" title={people} className="truncate pr-1.5 text-right font-normal text-fg-2">{people}</th>
                {names.map((judge, column) => (
                  <td
                    key={judge}
                    className={`h-8 rounded-sm text-center ${at === column ? "font-semibold outline outline-line-strong" : ""}`}
                    style={{ background: depth[at]![column] ? `color-mix(in srgb, var(--series-1) ${depth[at]![column]}%, var(--bg))` : "var(--bg-sunken)" }}
                  >
                    {counts[at]![column] ? f.integer(counts[at]![column]!) : ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function LabelRates({ card }: { card: CalibrationCard }) {
  const { t, f } = useSpeech();
  return (
    <Section title={t("calib.rates")} className="lg:col-span-2">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled sideways by keys too */}
      <div role="group" aria-label={t("calib.rates")} tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
        <table className="w-full">
          <thead>
            <tr className="border-b text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:pr-4 [&>th]:font-medium">
              <th scope="col">{t("scores.label")}</th>
              <th scope="col">{t("calib.recall")}</th>
              <th scope="col">{t("calib.precision_hint")}</th>
              <th scope="col">{t("calib.raw")}</th>
              <th scope="col">{t("calib.corrected")}</th>
              <th scope="col">{t("calib.powered")}</th>
            </tr>
          </thead>
          <tbody className="[&_td]:h-9 [&_td]:pr-4 [&_td]:whitespace-nowrap">
            {card.of_labels.map((one) => (
              <tr key={one.label} className="border-b last:border-0">
                <td className="max-w-40 truncate"><bdi>{one.label}</bdi></td>
                {[one.recall, one.precision, one.raw, one.corrected, one.powered].map((found, at) => (
                  <td key={at}>{found ? <><span className="font-medium">{f.percent(found.value)}</span> <Interval found={found} format={f.percent} /></> : <Missing />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Counts({ card: { labelled, judged } }: { card: CalibrationCard }) {
  const { t } = useSpeech();
  const byHand = labelled.basis === "all" && labelled.by_hand > labelled.random;
  return (
    <>
      <p className="flex flex-wrap gap-1.5">
        <Badge>{t("calib.judged", { n: judged })}</Badge>
        <Badge tone="accent">{t("calib.used", { n: labelled.used })}</Badge>
        <Badge>{t("calib.random", { n: labelled.random })}</Badge>
        <Badge>{t("calib.by_hand", { n: labelled.by_hand })}</Badge>
        {labelled.telling > 0 && <Badge>{t("calib.telling", { n: labelled.telling })}</Badge>}
        {labelled.undecided > 0 && <Badge>{t("calib.undecided", { n: labelled.undecided })}</Badge>}
        {labelled.waiting > 0 && <Badge>{t("calib.waiting", { n: labelled.waiting })}</Badge>}
      </p>
      {byHand && <p className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">{t("calib.hand_warning")}</p>}
    </>
  );
}

const COUNTS = [10, 20, 30, 50, 100, 200];
const PARTS = [0.3, 0.5, 0.7, 1];

function LabelMore({ projectId, asked, onClose }: Pick<CardProps, "projectId" | "asked"> & { onClose: () => void }) {
  return (
    <QueueDialog projectId={projectId} title="calib.next" lead="calib.next_lead" onClose={onClose}>
      {(queues) => <LabelForm projectId={projectId} asked={asked} onClose={onClose} queues={queues} />}
    </QueueDialog>
  );
}

interface LabelFormProps extends Pick<CardProps, "projectId" | "asked"> {
  queues: Queues;
  onClose: () => void;
}

function LabelForm({ projectId, asked, queues: all, onClose }: LabelFormProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const [queueId, setQueueId] = useState(all[0]!.id);
  const [count, setCount] = useState(30);
  const [part, setPart] = useState(0.5);
  const add = useMutation({
    mutationFn: () => addNext(projectId, queueId, { ...asked, count, random_share: part }),
    onSuccess: async ({ added, known }) => {
      toast(known ? `${t("queue.added", { n: added })} · ${t("queue.known", { n: known })}` : t("queue.added", { n: added }));
      onClose();
      await Promise.all([refreshQueues(client, projectId), client.invalidateQueries({ queryKey: [projectId, "calibration"] })]);
    },
  });
  return (
    <DialogForm onSubmit={() => add.mutate()} onCancel={onClose} send={t("calib.add")} disabled={add.isPending}>
      <Field label={t("queue.choose")} error={add.error && text(add.error)}>
        {(ids) => (
          <Select {...ids} value={queueId} onChange={(event) => setQueueId(event.target.value)}>
            {all.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </Select>
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t("calib.how_many")}>
          {(ids) => (
            <Select {...ids} value={count} onChange={(event) => setCount(Number(event.target.value))}>
              {COUNTS.map((one) => <option key={one} value={one}>{f.integer(one)}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t("calib.random_part")}>
          {(ids) => (
            <Select {...ids} value={part} onChange={(event) => setPart(Number(event.target.value))}>
              {PARTS.map((one) => <option key={one} value={one}>{f.percent(one, 0)}</option>)}
            </Select>
          )}
        </Field>
      </div>
    </DialogForm>
  );
}
