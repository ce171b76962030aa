import { useSpeech } from "@/messages";
import { Button } from "./button";

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Below a list that has further pages. */
export function More({ query }: MoreProps) {
  const { t } = useSpeech();
  if (!query.hasNextPage) return null;
  return (
    <div className="flex justify-center pt-3">
      <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t("act.more")}
      </Button>
    </div>
  );
}
