import { ANSWER_MARK, QUESTION_MARK } from '../core/questions.ts';
import type { Block } from '../core/types.ts';
import { type Piece, part, type Run } from './compose.ts';

/** `Q: … A: …` in one block: what comes before the answer. */
const BOTH = new RegExp(`${QUESTION_MARK.source}\\S[^]*?\\s+(?=${ANSWER_MARK.source.slice(1)})`, 'iu');

/**
 * Pieces in which a question that is marked as one (`Q:`, `问：`) and answered (`A:`, `答：`), in the same block or the
 * next, is a heading: so that what reads the blocks need know only one way of asking.
 */
export function withQuestions(pieces: readonly Piece[]): Piece[] {
  let level = 1;
  return pieces.flatMap((piece, i): Piece[] => {
    if (piece.kind === 'heading') level = piece.level;
    if (piece.kind === 'heading' || piece.kind === 'code' || piece.kind === 'table') return [piece];
    const text = textOf(piece);
    if (!QUESTION_MARK.test(text)) return [piece];
    const heading = { kind: 'heading', level: under(level) } as const;
    const both = BOTH.exec(text)?.[0];
    if (both) {
      const [question, answer] = cut(piece.runs, both.length);
      return [
        { ...piece, ...heading, runs: question },
        { kind: 'paragraph', level: 0, runs: answer },
      ];
    }
    const next = pieces[i + 1];
    return next && ANSWER_MARK.test(textOf(next)) ? [{ ...piece, ...heading }] : [piece];
  });
}

/** The level of a question below a heading: one that begins a section of its own, where that is possible. */
export const under = (level: number) => Math.min(3, level + 1);

/** The same for the blocks of a plain text, where a question and its answer are lines. */
export function splitQuestions(text: string, blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    const both = BOTH.exec(text.slice(block.start, block.end))?.[0];
    if (!both) return [block];
    const end = block.start + both.trimEnd().length;
    return [
      { ...block, kind: 'heading', level: 2, end },
      { ...block, start: block.start + both.length },
    ];
  });
}

const textOf = ({ runs }: Piece) =>
  runs
    .map(({ text }) => text)
    .join('')
    .trimStart();

/** Runs up to the first `length` characters after leading white space, and the rest. */
function cut(runs: readonly Run[], length: number): [Run[], Run[]] {
  const whole = runs.map(({ text }) => text).join('');
  let left = length + whole.length - whole.trimStart().length;
  const [head, tail]: [Run[], Run[]] = [[], []];
  for (const run of runs) {
    const taken = Math.min(left, run.text.length);
    if (taken > 0) head.push(part(run, 0, taken));
    if (taken < run.text.length) tail.push(part(run, taken, run.text.length));
    left -= taken;
  }
  return [head, tail];
}
