/** Everything that can be reached by typing: pages, actions, projects, traces, sessions, users. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import {
  FolderKanban,
  Keyboard,
  Languages,
  ListTree,
  LogOut,
  type LucideIcon,
  MessagesSquare,
  Moon,
  Search,
  Sun,
  UserRound,
} from "lucide-react";
import { Dialog } from "radix-ui";
import { type ReactNode, useDeferredValue, useState } from "react";
import * as ask from "@/api/queries";
import { quote } from "@/lib/filter";
import { DAY, resolveRange } from "@/lib/time";
import { LANGUAGES, useSpeech } from "@/messages";
import { Keys } from "@/ui/keys";
import { useSignOut } from "./account-menu";
import { useMe, useOpenProject } from "./me";
import { DESTINATIONS } from "./navigation";
import { projectsOf } from "./projects";
import { useTheme } from "./theme";

const TRACE_ID = /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface PaletteProps {
  projectId: string;
  onClose: () => void;
  onHelp: () => void;
}

export function Palette({ projectId, onClose, onHelp }: PaletteProps) {
  const { t, language, setLanguage } = useSpeech();
  const theme = useTheme();
  const me = useMe();
  const navigate = useNavigate();
  const openProject = useOpenProject();
  const leave = useSignOut();
  const [text, setText] = useState("");
  const typed = text.trim();
  const params = { projectId };
  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  const other = language === "en" ? "zh" : "en";
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="pop fixed top-[12dvh] left-1/2 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden"
        >
          <Dialog.Title className="sr-only">{t("keys.palette")}</Dialog.Title>
          <Command loop label={t("keys.palette")}>
            <div className="flex items-center gap-2 border-b px-3">
              <Search size={15} aria-hidden className="shrink-0 text-fg-3" />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder={t("palette.placeholder")}
                className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none"
              />
            </div>
            <Command.List className="max-h-[60dvh] overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-fg-3">{t("palette.none")}</Command.Empty>
              {TRACE_ID.test(typed) && (
                <Item
                  icon={ListTree}
                  value={`trace ${typed}`}
                  onSelect={run(() =>
                    void navigate({ to: "/project/$projectId/traces/$traceId", params: { projectId, traceId: typed } }),
                  )}
                >
                  {t("palette.open_trace", { id: typed })}
                </Item>
              )}
              <Group heading={t("palette.pages")}>
                {DESTINATIONS.map((one) => (
                  <Item key={one.to} icon={one.icon} value={t(one.label)} keys={`g ${one.key}`} onSelect={run(() => void navigate({ to: one.to, params }))}>
                    {t(one.label)}
                  </Item>
                ))}
              </Group>
              {typed !== "" && (
                <Found projectId={projectId} text={typed} run={run}>
                  <Item
                    icon={Search}
                    value={`search ${typed}`}
                    onSelect={run(() =>
                      void navigate({
                        to: "/project/$projectId/traces",
                        params,
                        search: { filter: /\w:/.test(typed) ? typed : quote(typed) },
                      }),
                    )}
                  >
                    {t("palette.search_traces", { text: typed })}
                  </Item>
                </Found>
              )}
              <Group heading={t("palette.actions")}>
                <Item icon={theme.dark ? Sun : Moon} value={t("keys.theme")} keys="d" onSelect={run(() => theme.setWish(theme.dark ? "light" : "dark"))}>
                  {t("keys.theme")}
                </Item>
                <Item icon={Languages} value={`${t("language.title")} ${LANGUAGES[other]}`} onSelect={run(() => setLanguage(other))}>
                  {LANGUAGES[other]}
                </Item>
                <Item icon={Keyboard} value={t("keys.title")} keys="?" onSelect={run(onHelp)}>
                  {t("keys.title")}
                </Item>
                <Item icon={LogOut} value={t("nav.sign_out")} onSelect={run(leave)}>
                  {t("nav.sign_out")}
                </Item>
              </Group>
              <Group heading={t("palette.projects")}>
                {projectsOf(me).map((one) => (
                  <Item key={one.id} icon={FolderKanban} value={`${one.name} ${one.id}`} onSelect={run(() => openProject(one.id))}>
                    {one.name}
                  </Item>
                ))}
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface FoundProps {
  projectId: string;
  text: string;
  run: (action: () => void) => () => void;
  /** What comes last, once it is known what there is: Enter takes the first. */
  children: ReactNode;
}

/** Sessions and users of the last 30 days whose names begin with the text. */
function Found({ projectId, text, run, children }: FoundProps) {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const later = useDeferredValue(text);
  const [{ start, end }] = useState(() => {
    const now = resolveRange({ range: "24h" }, Date.now() * 1000).end;
    return { start: now - 30 * DAY, end: now };
  });
  const question = (field: "session" | "user") => {
    const asked = `${field}:${later}`;
    return { text: asked, position: asked.length, start, end };
  };
  const sessions = useQuery(ask.completion(projectId, question("session")));
  const users = useQuery(ask.completion(projectId, question("user")));
  const values = (data: typeof sessions.data) =>
    (data?.items ?? []).filter((one) => one.kind === "value").slice(0, 5).map((one) => unquoted(one.text));
  return (
    <>
      <Group heading={t("palette.sessions")}>
        {values(sessions.data).map((sessionId) => (
          <Item
            key={sessionId}
            icon={MessagesSquare}
            value={`session ${sessionId}`}
            onSelect={run(() => void navigate({ to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId } }))}
          >
            {sessionId}
          </Item>
        ))}
      </Group>
      <Group heading={t("palette.users")}>
        {values(users.data).map((userId) => (
          <Item
            key={userId}
            icon={UserRound}
            value={`user ${userId}`}
            onSelect={run(() => void navigate({ to: "/project/$projectId/users/$userId", params: { projectId, userId } }))}
          >
            {userId}
          </Item>
        ))}
      </Group>
      {!sessions.isFetching && !users.isFetching && children}
    </>
  );
}

/** A suggestion is filter text: `user:"a b"`, `"a b"` or `ab`. */
function unquoted(text: string): string {
  const value = text.trim().replace(/^[\w.]+:/, "");
  return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-fg-3"
  >
    {children}
  </Command.Group>
);

interface ItemProps {
  icon: LucideIcon;
  value: string;
  keys?: string;
  onSelect: () => void;
  children: ReactNode;
}

const Item = ({ icon: Icon, value, keys, onSelect, children }: ItemProps) => (
  <Command.Item
    value={value}
    onSelect={onSelect}
    className="flex min-h-8 items-center gap-2.5 rounded px-2 py-1 data-[selected=true]:bg-selected"
  >
    <Icon size={15} aria-hidden className="shrink-0 text-fg-3" />
    <span className="min-w-0 flex-1 truncate">{children}</span>
    {keys && <Keys keys={keys} />}
  </Command.Item>
);
