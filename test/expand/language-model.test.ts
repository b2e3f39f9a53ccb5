import { afterEach, beforeEach, expect, test } from 'vitest';
import { languageModelExpander } from '../../src/expand/language-model.ts';
import { type Fake, fakeLanguageModel } from './fake-language-model.ts';

let fake: Fake;
beforeEach(() => {
  const model = fakeLanguageModel();
  fake = model.fake;
  Object.assign(globalThis, { LanguageModel: model });
});
afterEach(() => void Reflect.deleteProperty(globalThis, 'LanguageModel'));
const expander = (patienceMs = 60_000) => languageModelExpander({ patienceMs })!;

test('without a model in the browser there is no expander', () => {
  Reflect.deleteProperty(globalThis, 'LanguageModel');
  expect(languageModelExpander()).toBeUndefined();
});

test('a question brings words that it lacks, each once, and each less than a word that was said', async () => {
  fake.state = { en: 'available' };
  fake.reply = () => JSON.stringify(['dismissal', ' sick leave ', 'dismissal', 'fire', '', 7, 'x'.repeat(50)]);
  const terms = await expander().expand('can my boss fire me?');
  expect(terms.map(({ text }) => text)).toEqual(['dismissal', 'sick leave']);
  for (const { weight } of terms) expect(weight).toBeLessThan(1);
  expect(fake.log).toEqual(['create', 'prompt can my boss fire me? (constrained)']);
});

test('a Chinese question is asked of a session in Chinese', async () => {
  fake.state = { zh: 'available' };
  fake.reply = (_, [system]) => JSON.stringify(/JSON 数组/.test(system!.content) ? ['解除劳动合同'] : ['wrong']);
  expect(await expander().expand('老板能炒我鱿鱼吗')).toEqual([expect.objectContaining({ text: '解除劳动合同' })]);
  expect(await expander().expand('can my boss fire me?')).toEqual([]);
});

test('one question does not colour the next, and no session is left behind', async () => {
  fake.state = { en: 'available' };
  const pasts: number[] = [];
  fake.reply = (_, past) => {
    pasts.push(past.length);
    return '["tide"]';
  };
  const one = expander();
  for (const query of ['why is the sea high', 'why is the sea low']) await one.expand(query);
  expect(new Set(pasts).size).toBe(1);
  expect(fake.log.filter((line) => line === 'create')).toHaveLength(1);
  one.close();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(fake.open).toBe(0);
  expect(await one.expand('why is the sea salty')).toHaveLength(1); // after `close` a session is made again
});

test('a model that would have to be downloaded is not, until it is asked for', async () => {
  fake.state = { en: 'downloadable' };
  const one = expander();
  expect(await one.availability('en')).toBe('downloadable');
  expect(await one.availability('zh')).toBe('unavailable');
  expect(await one.expand('a question')).toEqual([]);
  expect(fake.log).toEqual([]);
  const progress: number[] = [];
  await one.prepare('en', { onProgress: (done) => progress.push(done) });
  expect(progress).toEqual([0, 0.5, 1]);
  fake.reply = () => '["word"]';
  expect(await one.expand('a question')).toHaveLength(1);
});

test('a download can be stopped, and stopping later does not end the session', async () => {
  fake.state = { en: 'downloadable' };
  const one = expander();
  const stop = new AbortController();
  const stopped = one.prepare('en', { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
  await expect(stopped).rejects.toThrow('enough');
  const later = new AbortController();
  await one.prepare('en', { signal: later.signal });
  later.abort();
  fake.reply = () => '["word"]';
  expect(await one.expand('a question')).toHaveLength(1);
});

test('what cannot be had is an error of a known code when it is asked for, and nothing otherwise', async () => {
  await expect(expander().prepare('en')).rejects.toMatchObject({ code: 'model-unavailable' });
  expect(await expander().expand('a question')).toEqual([]);
});

test.each(['no JSON', '{"a":1}', '"word"', 'null'])('an answer of %s is no list of words', async (answer) => {
  fake.state = { en: 'available' };
  fake.reply = () => answer;
  expect(await expander().expand('a question')).toEqual([]);
});

test('a model that does not answer in time is not waited for; a caller that has gone hears its own reason', async () => {
  fake.state = { en: 'available' };
  fake.reply = () => new Promise(() => {});
  expect(await expander(30).expand('a question')).toEqual([]);
  const stop = new AbortController();
  const asked = expander().expand('a question', { signal: stop.signal });
  stop.abort(new Error('typed on'));
  await expect(asked).rejects.toThrow('typed on');
  await expect(expander().expand('a question', { signal: stop.signal })).rejects.toThrow('typed on');
});
