/** Each item with what `read` promises for it, `count` of them at a time. Not awaited here, so that each failure is its own. */
export async function* ahead<T, R>(
  items: readonly T[],
  read: (item: T) => Promise<R>,
  count: number,
): AsyncGenerator<readonly [item: T, reading: Promise<R>]> {
  const started: Promise<R>[] = [];
  for (const [i, item] of items.entries()) {
    while (started.length < Math.min(items.length, i + count)) {
      const reading = read(items[started.length]!);
      reading.catch(() => {}); // whoever takes it hears of it
      started.push(reading);
    }
    yield [item, started[i]!];
  }
}
