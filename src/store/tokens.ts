import { selectTokens, tokenRow, tokenRows } from '../core/tokens.ts';
import type { Chunk, DocumentId, ModelKey, Segment } from '../core/types.ts';
import { isCorrupt } from './block.ts';
import type { BlockPart, Home } from './home.ts';
import { deadRows, type Manifest, runsOf, type SegmentEntry } from './manifest.ts';
import {
  decodeTokens,
  encodeTokens,
  openTables,
  passageHash,
  type TokenPart,
  type TokenTables,
  tablesEnd,
} from './token-block.ts';

/** Most rows of a block of token vectors: two or three megabytes. */
export const TOKEN_ROWS = 256;

export const tokensKey = (id: number) => `tokens/${id}`;

/**
 * The token vectors of a segment, in parts of at most TOKEN_ROWS rows. They are stored apart from it, and stay where they
 * are when it is merged with others: they are twenty times the size of its text, and wanted for a few passages at a time.
 */
export function tokenPartsOf(segment: Segment): TokenPart[] {
  const whole = tokenPartOf(segment);
  return whole ? inParts(whole) : [];
}

/** The token vectors of a segment that has them, whatever its size. */
export function tokenPartOf({ model, language, dim, chunks, tokens }: Segment): TokenPart | undefined {
  if (!tokens) return undefined;
  const passages = Uint32Array.from(chunks, passageHash);
  return { model, language, dim, documents: chunks.map(({ document }) => document), passages, tokens };
}

/** A part as a block under `id`. */
export function encodeTokenPart(
  part: TokenPart,
  id: number,
): { entry: SegmentEntry; put: [key: string, block: ArrayBuffer] } {
  const { model, language, dim, documents } = part;
  const entry = { id, model, language, dim, rows: documents.length, runs: runsOf(documents) };
  return { entry, put: [tokensKey(id), encodeTokens(tokensKey(id), part)] };
}

/** The live rows of a run of entries, in new parts. @throws EngineError `block-corrupt` if one is missing or damaged. */
export async function mergedTokens(home: Pick<Home, 'read'>, run: readonly SegmentEntry[]): Promise<TokenPart[]> {
  const blocks = await home.read(run.map(({ id }) => tokensKey(id)));
  const documents: DocumentId[] = [];
  const passages: number[] = [];
  const levels: Uint8Array[] = [];
  for (const [i, entry] of run.entries()) {
    const part = decodeTokens(tokensKey(entry.id), entry, blocks[i] ?? new ArrayBuffer(0));
    const dead = deadRows(entry);
    for (const [row, document] of part.documents.entries()) {
      if (dead.has(row)) continue;
      documents.push(document);
      passages.push(part.passages[row]!);
      levels.push(tokenRow(part.tokens, row));
    }
  }
  const { model, language, dim } = run[0]!;
  return inParts({ model, language, dim, documents, passages: Uint32Array.from(passages), tokens: tokenRows(levels) });
}

function inParts({ documents, passages, tokens, ...of }: TokenPart): TokenPart[] {
  const parts: TokenPart[] = [];
  for (let from = 0; from < documents.length; from += TOKEN_ROWS) {
    const to = Math.min(from + TOKEN_ROWS, documents.length);
    const rows = Array.from({ length: to - from }, (_, i) => from + i);
    parts.push({
      ...of,
      documents: documents.slice(from, to),
      passages: passages.subarray(from, to),
      tokens: selectTokens(tokens, rows),
    });
  }
  return parts;
}

/** Token vectors of single passages, wherever they are stored. */
export interface TokenReader {
  /** See `Store.tokens`. */
  read(passages: readonly Chunk[], model: ModelKey): Promise<(Uint8Array<ArrayBuffer> | undefined)[]>;
  /** The collection is another than it was. */
  changed(): void;
  /** Blocks that were found damaged: nothing more is read of them. */
  readonly damaged: ReadonlySet<number>;
}

/** Rows `from` to `to` (exclusive) of a block. */
interface Stretch {
  readonly entry: SegmentEntry;
  readonly from: number;
  readonly to: number;
}

/** @param onDamage hears, a sentence each, of what cannot be read: it is as if it had not been stored. */
export function createTokenReader(
  home: Pick<Home, 'readParts'>,
  readManifest: () => Promise<Manifest>,
  onDamage: (message: string) => void,
): TokenReader {
  let known: Promise<ReadonlyMap<DocumentId, readonly Stretch[]>> | undefined;
  const tables = new Map<number, TokenTables>();
  const damaged = new Set<number>();

  const unlessDamaged = <T>(entry: SegmentEntry, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      damaged.add(entry.id);
      tables.delete(entry.id);
      onDamage(error.message);
      return undefined;
    }
  };
  const stretches = () => {
    known ??= readManifest().then(stretchesOf);
    // A failed look is not remembered: the next one tries again.
    known.catch(() => {
      known = undefined;
    });
    return known;
  };

  /** Undefined if a block is gone, since the collection has changed meanwhile. */
  const tryRead = async (passages: readonly Chunk[], model: ModelKey) => {
    const byDocument = await stretches();
    const here = (document: DocumentId) =>
      (byDocument.get(document) ?? []).filter(({ entry }) => entry.model === model && !damaged.has(entry.id));
    const wanted = new Map(passages.flatMap(({ document }) => here(document).map(({ entry }) => [entry.id, entry])));
    const unopened = [...wanted.values()].filter(({ id }) => !tables.has(id));
    const starts = await home.readParts(
      unopened.map(({ id, rows }) => ({ key: tokensKey(id), at: 0, bytes: tablesEnd(rows) })),
    );
    let isGone = starts.some((start) => !start);
    for (const [i, entry] of unopened.entries()) {
      const start = starts[i];
      const opened = start && unlessDamaged(entry, () => openTables(tokensKey(entry.id), entry, start));
      if (opened) tables.set(entry.id, opened);
    }

    const found = passages.flatMap((passage, i) => {
      const place = placeOf(passageHash(passage), here(passage.document), tables);
      return place ? [{ i, ...place }] : [];
    });
    const parts = await home.readParts(found.map(({ part }) => part));
    const levels: (Uint8Array<ArrayBuffer> | undefined)[] = passages.map(() => undefined);
    for (const [at, { i, entry, row, table }] of found.entries()) {
      const bytes = parts[at];
      if (!bytes) isGone = true;
      else levels[i] = unlessDamaged(entry, () => table.checked(row, bytes));
    }
    return { levels, isGone };
  };

  return {
    damaged,
    async read(passages, model) {
      const first = await tryRead(passages, model);
      if (!first.isGone) return first.levels;
      known = undefined;
      return (await tryRead(passages, model)).levels;
    },
    changed() {
      known = undefined;
    },
  };
}

function stretchesOf({ tokens = [] }: Manifest): Map<DocumentId, Stretch[]> {
  const byDocument = new Map<DocumentId, Stretch[]>();
  for (const entry of tokens) {
    let from = 0;
    for (const [document, rows, dead] of entry.runs) {
      const to = from + rows;
      const list = byDocument.get(document);
      if (!dead) {
        if (list) list.push({ entry, from, to });
        else byDocument.set(document, [{ entry, from, to }]);
      }
      from = to;
    }
  }
  return byDocument;
}

/** Where the passage is among these rows, if it has vectors there. */
function placeOf(
  passage: number,
  stretches: readonly Stretch[],
  tables: ReadonlyMap<number, TokenTables>,
): { entry: SegmentEntry; row: number; table: TokenTables; part: BlockPart } | undefined {
  for (const { entry, from, to } of stretches) {
    const table = tables.get(entry.id);
    for (let row = from; table && row < to; row++) {
      if (table.passages[row] !== passage) continue;
      const place = table.place(row);
      if (place.bytes > 0) return { entry, row, table, part: { key: tokensKey(entry.id), ...place } };
    }
  }
  return undefined;
}
