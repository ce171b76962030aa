/** What people can score by: the project's score configs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Pencil, Plus, Star } from "lucide-react";
import { useState } from "react";
import { type ScoreConfig, changeScoreConfig, scoreConfigs } from "@/api/scores";
import { useRights } from "@/app/me";
import { type Key, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { ShortTable } from "@/ui/short-table";
import { Empty, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { ScoreConfigForm } from "./score-config-form";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/scores");

export function ScoreConfigsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { edit } = useRights(projectId);
  const query = useQuery(scoreConfigs(projectId));
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1" && edit;
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const [changing, setChanging] = useState<ScoreConfig | null>(null);
  const [archived, setArchived] = useState(false);
  const make = edit && (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("config.new")}
    </Button>
  );
  return (
    <Section title={t("config.title")} lead={t("config.lead")} tools={make}>
      <Loaded query={query}>
        {(configs) => {
          const old = configs.filter((one) => one.is_archived).length;
          return configs.length === 0 ? (
            <div className="card">
              <Empty icon={Star} title={t("config.none")} hint={t("config.none_hint")}>
                {make}
              </Empty>
            </div>
          ) : (
            <>
              <Configs projectId={projectId} configs={configs.filter((one) => archived || !one.is_archived)} onChange={edit ? setChanging : undefined} />
              {old > 0 && (
                <label className="mt-2 inline-flex cursor-pointer items-center gap-1.5 text-xs text-fg-2">
                  <input type="checkbox" checked={archived} onChange={(event) => setArchived(event.target.checked)} className="accent-(--accent)" />
                  {t("config.show_archived", { n: old })}
                </label>
              )}
            </>
          );
        }}
      </Loaded>
      {(making || changing) && (
        <ScoreConfigForm
          projectId={projectId}
          config={changing}
          onClose={() => {
            setChanging(null);
            if (making) setMaking(false);
          }}
        />
      )}
    </Section>
  );
}

interface ConfigsProps {
  projectId: string;
  configs: readonly ScoreConfig[];
  onChange?: (config: ScoreConfig) => void;
}

function Configs({ projectId, configs, onChange }: ConfigsProps) {
  const { t } = useSpeech();
  return (
    <ShortTable
      heads={[
        { key: "name", label: t("config.name") },
        { key: "type", label: t("config.type"), className: "max-sm:hidden" },
        { key: "values", label: t("config.values") },
        { key: "description", label: t("config.description"), className: "max-md:hidden" },
        { key: t("act.edit"), label: "" },
      ]}
    >
      {configs.map((config) => (
        <tr key={config.id}>
          <td className="max-w-56 min-w-28 font-medium wrap-anywhere">
            {config.name} {config.is_archived && <Badge>{t("config.archived")}</Badge>}
            {config.description && <span className="line-clamp-2 text-xs font-normal text-fg-2 md:hidden">{config.description}</span>}
          </td>
          <td className="whitespace-nowrap text-fg-2 max-sm:hidden">{t(`score.type.${config.data_type}` as Key)}</td>
          <td className="py-1.5 sm:min-w-40">
            <Values config={config} />
          </td>
          <td className="max-w-72 min-w-32 py-1.5 wrap-anywhere text-fg-2 max-md:hidden">{config.description}</td>
          <td className="text-right whitespace-nowrap">
            {onChange && <Acts projectId={projectId} config={config} onChange={onChange} />}
          </td>
        </tr>
      ))}
    </ShortTable>
  );
}

function Values({ config }: { config: ScoreConfig }) {
  const { t, f } = useSpeech();
  const { data_type, min_value: min, max_value: max, categories } = config;
  if (data_type === "text") return <span className="text-fg-2">{t("config.any_text")}</span>;
  if (data_type === "boolean") return <>{`${t("score.true")} / ${t("score.false")}`}</>;
  if (data_type === "categorical") {
    return (
      <span className="flex flex-wrap gap-1">
        {categories.map((one) => (
          <Badge key={one.label}>
            <span className="truncate">{one.label}</span>
            <span className="text-fg-3">{f.decimal(one.value, 4)}</span>
          </Badge>
        ))}
      </span>
    );
  }
  const bound = (value: number) => f.decimal(value, 6);
  if (min !== null && max !== null) return <>{t("score.between", { min: bound(min), max: bound(max) })}</>;
  if (min !== null) return <>{t("score.at_least", { min: bound(min) })}</>;
  return max === null ? <span className="text-fg-2">{t("config.any_number")}</span> : <>{t("score.at_most", { max: bound(max) })}</>;
}

function Acts({ projectId, config, onChange }: { projectId: string; config: ScoreConfig; onChange: (config: ScoreConfig) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { name, is_archived } = config;
  const archive = useMutation({
    mutationFn: () => {
      const { min_value, max_value, categories, description } = config;
      return changeScoreConfig(projectId, config.id, { name, min_value, max_value, categories, description, is_archived: !is_archived });
    },
    onSuccess: async (saved) => {
      if (saved.is_archived) toast(t("config.archived_now", { name }));
      await client.invalidateQueries({ queryKey: scoreConfigs(projectId).queryKey });
    },
    onError: (error) => toast(errorText(error), "danger"),
  });
  return (
    <>
      <IconButton small icon={Pencil} label={t("config.edit", { name })} onClick={() => onChange(config)} />
      <IconButton
        small
        icon={is_archived ? ArchiveRestore : Archive}
        label={t(is_archived ? "config.restore" : "config.archive", { name })}
        disabled={archive.isPending}
        onClick={() => archive.mutate()}
      />
    </>
  );
}
