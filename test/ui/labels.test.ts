import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, fitting, overlaps } from '../../src/ui/plots/labels.ts';

const size = { width: 100, height: 60 };
const boxes = fc.array(
  fc.record({
    left: fc.integer({ min: -20, max: 110 }),
    top: fc.integer({ min: -20, max: 70 }),
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 30 },
);
const inside = ({ left, top, width, height }: Box) =>
  left >= 0 && top >= 0 && left + width <= 100 && top + height <= 60;

test('no two labels lie on one another, and each that was left out had no room', () => {
  fc.assert(
    fc.property(boxes, boxes, (labels, taken) => {
      const chosen = fitting(labels, size, taken);
      for (const [i, label] of chosen.entries()) {
        expect(inside(label)).toBe(true);
        for (const other of [...taken, ...chosen.slice(0, i)]) expect(overlaps(label, other)).toBe(false);
      }
      for (const label of labels.filter((one) => !chosen.includes(one))) {
        const before = chosen.filter((one) => labels.indexOf(one) < labels.indexOf(label));
        expect(!inside(label) || [...taken, ...before].some((other) => overlaps(label, other))).toBe(true);
      }
    }),
  );
});

test('labels that touch do not overlap, the first wins, and there is a most', () => {
  const at = (left: number): Box => ({ left, top: 0, width: 10, height: 10 });
  expect(fitting([at(0), at(10), at(5), at(20)], size)).toEqual([at(0), at(10), at(20)]);
  expect(fitting([at(0), at(10), at(20)], size, [], 2)).toHaveLength(2);
});
