/** Small wishes that outlive the page (theme, language, columns). Storage that is shut off is no error. */

const PREFIX = "pilothouse.";

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Tells whether it is kept: private windows refuse, and what is too large is. Then it lasts as long as the page. */
export function remember(name: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

/** All wishes whose names begin so. */
export function forget(prefix: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX + prefix)) localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

export function rememberedJson<T>(name: string, valid: (value: unknown) => value is T): T | null {
  const text = remembered(name);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return valid(value) ? value : null;
  } catch {
    return null;
  }
}
