import { GFM, type InlineContext, type MarkdownConfig, parser } from '@lezer/markdown';

const codes = (marks: string) => new Set(Array.from(marks, (mark) => mark.charCodeAt(0)));
/** Each of these may make the parser look through the rest of its block, or through all that it has read of it. */
const PAIRED = codes('[]<`');
const EMPHASIS = codes('*_~');
/** More than any paragraph has; what comes after them in the same block is plain text, but for escapes and references. */
const MAX_PAIRED = 500;
const MAX_EMPHASIS = 5_000;
const KEPT = codes('\\&');

let block: InlineContext | undefined;
let paired = 0;
let emphasis = 0;

/** Keeps a crafted paragraph from costing the square of its length. */
const bounded: MarkdownConfig = {
  // Definitions are taken out before, by `mask`: this one reads a paragraph again for every line that might go on.
  remove: ['LinkReference'],
  parseInline: [
    {
      name: 'Bounded',
      before: 'Escape',
      parse(context, next, at) {
        if (context !== block) {
          block = context;
          paired = emphasis = 0;
        }
        if (PAIRED.has(next)) paired++;
        else if (EMPHASIS.has(next)) emphasis++;
        const excess = paired > MAX_PAIRED || emphasis > MAX_EMPHASIS;
        return excess && !KEPT.has(next) ? at + 1 : -1;
      },
    },
  ],
};

/** CommonMark with GitHub's tables, task lists, strikethrough and bare addresses. Linear in its input. */
export const markdownParser = parser.configure([GFM, bounded]);
