/** The buffers of every typed array in a value, two levels of plain objects deep. Each array must own its whole buffer. */
export function ownBuffers(result: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown, depth: number) => {
    if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
    else if (depth > 0 && typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) visit(inner, depth - 1);
    }
  };
  visit(result, 2);
  return [...found];
}
