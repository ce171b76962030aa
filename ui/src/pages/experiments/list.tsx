/** Every experiment of a project. */
import { Link, getRouteApi } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { Input } from "@/ui/field";
import { Experiments } from "./table";

const route = getRouteApi("/inside/project/$projectId/experiments");

export function ExperimentsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { words = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const { edit } = useRights(projectId);
  return (
    <>
      <PageHead title={t("nav.experiments")}>
        {edit && (
          <Link to="/project/$projectId/experiments/new" params={{ projectId }} className={buttonClass("primary")}>
            <Play size={14} aria-hidden />
            {t("run.new")}
          </Link>
        )}
      </PageHead>
      <div className="px-4 pb-2.5">
        <Input
          aria-label={t("exp.search")}
          type="search"
          placeholder={t("exp.search")}
          defaultValue={words}
          onChange={(event) => void navigate({ search: { words: event.target.value || undefined }, replace: true })}
          className="w-56! max-sm:w-full!"
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <Experiments projectId={projectId} asked={words ? { words } : {}} />
      </div>
    </>
  );
}
