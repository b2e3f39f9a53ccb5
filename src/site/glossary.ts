import type { GlossaryEntry } from '../core/expansion.ts';
import { damaged } from './format.ts';

/** Body of a glossary shard: UTF-8 JSON, `[[term, [word, …]], …]`. */
export const encodeGlossary = (entries: readonly GlossaryEntry[]): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(entries.map(({ term, means }) => [term, means])));

/** @throws EngineError `block-corrupt` for anything `encodeGlossary` could not have written. */
export function decodeGlossary(body: Uint8Array<ArrayBuffer>, number: number): GlossaryEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw damaged('glossary', number, 'it is not JSON');
  }
  if (!Array.isArray(json)) throw damaged('glossary', number, 'expected a list');
  return json.map((entry: unknown): GlossaryEntry => {
    const [term, means] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof term === 'string' && Array.isArray(means) && means.every((word) => typeof word === 'string')) {
      return { term, means: means as string[] };
    }
    throw damaged('glossary', number, 'expected a term and its words');
  });
}
