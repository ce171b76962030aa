/** What can be done with whole dashboards, from their list and from their own pages. */
import { useQueryClient } from "@tanstack/react-query";
import { deleteDashboard, putDashboard } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Dashboard, Widget } from "@/api/types";
import { download } from "@/lib/picture";
import { freshId, fromFile, toFile } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import { useRemoval } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

type Plan = Pick<Dashboard, "name" | "widgets">;

/** Gives a dashboard to the person, as a file that can be imported. */
export const saveBoard = (board: Plan): void =>
  download(new Blob([toFile(board)], { type: "application/json" }), `${board.name}.dashboard.json`);

export function useBoards(projectId: string) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const leave = useRemoval();
  const failed = (error: unknown) => {
    toast(errorText(error), "danger");
    return null;
  };
  const listed = () => client.invalidateQueries({ queryKey: ask.dashboards(projectId).queryKey });

  /** The id of the new dashboard, or null when it was refused. */
  const create = async ({ name, widgets }: Plan): Promise<string | null> => {
    const id = freshId();
    try {
      await putDashboard(projectId, id, { name, widgets, revision: 0 });
      await client.invalidateQueries({ queryKey: ask.dashboard(projectId, id).queryKey });
      await listed();
      return id;
    } catch (error) {
      return failed(error);
    }
  };

  const whole = (id: string): Promise<Dashboard | null> => client.fetchQuery({ ...ask.dashboard(projectId, id), staleTime: 0 }).catch(failed);

  const rename = async (id: string, name: string) => {
    const board = await whole(id);
    if (!board) return;
    const { widgets, revision } = board;
    await putDashboard(projectId, id, { name, widgets, revision }).catch(failed);
    await client.invalidateQueries({ queryKey: ask.dashboard(projectId, id).queryKey });
    await listed();
  };

  const remove = ({ id, name }: Pick<Dashboard, "id" | "name">) =>
    leave({
      ids: [id],
      text: t("dash.gone", { name }),
      run: async () => {
        await deleteDashboard(projectId, id);
        client.removeQueries({ queryKey: ask.dashboard(projectId, id).queryKey });
        await listed();
      },
    });

  const copyName = (name: string) => t("dash.copy_of", { name: name.slice(0, 80) });
  const duplicate = ({ name, widgets }: Plan) => create({ name: copyName(name), widgets: widgets.map((one: Widget) => ({ ...one, id: freshId() })) });

  const open = async (file: File): Promise<string | null> => {
    const found = fromFile(await file.text());
    return found ? create(found) : failed(new Error(t("dash.no_file", { name: file.name })));
  };

  return { create, whole, rename, remove, duplicate, open };
}
