import type { MappedDocument } from '../core/map.ts';
import type { DocumentId } from '../core/types.ts';
import type { LiveRow } from '../search/index.ts';

/** The documents of rows that are sorted by them. */
export function documentsOf(rows: readonly LiveRow[]): MappedDocument[] {
  const documents: { id: DocumentId; first: number; passages: number }[] = [];
  for (const [i, { chunk }] of rows.entries()) {
    const last = documents.at(-1);
    if (last?.id === chunk.document) last.passages++;
    else documents.push({ id: chunk.document, first: i, passages: 1 });
  }
  return documents;
}

/** Shorter documents are one thing. */
const LONG = 32;

/** The parts of a long document, if it has more than one. */
export function sectionsOf(
  rows: readonly LiveRow[],
  { first, passages }: MappedDocument,
): Pick<MappedDocument, 'sections'> {
  if (passages < LONG) return {};
  const sections: { name: string; passages: number }[] = [];
  for (const { chunk } of rows.slice(first, first + passages)) {
    const name = chunk.headings[0] ?? '';
    const last = sections.at(-1);
    if (last?.name === name) last.passages++;
    else sections.push({ name, passages: 1 });
  }
  return sections.length > 1 ? { sections } : {};
}

/** Brings points into the disc about (x, 0), in place. */
export function fitInto(points: Float32Array, x: number, radius: number): void {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    [left, right] = [Math.min(left, points[i]!), Math.max(right, points[i]!)];
    [bottom, top] = [Math.min(bottom, points[i + 1]!), Math.max(top, points[i + 1]!)];
  }
  const [cx, cy] = [(left + right) / 2, (bottom + top) / 2];
  let most = 0;
  for (let i = 0; i < points.length; i += 2) most = Math.max(most, Math.hypot(points[i]! - cx, points[i + 1]! - cy));
  const scale = most > 0 ? radius / most : 0;
  for (let i = 0; i < points.length; i += 2) {
    points[i] = x + (points[i]! - cx) * scale;
    points[i + 1] = (points[i + 1]! - cy) * scale;
  }
}
