/** All that the page knows, in one object, and a way to hear when a part of it changes. */
export interface Store<S extends object> {
  get(): S;
  set(patch: Partial<S>): void;
  /**
   * Calls `show` with what `pick` takes from the state, now and whenever it changes, until `signal` aborts.
   * Changes made in one turn are shown together, in a microtask. Tuples are compared item by item.
   */
  watch<const T>(pick: (state: S) => T, show: (picked: T) => void, signal?: AbortSignal): void;
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state = initial;
  let scheduled = false;
  const watchers = new Set<() => void>();

  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(() => {
        scheduled = false;
        for (const check of watchers) check();
      });
    },
    watch(pick, show, signal) {
      let shown = pick(state);
      const check = () => {
        const picked = pick(state);
        if (same(shown, picked)) return;
        shown = picked;
        show(picked);
      };
      watchers.add(check);
      signal?.addEventListener('abort', () => watchers.delete(check), { once: true });
      show(shown);
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
  return Object.is(a, b);
}
