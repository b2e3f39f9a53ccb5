/** Three to six round values that hold everything between `low` and `high`. */
export function ticksOf(low: number, high: number): number[] {
  // Values that are one, but for rounding, get an axis of their own.
  const span = high - low > 1e-9 * Math.max(1, Math.abs(high)) ? high - low : 1;
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** At most eight whole numbers from `low` to `high`. */
export function stepsOf(low: number, high: number): number[] {
  if (!Number.isFinite(low)) return [];
  const size = Math.max(1, Math.ceil((high - low) / 7));
  const values: number[] = [];
  for (let value = low; value <= high; value += size) values.push(Math.round(value));
  return values;
}
