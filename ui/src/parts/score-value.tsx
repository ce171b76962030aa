/** The control for a value, as the config has it: a number within bounds, one of some choices, or text. */
import { useId } from "react";
import type { ScoreConfig } from "@/api/scores";
import { stepOf } from "@/lib/scores";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Field, Input } from "@/ui/field";

export type ScoreValue = number | boolean | string;
export type Asked = Pick<ScoreConfig, "data_type" | "min_value" | "max_value" | "categories">;

interface ControlProps {
  /** Does it stand where many do, below its name? */
  bare?: boolean;
  asked: Asked;
  value: ScoreValue | undefined;
  onChange: (value: ScoreValue | undefined) => void;
}

export interface Choice {
  value: ScoreValue;
  label: string;
}

/** What can be chosen; null where the value is written. */
export function useChoices(asked: Asked | undefined): readonly Choice[] | null {
  const { t } = useSpeech();
  if (asked?.data_type === "boolean") {
    return [
      { value: true, label: t("score.true") },
      { value: false, label: t("score.false") },
    ];
  }
  return asked?.data_type === "categorical" && asked.categories.length > 0 ? asked.categories.map(({ label }) => ({ value: label, label })) : null;
}

/** May this value be given? */
export function fits(asked: Asked, value: ScoreValue | undefined): boolean {
  if (value === undefined) return false;
  if (asked.data_type !== "numeric") return typeof value !== "string" || value.trim() !== "";
  return Number(value) >= (asked.min_value ?? -Infinity) && Number(value) <= (asked.max_value ?? Infinity);
}

export function ScoreControl({ bare, asked, value, onChange }: ControlProps) {
  const choices = useChoices(asked);
  if (choices) return <Choices bare={bare} choices={choices} value={value} onChange={onChange} />;
  return asked.data_type === "numeric" ? <NumberField bare={bare} asked={asked} value={value} onChange={onChange} /> : <TextField bare={bare} value={value} onChange={onChange} />;
}

interface ChoicesProps {
  bare?: boolean;
  choices: readonly Choice[];
  value: ScoreValue | undefined;
  onChange: (value: ScoreValue) => void;
}

function Choices({ bare, choices, value, onChange }: ChoicesProps) {
  const { t } = useSpeech();
  const name = useId();
  const digits = Math.min(choices.length, 9);
  return (
    <fieldset>
      <legend className={bare ? "sr-only" : "mb-1 text-xs font-medium text-fg-2"}>{t("score.value")}</legend>
      <div className="flex flex-wrap gap-1.5">
        {choices.map((one, index) => (
          <label
            key={one.label}
            className={cx(
              "flex min-h-8 cursor-pointer items-center gap-2 rounded-md border px-2.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent",
              one.value === value ? "border-accent bg-accent-soft font-medium text-accent" : "border-line-strong hover:bg-hover",
            )}
          >
            <input type="radio" name={name} checked={one.value === value} onChange={() => onChange(one.value)} className="sr-only" />
            <span className="wrap-anywhere">{one.label}</span>
            {index < 9 && <kbd aria-hidden className="text-2xs text-fg-3 max-sm:hidden">{index + 1}</kbd>}
          </label>
        ))}
      </div>
      {!bare && <p className="mt-1 text-xs text-fg-3 max-sm:hidden">{t("score.digits", { n: digits })}</p>}
    </fieldset>
  );
}

function NumberField({ bare, asked: { min_value: min, max_value: max }, value, onChange }: ControlProps) {
  const { t, f } = useSpeech();
  const bounds = (one: number) => f.decimal(one, 6);
  const hint =
    min !== null && max !== null
      ? t("score.between", { min: bounds(min), max: bounds(max) })
      : min !== null
        ? t("score.at_least", { min: bounds(min) })
        : max !== null
          ? t("score.at_most", { max: bounds(max) })
          : undefined;
  const set = (text: string) => onChange(text === "" ? undefined : Number(text));
  const bounded = min !== null && max !== null;
  return (
    <Field bare={bare} label={t("score.value")} hint={hint}>
      {(ids) => (
        <div className="flex items-center gap-3">
          <Input
            {...ids}
            type="number"
            inputMode="decimal"
            required
            min={min ?? undefined}
            max={max ?? undefined}
            step="any"
            value={value === undefined ? "" : String(value)}
            onChange={(event) => set(event.target.value)}
            className="w-32!"
          />
          {bounded && (
            <input
              type="range"
              aria-label={t("score.slider")}
              min={min}
              max={max}
              step={stepOf(min, max)}
              value={value === undefined ? min : Number(value)}
              onChange={(event) => set(event.target.value)}
              className="min-w-0 flex-1 accent-(--accent)"
            />
          )}
        </div>
      )}
    </Field>
  );
}

function TextField({ bare, value, onChange }: Omit<ControlProps, "asked">) {
  const { t } = useSpeech();
  return (
    <Field bare={bare} label={t("score.value")} hint={t("config.any_text")}>
      {(ids) => (
        <textarea
          {...ids}
          rows={3}
          maxLength={500}
          required
          dir="auto"
          value={value === undefined ? "" : String(value)}
          onChange={(event) => onChange(event.target.value)}
          className="field h-auto! py-1.5"
        />
      )}
    </Field>
  );
}
