import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sentences } from '../../src/core/sentences.ts';

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

test.each([
  ['full stops, and what is not one', ['Node.js 3.14 is out.', 'Use e.g. this, or i.e. that.', 'Done!']],
  ['titles and initials', ['Dr. Smith met J. R. Tolkien vs. Mr. Jones.', 'They spoke.']],
  ['closing quotes', ['He said “stop.”', '(It did.)', 'Then?!', '"Yes."']],
  ['ellipses', ['Well… maybe.', 'And so on…', 'The end.']],
])('English: %s', (_, expected) => {
  expect(split(expected.join(' '))).toEqual(expected);
});

test.each([
  ['no space after the stop', ['今天天气很好。', '我们去公园吧！', '好吗？', '好。']],
  ['closing brackets belong to the sentence', ['他说：“走吧。”', '（我没去。）', '「好。」', '完']],
  ['English stops beside Han', ['真的吗?', '是的!', '版本是 3.5。', 'Vue.js 很好。']],
])('Chinese: %s', (_, expected) => {
  expect(split(expected.join(''))).toEqual(expected);
});

test('a blank line ends a sentence, a single line break does not', () => {
  expect(split('one\ntwo\n \nthree')).toEqual(['one\ntwo', 'three']);
});

test('every visible character is in exactly one sentence, in order', () => {
  const unit = fc.constantFrom('a', 'B', '.', '。', '？', '!', '…', '"', '”', ')', ' ', '\n', '中', '😀', 'Dr', '3');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.nat(10), (text, start) => {
      let at = Math.min(start, text.length);
      for (const range of sentences(text, at)) {
        expect(text.slice(at, range.start).trim()).toBe('');
        const sentence = text.slice(range.start, range.end);
        expect(sentence).toBe(sentence.trim());
        expect(sentence).not.toBe('');
        at = range.end;
      }
      expect(text.slice(at).trim()).toBe('');
    }),
  );
});
