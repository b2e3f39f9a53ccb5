/** The value that a text spells as JSON; `undefined`, which JSON cannot spell, where it spells none. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
