import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../src/core/types.ts';
import { sectionAt, sectionsOf } from '../../src/ui/sections.ts';

const documents = fc
  .array(fc.tuple(fc.constantFrom('w', 'word ', '字', '😀', 'line\n'), fc.integer({ min: 1, max: 6000 })), {
    maxLength: 12,
  })
  .map((paragraphs) => {
    let text = '';
    const blocks: Block[] = paragraphs.map(([unit, length]) => {
      if (text) text += '\n\n';
      const start = text.length;
      text += unit.repeat(Math.ceil(length / unit.length));
      return { kind: 'paragraph', level: 0, start, end: text.length };
    });
    return { text, blocks };
  });

test('sections hold every character of every block once, in order, in parts that are quick to lay out', () => {
  fc.assert(
    fc.property(documents, ({ text, blocks }) => {
      const parts = sectionsOf(blocks, text).flatMap((section) => section.blocks);
      for (const block of blocks) {
        const own = parts.filter((part) => part.start >= block.start && part.end <= block.end);
        expect(own.map((part) => text.slice(part.start, part.end)).join('')).toBe(text.slice(block.start, block.end));
      }
      for (const part of parts) {
        expect(part.end - part.start).toBeGreaterThan(0);
        expect(part.end - part.start).toBeLessThanOrEqual(4000);
        expect(text.charCodeAt(part.start) & 0xfc00).not.toBe(0xdc00);
      }
      for (const section of sectionsOf(blocks, text)) expect(section.end - section.start).toBeLessThanOrEqual(8000);
    }),
    { numRuns: 40 },
  );
});

test('every offset of a block is found in the section that holds it', () => {
  fc.assert(
    fc.property(documents, fc.nat(), ({ text, blocks }, seed) => {
      fc.pre(blocks.length > 0);
      const sections = sectionsOf(blocks, text);
      const block = blocks[seed % blocks.length]!;
      const offset = block.start + (seed % (block.end - block.start));
      const section = sections[sectionAt(sections, offset)]!;
      expect(section.start <= offset && offset < section.end).toBe(true);
    }),
    { numRuns: 40 },
  );
});
