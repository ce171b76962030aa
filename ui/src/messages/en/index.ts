import type { Entry } from "../say";
import { annotation } from "./annotation";
import { charts } from "./charts";
import { datasets } from "./datasets";
import { evaluators } from "./evaluators";
import { health } from "./health";
import { lists } from "./lists";
import { people } from "./people";
import { playground } from "./playground";
import { prompts } from "./prompts";
import { runs } from "./runs";
import { scores } from "./scores";
import { settings } from "./settings";
import { shell } from "./shell";
import { start } from "./start";
import { talk } from "./talk";
import { trace } from "./trace";

/** English. Its keys are the keys of every catalogue. */
const english = {
  ...annotation,
  ...charts,
  ...datasets,
  ...evaluators,
  ...health,
  ...lists,
  ...people,
  ...playground,
  ...prompts,
  ...runs,
  ...scores,
  ...settings,
  ...shell,
  ...start,
  ...talk,
  ...trace,
};

export type Key = keyof typeof english;
export type Catalogue = Record<Key, Entry>;
export const en: Catalogue = english;
