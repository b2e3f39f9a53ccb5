import { GFM, type InlineContext, type MarkdownConfig, parser } from '@lezer/markdown';

/** Links are matched bracket by bracket and emphasis mark by mark; past these many in one block they are only characters. */
const MAX_BRACKETS = 250;
const MAX_MARKS = 5_000;

let block: InlineContext | undefined;
let brackets = 0;
let marks = 0;

/** Keeps a crafted paragraph from costing the square of its length. */
const bounded: MarkdownConfig = {
  parseInline: [
    {
      name: 'Bounded',
      before: 'Escape',
      parse(context, next, at) {
        if (context !== block) {
          block = context;
          brackets = marks = 0;
        }
        if (next === 91 || next === 93) return ++brackets > MAX_BRACKETS ? at + 1 : -1;
        if (next === 33) return brackets > MAX_BRACKETS ? at + 1 : -1;
        if (next === 42 || next === 95 || next === 126) return ++marks > MAX_MARKS ? at + 1 : -1;
        return -1;
      },
    },
  ],
};

/** CommonMark with GitHub's tables, task lists, strikethrough and bare addresses. Linear in its input. */
export const markdownParser = parser.configure([GFM, bounded]);
