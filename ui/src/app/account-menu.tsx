import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleUserRound, Keyboard, LogOut } from "lucide-react";
import { signOut } from "@/api/mutations";
import { forget } from "@/lib/memory";
import { forgetRecent } from "@/lib/recent";
import { CLOCKS, LANGUAGES, type Language, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Keys } from "@/ui/keys";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from "@/ui/menu";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { useMe } from "./me";
import { THEMES, useTheme } from "./theme";

interface AccountMenuProps {
  projectId: string;
  folded: boolean;
  onHelp: () => void;
  onLeave: () => void;
}

export function AccountMenu({ projectId, folded, onHelp, onLeave }: AccountMenuProps) {
  const { t, language, setLanguage, clock, setClock } = useSpeech();
  const { wish, setWish } = useTheme();
  const me = useMe();
  const navigate = useNavigate();
  const leave = useSignOut();
  const name = me.name || me.email;
  return (
    <Menu
      side="top"
      className="w-56"
      trigger={
        <button
          type="button"
          aria-label={folded ? `${t("nav.account")}: ${name}` : undefined}
          className={cx("my-2 flex h-9 shrink-0 items-center gap-2.5 rounded-md text-left text-fg-2 hover:bg-hover", folded ? "w-9 justify-center" : "px-2")}
        >
          <CircleUserRound size={17} aria-hidden className="shrink-0" />
          {!folded && <span className="sr-only">{t("nav.account")}: </span>}
          {!folded && <span className="min-w-0 flex-1 truncate">{name}</span>}
        </button>
      }
    >
      <MenuLabel>{me.email}</MenuLabel>
      <MenuItem
        onSelect={() => {
          onLeave();
          void navigate({ to: "/project/$projectId/settings/account", params: { projectId } });
        }}
      >
        <CircleUserRound size={14} aria-hidden />
        {t("set.account")}
      </MenuItem>
      <MenuItem
        onSelect={() => {
          onLeave();
          onHelp();
        }}
      >
        <Keyboard size={14} aria-hidden />
        <span className="flex-1">{t("keys.title")}</span>
        <Keys keys="?" />
      </MenuItem>
      <MenuLine />
      <MenuLabel>{t("theme.title")}</MenuLabel>
      {THEMES.map((one) => (
        <MenuCheck key={one} keepOpen checked={one === wish} onSelect={() => setWish(one)}>
          {t(`theme.${one}`)}
        </MenuCheck>
      ))}
      <MenuLabel>{t("language.title")}</MenuLabel>
      {(Object.keys(LANGUAGES) as Language[]).map((one) => (
        <MenuCheck key={one} keepOpen checked={one === language} onSelect={() => setLanguage(one)}>
          {LANGUAGES[one]}
        </MenuCheck>
      ))}
      <MenuLabel>{t("clock.title")}</MenuLabel>
      {CLOCKS.map((one) => (
        <MenuCheck key={one} keepOpen checked={one === clock} onSelect={() => setClock(one)}>
          {t(`clock.${one}`)}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuItem onSelect={leave}>
        <LogOut size={14} aria-hidden />
        {t("nav.sign_out")}
      </MenuItem>
      <div className="px-2 pt-1 pb-0.5 text-2xs text-fg-3">{t("nav.version", { version: me.version })}</div>
    </Menu>
  );
}

export function useSignOut(): () => void {
  const navigate = useNavigate();
  const client = useQueryClient();
  const errorText = useErrorText();
  return () => {
    signOut().then(
      async () => {
        await navigate({ to: "/sign-in" });
        client.clear();
        forgetRecent();
        forget("prompt-draft.");
      },
      (error: unknown) => toast(errorText(error), "danger"),
    );
  };
}
