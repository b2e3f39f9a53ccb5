/**
 * Cuts a list into consecutive parts of about `bytes` each, or larger ones if that would make more than `most` parts.
 * Every item is in exactly one part; no part is empty; an empty list has no parts.
 */
export function shareOut<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  { bytes, most }: { readonly bytes: number; readonly most: number },
): Item[][] {
  const total = items.reduce((sum, item) => sum + sizeOf(item), 0);
  const parts = Math.max(1, Math.min(most, Math.ceil(total / bytes)));
  const shared: Item[][] = [];
  let done = 0;
  let lastPart = 0;
  for (const item of items) {
    const part = Math.min(parts - 1, Math.floor((done / total) * parts));
    if (shared.length === 0 || part > lastPart) shared.push([]);
    lastPart = part;
    shared.at(-1)!.push(item);
    done += sizeOf(item);
  }
  return shared;
}
