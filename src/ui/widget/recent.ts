const KEPT = 5;
const LONGEST = 200;

/** The last few searches that led somewhere, on this device only. Without storage (or where it is refused) there are none. */
export function recentSearches(name: string): { list(): string[]; add(query: string): void } {
  const key = `nearfield-recent:${name}`;
  const list = (): string[] => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((query) => typeof query === 'string').slice(0, KEPT) : [];
    } catch {
      return [];
    }
  };
  return {
    list,
    add(query) {
      const text = query.trim().slice(0, LONGEST);
      if (text === '') return;
      try {
        localStorage.setItem(key, JSON.stringify([text, ...list().filter((other) => other !== text)].slice(0, KEPT)));
      } catch {
        // A full or forbidden storage costs the list, not the search.
      }
    },
  };
}
