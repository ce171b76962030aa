/** Which connection is called, and which of its models. */
import { useQuery } from "@tanstack/react-query";
import * as ask from "@/api/playground";
import type { Connection } from "@/api/playground";
import type { Variant as Draft } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { Input, Select } from "@/ui/field";

interface PickerProps {
  projectId: string;
  variant: Draft;
  connections: readonly Connection[];
  onChange: (change: Partial<Draft>) => void;
}

export function ModelPicker({ projectId, variant, connections, onChange }: PickerProps) {
  const { t } = useSpeech();
  const chosen = connections.find((one) => one.id === variant.connection);
  const query = useQuery({ ...ask.callable(projectId, chosen?.id ?? ""), enabled: chosen !== undefined && chosen.models.length === 0 });
  const models = chosen?.models.length ? chosen.models : (query.data?.models ?? []);
  const list = `models-${variant.key}`;
  const choose = (id: string) => {
    const next = connections.find((one) => one.id === id);
    onChange({ connection: id, ...(variant.model === "" && next?.models[0] ? { model: next.models[0] } : {}) });
  };
  return (
    <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
      <Select aria-label={t("play.connection")} value={chosen ? variant.connection : ""} onChange={(event) => choose(event.target.value)}>
        <option value="">{t("play.choose_connection")}</option>
        {connections.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
      <Input aria-label={t("play.model")} placeholder={t("play.model")} list={list} className="font-mono text-xs" value={variant.model} onChange={(event) => onChange({ model: event.target.value })} />
      <datalist id={list}>
        {models.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
      {query.data?.failure && <p className="text-2xs wrap-anywhere text-fg-3 sm:col-span-2">{query.data.failure.cause}</p>}
    </div>
  );
}
