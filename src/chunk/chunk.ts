import { sourceOffset } from '../core/offsets.ts';
import { questionIn } from '../core/questions.ts';
import type { Block, Chunk, ChunkId, Document, Range } from '../core/types.ts';
import { pack } from './pack.ts';
import { sectionsOf } from './sections.ts';
import { type Unit, unitsOf } from './units.ts';

/** Tokens of each text, without the model's own marks. */
export type CountTokens = (texts: readonly string[]) => Promise<Uint32Array>;

/** A passage a person reads at a glance; with its title and headings it stays well inside the 512 tokens of a BGE model. */
export const DEFAULT_BUDGET = 256;

export interface ChunkOptions {
  /** Most tokens of a chunk's text; title and headings come on top. */
  readonly budget?: number;
  /** A section of at most so many tokens is tiny: it may share a passage with its tiny neighbours. An eighth of the budget unless told. */
  readonly tiny?: number;
  readonly countTokens: CountTokens;
  /** Where a block had to be divided, begin the next chunk with the last sentence of the one before. */
  readonly overlap?: boolean;
}

/**
 * The passages of a document, in order. The same document and budget give the same chunks.
 *
 * A chunk never reaches over a heading of level 1–3, unless the sections on both sides are tiny. Headings stand in
 * `headings`, or (lower levels, merged sections, sections without text) in the text; so every visible character of
 * the document is in a chunk's text, headings or title. Sizes add up: a chunk may differ from the sum of its parts by
 * a few tokens where a word longer than the budget was cut.
 */
export async function chunk(document: Document, options: ChunkOptions): Promise<Chunk[]> {
  const { budget = DEFAULT_BUDGET, tiny = budget / 8, countTokens, overlap = false } = options;
  const units = await unitsOf(document.text, document.blocks, budget, countTokens);
  const anchors = anchorsOf(document.blocks);
  const passages = pack(sectionsOf(document), byBlock(units), { budget, tiny, overlap });
  const questions = questionsOf(document, passages);
  return passages.map(({ path, start, end }, ordinal) => ({
    id: `${document.id}#${ordinal}` as ChunkId,
    document: document.id,
    ordinal,
    title: document.title,
    headings: path,
    text: document.text.slice(start, end),
    start: sourceOffset(document.origin, start),
    end: sourceOffset(document.origin, end),
    textStart: start,
    textEnd: end,
    ...anchors(start),
    ...(questions.has(ordinal) && { questions: questions.get(ordinal)! }),
  }));
}

function byBlock(units: readonly Unit[]): (block: Block) => readonly Unit[] {
  const found = new Map<Block, Unit[]>();
  for (const unit of units) {
    const of = found.get(unit.block);
    if (of) of.push(unit);
    else found.set(unit.block, [unit]);
  }
  return (block) => found.get(block) ?? [];
}

/** For passages asked for in order: the anchor of the block a passage begins in, or of the nearest before it that has one. */
function anchorsOf(blocks: readonly Block[]): (start: number) => { anchor?: string } {
  let next = 0;
  let anchor: string | undefined;
  return (start) => {
    for (; next < blocks.length && blocks[next]!.start <= start; next++) anchor = blocks[next]!.anchor ?? anchor;
    return anchor ? { anchor } : {};
  };
}

/** A heading, or a title, that is a question is answered by what follows it: by the first passage that does, or that holds it. */
function questionsOf({ title, text, blocks }: Document, passages: readonly Range[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const add = (heading: string, start: number) => {
    const question = questionIn(heading);
    const ordinal = passages.findIndex(({ end }) => end > start);
    const known = found.get(ordinal) ?? [];
    if (question && ordinal >= 0 && !known.includes(question)) found.set(ordinal, [...known, question]);
  };
  add(title, 0);
  for (const { kind, start, end } of blocks) {
    if (kind === 'heading') add(text.slice(start, end).replace(/\s+/g, ' '), start);
  }
  return found;
}
