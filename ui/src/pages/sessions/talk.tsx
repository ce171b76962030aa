/** Comments on a session. */
import { useMemo } from "react";
import { useSpeech } from "@/messages";
import { CommentsButton, CommentsPane, useComments } from "@/parts/comments";
import { useShortcuts } from "@/ui/shortcuts";

interface SessionTalkProps {
  projectId: string;
  sessionId: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}

const useTalk = (projectId: string, sessionId: string) => {
  const subject = useMemo(() => ({ session_id: sessionId }), [sessionId]);
  return { subject, comments: useComments(projectId, subject) };
};

export function SessionTalkButton({ projectId, sessionId, open, onOpen }: SessionTalkProps) {
  const { comments } = useTalk(projectId, sessionId);
  useShortcuts({ c: () => onOpen(!open) });
  return <CommentsButton count={comments.length} open={open} onOpen={() => onOpen(!open)} />;
}

export function SessionTalk({ projectId, sessionId, onOpen }: SessionTalkProps) {
  const { t } = useSpeech();
  const { subject, comments } = useTalk(projectId, sessionId);
  const targets = [{ key: "session", label: t("session.title"), about: { subject: "session" as const, session_id: sessionId } }];
  return <CommentsPane projectId={projectId} subject={subject} comments={comments} targets={targets} onClose={() => onOpen(false)} />;
}
