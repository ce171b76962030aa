/** Pages of what is shared by link ask the same questions as pages of a project; in place of a project's
 * id they hold the token of the link, and their questions go below it. */

const MARK = "~";
const PROJECT = /^\/api\/pilothouse\/projects\/(?:~|%7E)([^/]+)/i;

export const placeOf = (token: string): string => MARK + token;

/** Does this id stand for a link, not for a project? */
export const isShared = (projectId: string): boolean => projectId.startsWith(MARK);

/** Where a path of the API leads, from a shared page. */
export const reached = (path: string): string => path.replace(PROJECT, "/api/pilothouse/shared/$1");
