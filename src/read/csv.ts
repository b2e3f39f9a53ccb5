import Papa from 'papaparse';
import type { Piece } from './compose.ts';
import { recordPieces } from './records.ts';

/** A table with a header row, as records. The delimiter is guessed. */
export function readCsv(source: string): Piece[] {
  const { data } = Papa.parse<string[]>(source, { skipEmptyLines: 'greedy' });
  const [header = [], ...rows] = data;
  const names = header.map((name, i) => name.trim() || `column ${i + 1}`);
  return recordPieces(rows.map((row) => new Map(row.map((value, i) => [names[i] ?? `column ${i + 1}`, value.trim()]))));
}
