import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Answer } from '../../src/core/answer.ts';
import type { SearchOptions } from '../../src/core/engine.ts';
import { createSearcher } from '../../src/ui/searching.ts';

interface Call {
  readonly query: string;
  readonly options: SearchOptions;
  answer(tier?: Answer['tier'], refused?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** An engine that answers when the test says so, and a log of what the page would show. */
function scripted() {
  const calls: Call[] = [];
  const shown: string[] = [];
  const engine = {
    search: (query: string, options: SearchOptions = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const soon = async (settle: () => void) => {
          settle();
          await vi.advanceTimersByTimeAsync(0);
        };
        calls.push({
          query,
          options,
          answer: (tier = 'full', refused = false) =>
            soon(() => resolve({ query, tier, refused, passages: [{}] } as unknown as Answer)),
          fail: (error) => soon(() => reject(error)),
        });
      }),
  };
  const searcher = createSearcher(engine, {
    onAsked: () => {},
    onAnswer: (answer, _ms, more) => shown.push(`${answer.query} ${answer.tier}${more ? ' …' : ''}`),
    onFailure: (error) => shown.push(`failed: ${(error as Error).message}`),
    onRefined: (answer) => shown.push(`${answer.query} refined`),
  });
  return { searcher, calls, shown };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('while typing, the engine is asked once, after a pause, with the last word unfinished', async () => {
  const { searcher, calls } = scripted();
  for (const text of ['p', 'pr', 'pro', 'prop']) {
    searcher.type(text);
    await vi.advanceTimersByTimeAsync(40);
  }
  expect(calls).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(calls.map(({ query, options }) => [query, options.typing])).toEqual([['prop', true]]);
});

test('a word with a space after it is finished', async () => {
  const { searcher, calls } = scripted();
  searcher.type('props ');
  await vi.advanceTimersByTimeAsync(120);
  expect(calls[0]?.options.typing).toBe(false);
});

test('an old answer that arrives late is not shown, and its search is aborted', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('old');
  searcher.ask('new');
  expect(calls[0]!.options.signal?.aborted).toBe(true);
  await calls[1]!.answer();
  await calls[0]!.answer();
  expect(shown).toEqual(['new full']);
});

test('an old failure is not shown either', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('old');
  searcher.ask('new');
  await calls[0]!.fail(new Error('gone'));
  await calls[1]!.fail(new Error('broken'));
  expect(shown).toEqual(['failed: broken']);
});

test('where the model is not loaded, keywords come first and meaning replaces them', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('props');
  await calls[0]!.answer('keywords');
  expect(calls[1]?.options.tier).toBe('full');
  await calls[1]!.answer('full');
  expect(shown).toEqual(['props keywords …', 'props full']);
});

test('where the model cannot be loaded, the keywords stay and nothing more is promised', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('props');
  await calls[0]!.answer('keywords');
  await calls[1]!.fail(new Error('no network'));
  expect(shown).toEqual(['props keywords …', 'props keywords']);
});

test('an answer that is slow in coming is bridged by keywords, which never replace it', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('props');
  await vi.advanceTimersByTimeAsync(200);
  expect(calls[1]?.options.tier).toBe('keywords');
  await calls[0]!.answer('full');
  await calls[1]!.answer('keywords');
  expect(shown).toEqual(['props full']);
});

test('an empty question asks nothing and forgets the one before', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('props');
  searcher.type('  ');
  await calls[0]!.answer();
  expect(calls).toHaveLength(1);
  expect(shown).toEqual([]);
});

test('an answer that stands is looked at more closely, unless somebody works with it by then', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('props');
  await calls[0]!.answer();
  await vi.advanceTimersByTimeAsync(400);
  expect(calls[1]?.options.rerank).toBe('auto');
  await calls[1]!.answer();
  expect(shown).toEqual(['props full', 'props refined']);

  searcher.ask('slots');
  await calls[2]!.answer();
  searcher.keep();
  await vi.advanceTimersByTimeAsync(400);
  expect(calls).toHaveLength(3);

  searcher.ask('emits');
  await calls[3]!.answer();
  await vi.advanceTimersByTimeAsync(400);
  searcher.keep();
  await calls[4]!.answer();
  expect(shown.slice(2)).toEqual(['slots full', 'emits full']);
});

test('asked again, a question is heard of only if it is answered now, and nobody has asked another since', async () => {
  const { searcher, calls, shown } = scripted();
  searcher.ask('keep');
  await calls[0]!.answer('full', true);
  searcher.again('keep');
  searcher.again('keep');
  expect(calls).toHaveLength(2);
  await calls[1]!.answer('full', true);
  expect(shown).toEqual(['keep full']);
  searcher.again('keep');
  await calls[2]!.answer();
  expect(shown).toEqual(['keep full', 'keep full']);
  searcher.again('keep');
  searcher.ask('other');
  await calls[3]!.answer();
  await calls[4]!.answer();
  expect(shown.at(-1)).toBe('other full');
  expect(shown).toHaveLength(3);
});
