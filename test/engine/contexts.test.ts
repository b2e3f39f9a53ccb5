import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk } from '../../src/core/types.ts';
import { contextsOf } from '../../src/engine/contexts.ts';

const late = { window: 40, mix: 0.5, upTo: 20 };

test('a window holds its passage where it says, is as long as it may, and has the passage in its middle', () => {
  const sizes = fc.record({ before: fc.nat(300), own: fc.integer({ min: 1, max: 80 }), after: fc.nat(300) });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 30 }), ({ before, own, after }, tokens) => {
      const text = 'a'.repeat(before) + 'b'.repeat(own) + 'c'.repeat(after);
      const chunk = { textStart: before, textEnd: before + own } as Chunk;
      const [context] = contextsOf({ text, language: 'en' }, [chunk], [tokens], late);
      if (tokens > late.upTo || before + after === 0 || Math.round(((late.window - tokens) * own) / tokens) === 0) {
        expect(context).toBeUndefined();
        return;
      }
      expect(context!.text.slice(context!.start, context!.end)).toBe('b'.repeat(own));
      expect(text).toContain(context!.text);
      const room = Math.round(((late.window - tokens) * own) / tokens);
      expect(context!.text.length).toBe(own + Math.min(room, before + after));
      const [ahead, behind] = [context!.start, context!.text.length - context!.end];
      if (ahead < before && behind < after) expect(Math.abs(ahead - behind)).toBeLessThanOrEqual(1);
    }),
  );
});

test('Chinese windows are simplified, and still hold their passage', () => {
  const text = '前面的話。網頁語義搜尋引擎。後面的話。';
  const [start, end] = [text.indexOf('網'), text.indexOf('後')];
  const [context] = contextsOf({ text, language: 'zh' }, [{ textStart: start, textEnd: end } as Chunk], [10], late);
  expect(context!.text).toBe('前面的话。网页语义搜寻引擎。后面的话。');
  expect(context!.text.slice(context!.start, context!.end)).toBe('网页语义搜寻引擎。');
});
