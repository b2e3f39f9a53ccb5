import { sentences } from '../core/sentences.ts';
import type { Block, Range } from '../core/types.ts';
import type { CountTokens } from './chunk.ts';

/** The least a chunk is made of: a block, or a part of one that is too long. */
export interface Unit extends Range {
  /** In tokens; where a tokenizer sees few tokens in many characters (a base64 line is one), in characters. */
  readonly size: number;
  readonly block: Block;
}

/** No passage is longer than this many characters a token, whatever the tokenizer says. */
const CHARS_PER_TOKEN = 8;
/** Texts sent to the tokenizer at once. */
const BATCH = 4096;

/**
 * The blocks of a document as units of at most `budget`, in order: whole blocks where they fit, else sentences (of
 * code and tables, lines), else stretches of at most `budget` characters cut at white space, else graphemes.
 *
 * A character may be several tokens (rare scripts); then a stretch is halved until it fits or is one grapheme, which
 * is the only unit that may exceed the budget. Cost: linear; every character is counted at most a few times.
 */
export async function unitsOf(
  text: string,
  blocks: readonly Block[],
  budget: number,
  count: CountTokens,
): Promise<Unit[]> {
  let units: Unit[] = blocks.map((block) => ({ start: block.start, end: block.end, size: Number.NaN, block }));
  for (let round = 0; ; round++) {
    units = await sized(text, units, budget, count);
    if (units.every((unit) => unit.size <= budget)) return units;
    const finer = units.flatMap((unit) => (unit.size <= budget ? [unit] : divided(text, unit, budget, round)));
    if (finer.length === units.length && round > 0) return units;
    units = finer;
  }
}

/** Units with their sizes filled in. What is too long by its characters alone is not sent to the tokenizer. */
async function sized(text: string, units: readonly Unit[], budget: number, count: CountTokens): Promise<Unit[]> {
  const short = units.filter((unit) => Number.isNaN(unit.size) && floor(unit) <= budget);
  const sizes = new Map<Unit, number>();
  for (let at = 0; at < short.length; at += BATCH) {
    const batch = short.slice(at, at + BATCH);
    const counts = await count(batch.map((unit) => text.slice(unit.start, unit.end)));
    for (const [i, unit] of batch.entries()) sizes.set(unit, Math.max(counts[i]!, floor(unit)));
  }
  return units.map((unit) => (Number.isNaN(unit.size) ? { ...unit, size: sizes.get(unit) ?? floor(unit) } : unit));
}

const floor = ({ start, end }: Range) => Math.ceil((end - start) / CHARS_PER_TOKEN);

/** A unit that is too long, in parts that together hold every visible character of it. */
function divided(text: string, unit: Unit, budget: number, round: number): Unit[] {
  const lined = unit.block.kind === 'code' || unit.block.kind === 'table';
  const parts = round === 0 ? (lined ? lines(text, unit) : sentences(text, unit.start, unit.end)) : [];
  const width = Math.min(budget, Math.ceil((unit.end - unit.start) / 2));
  const ranges = parts.length > 1 ? parts : stretches(text, unit, width);
  return ranges.length > 1
    ? ranges.map(({ start, end }) => ({ start, end, size: Number.NaN, block: unit.block }))
    : [unit];
}

function lines(text: string, { start, end }: Range): Range[] {
  const found: Range[] = [];
  for (let at = start; at < end; ) {
    const line = text.indexOf('\n', at);
    const to = line < 0 || line > end ? end : line;
    const visible = text.slice(at, to).trimEnd();
    if (visible !== '') found.push({ start: at, end: at + visible.length });
    at = to + 1;
  }
  return found;
}

/** Stretches of at most `width` UTF-16 units (a longer grapheme stays whole), cut after white space where there is any. */
function stretches(text: string, { start, end }: Range, width: number): Range[] {
  const found: Range[] = [];
  for (let at = start; at < end; ) {
    const to = end - at <= width ? end : cutBefore(text, at, at + width, end);
    const part = text.slice(at, to);
    const visible = part.trim();
    if (visible !== '') {
      const first = at + part.indexOf(visible[0]!);
      found.push({ start: first, end: first + visible.length });
    }
    at = to;
  }
  return found;
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** How far before a cut its graphemes are looked at; longer ones are only kept from being cut inside a surrogate pair. */
const LOOK = 64;

/** The best place to cut in `(from, limit]`: after white space in its second half, else at a grapheme's boundary. */
function cutBefore(text: string, from: number, limit: number, end: number): number {
  for (let at = limit; at > from + (limit - from) / 2; at--) if (/\s/.test(text[at - 1]!)) return at;
  const base = Math.max(from, limit - LOOK);
  const boundaries = Array.from(
    graphemes.segment(text.slice(base, Math.min(end, limit + LOOK))),
    (g) => base + g.index,
  );
  const before = boundaries.findLast((at) => at > from && at <= limit && (at > base || base === from));
  const after = before ?? boundaries.find((at) => at > limit) ?? Math.min(end, limit + LOOK);
  return isPairSplit(text, after) ? after + 1 : after;
}

const isPairSplit = (text: string, at: number) =>
  /[\ud800-\udbff]/.test(text[at - 1]!) && /[\udc00-\udfff]/.test(text[at] ?? '');
