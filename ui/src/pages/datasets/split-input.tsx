/** A split is typed, or chosen of those that there are. */
import { type ComponentProps, useId } from "react";
import type { DatasetDetail } from "@/api/datasets";
import { Input } from "@/ui/field";

interface SplitInputProps extends Omit<ComponentProps<"input">, "onChange"> {
  dataset: DatasetDetail;
  onChange: (split: string) => void;
}

export function SplitInput({ dataset, onChange, ...rest }: SplitInputProps) {
  const list = useId();
  return (
    <>
      <Input {...rest} maxLength={100} list={list} onChange={(event) => onChange(event.target.value)} />
      <datalist id={list}>
        {Object.keys(dataset.splits).filter(Boolean).map((one) => (
          <option key={one} value={one}>{one}</option>
        ))}
      </datalist>
    </>
  );
}
