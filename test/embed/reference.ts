import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Encoder, TextRole } from '../../src/core/encoder.ts';

/** One text as Python's tokenizers and ONNX Runtime encoded it (`tools/models/reference.py`). */
export interface Reference {
  readonly role: TextRole;
  readonly text: string;
  readonly ids: readonly number[];
  readonly vector: Float32Array;
}

const FILE = join(import.meta.dirname, '../fixtures/embed/reference.json');

/** The reference texts by model id. */
export function references(): Map<string, Reference[]> {
  const { models } = JSON.parse(readFileSync(FILE, 'utf8')) as {
    models: Record<string, (Omit<Reference, 'vector'> & { vector: string })[]>;
  };
  return new Map(
    Object.entries(models).map(([id, rows]) => [id, rows.map((row) => ({ ...row, vector: floats(row.vector) }))]),
  );
}

/** Cosine of an encoder's vector to the reference, text by text; works over a worker as well as in this process. */
export async function agreement(encoder: Encoder, model: string, rows: readonly Reference[]): Promise<number[]> {
  const cosines: number[] = [];
  for (const { role, text, vector } of rows) {
    const { dense } = await encoder.embed(model, role, [text]);
    cosines.push(dense.reduce((sum, value, i) => sum + value * vector[i]!, 0));
  }
  return cosines;
}

const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
