/** Who decides about whom. The server has the last word; this is what a page offers. Pure. */

export const ROLES = ["owner", "admin", "member", "annotator", "viewer"] as const;
export type Role = (typeof ROLES)[number];
export type Reach = "organisation" | "project";

interface Place {
  user_id: string;
  role: Role;
  reach: Reach;
}

export interface Decides {
  /** Places that may be given, the nearer one first. */
  reaches: Reach[];
  roles: Role[];
  /** May this place be changed or taken away? */
  about: (place: Place) => boolean;
  /** Is it the place that an organisation cannot do without? */
  isLastOwner: (place: Place) => boolean;
}

/** What someone may decide among the members of a project. */
export function decides(members: readonly Place[], userId: string): Decides {
  const mine = members.find((one) => one.user_id === userId);
  const manages = mine?.role === "owner" || mine?.role === "admin";
  const all = mine?.reach === "organisation";
  const roles = ROLES.filter((role) => role !== "owner" || mine?.role === "owner");
  const owners = members.filter((one) => one.role === "owner" && one.reach === "organisation");
  const isLastOwner = (place: Place) => owners.length === 1 && owners[0] === place;
  return {
    reaches: !manages ? [] : all ? ["project", "organisation"] : ["project"],
    roles: manages ? roles : [],
    about: (place) => manages && (all || place.reach === "project") && roles.includes(place.role) && !isLastOwner(place),
    isLastOwner,
  };
}
