import type { Sample } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { normaliseText } from './filters.ts';

/**
 * Says which line of a block list a sample runs into, in its question or a text of it.
 *
 * A line is a word or phrase, of which case and width do not count and which must not be a part of a longer word (Chinese
 * has no such thing: there it may stand anywhere); or, between slashes, a regular expression. Blank lines and those that
 * begin with `#` are left out.
 *
 * @throws EngineError `bad-input` naming a line that is no regular expression.
 */
export function blockList(lines: readonly string[]): (sample: Sample) => string | undefined {
  const entries = lines.flatMap((line, i) => {
    const entry = line.trim();
    return entry === '' || entry.startsWith('#') ? [] : [{ entry, pattern: patternOf(entry, i + 1) }];
  });
  return ({ query, pos, neg }) => {
    const texts = [query, ...pos, ...neg].map(normaliseText);
    const found = entries.find(({ pattern }) => texts.some((text) => pattern.test(text)));
    return found && `is on the block list: ${found.entry}`;
  };
}

function patternOf(entry: string, line: number): RegExp {
  const expression = /^\/(.+)\/$/.exec(entry)?.[1];
  if (expression === undefined) {
    const words = normaliseText(entry).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    const [first, last] = [[...words].at(0)!, [...words].at(-1)!];
    return new RegExp(`${LATIN.test(first) ? OPENS : ''}${words}${LATIN.test(last) ? CLOSES : ''}`, 'iu');
  }
  try {
    return new RegExp(expression, 'iu');
  } catch (cause) {
    throw new EngineError(
      'bad-input',
      `Expected a regular expression between the slashes in line ${line} of the block list, got “${entry}”; mend or remove it.`,
      { cause: String(cause) },
    );
  }
}

const LATIN = /[\p{Script=Latin}\p{N}]/u;
const OPENS = '(?<![\\p{Script=Latin}\\p{N}])';
const CLOSES = '(?![\\p{Script=Latin}\\p{N}])';
