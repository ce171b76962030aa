/** Parts of a page that are fetched when they are first shown, or shortly before. */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";

interface Fetched<P> {
  (props: P & { fallback?: ReactNode }): ReactNode;
  /** Fetches it before it is shown. */
  load: () => Promise<void>;
}

/**
 * Once it is here it is drawn with the page that asks for it. React's `lazy` shows its fallback even then,
 * and keeps it for 300 ms.
 */
export function fetched<P extends object>(fetch: () => Promise<ComponentType<P>>): Fetched<P> {
  let found: ComponentType<P> | null = null;
  let underway: Promise<void> | null = null;
  const load = () => {
    underway ??= fetch()
      .then((part) => {
        found = part;
      })
      .finally(() => {
        underway = null;
      });
    return underway;
  };
  const Part: Fetched<P> = ({ fallback = null, ...props }) => {
    const [state, setState] = useState<{ error?: unknown }>({});
    const missing = found === null;
    useEffect(() => {
      if (missing) load().then(() => setState({}), (error: unknown) => setState({ error }));
    }, [missing]);
    if (found) {
      const Found = found;
      return <Found {...(props as unknown as P)} />;
    }
    if (state.error) throw state.error;
    return fallback;
  };
  Part.load = () => (found ? Promise.resolve() : load());
  return Part;
}
