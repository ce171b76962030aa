import { expect, test } from "vitest";
import { type Reach, type Role, decides } from "./members";

const place = (user_id: string, role: Role, reach: Reach = "organisation") => ({ user_id, role, reach });

test("owners decide about everybody but the last of them", () => {
  const [ann, bob, guest] = [place("ann", "owner"), place("bob", "admin"), place("guest", "viewer", "project")];
  const alone = decides([ann, bob, guest], "ann");
  expect([ann, bob, guest].map(alone.about)).toEqual([false, true, true]);
  expect(alone.isLastOwner(ann)).toBe(true);
  const two = [ann, place("cid", "owner")];
  expect(two.map(decides(two, "ann").about)).toEqual([true, true]);
});

test("administrators decide about all others, and make no owners", () => {
  const members = [place("ann", "owner"), place("cid", "owner"), place("bob", "admin"), place("dan", "member")];
  const { about, roles, reaches } = decides(members, "bob");
  expect(members.map(about)).toEqual([false, false, true, true]);
  expect(roles).not.toContain("owner");
  expect(reaches).toEqual(["project", "organisation"]);
});

test("who administers a project alone decides about those who reach it alone", () => {
  const members = [place("ann", "owner"), place("bob", "admin", "project"), place("dan", "member"), place("eve", "viewer", "project")];
  const { about, reaches } = decides(members, "bob");
  expect(members.map(about)).toEqual([false, true, false, true]);
  expect(reaches).toEqual(["project"]);
});

test("nobody else decides anything", () => {
  const members = [place("ann", "owner"), place("dan", "member")];
  for (const who of ["dan", "nobody"]) {
    const { about, roles, reaches } = decides(members, who);
    expect([members.some(about), roles, reaches]).toEqual([false, [], []]);
  }
});
