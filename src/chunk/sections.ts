import type { Block, Document } from '../core/types.ts';

/** What stands under one heading, up to the next heading of level ≤ `SECTION_LEVEL`. */
export interface Section {
  /** Headings above the section's text, its own included, outermost first; without the document's title. */
  readonly path: readonly string[];
  /** The section's own heading, if it has one: not part of `body`. */
  readonly heading?: Block;
  readonly body: readonly Block[];
}

/** Headings down to this level begin a section; lower ones stay in the text. */
const SECTION_LEVEL = 3;
/** A longer one is no heading, whatever its mark-up says. */
const MAX_HEADING = 200;

/** A document's sections, in order; together they hold every block once. */
export function sectionsOf({ title, text, blocks }: Document): Section[] {
  const sections: Section[] = [];
  const above: { level: number; name: string }[] = [];
  let heading: Block | undefined;
  let body: Block[] = [];
  const close = () => {
    if (!heading && body.length === 0) return;
    const names = above.map((entry) => entry.name);
    const path = names[0] === title ? names.slice(1) : names;
    sections.push({ path, body, ...(heading ? { heading } : {}) });
    body = [];
  };
  for (const block of blocks) {
    if (block.kind !== 'heading' || block.level > SECTION_LEVEL || block.end - block.start > MAX_HEADING) {
      body.push(block);
      continue;
    }
    close();
    heading = block;
    while (above.length > 0 && above.at(-1)!.level >= block.level) above.pop();
    const name = text.slice(block.start, block.end).replace(/\s+/g, ' ');
    above.push({ level: block.level, name });
  }
  close();
  return sections;
}
