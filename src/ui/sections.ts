import type { Block } from '../core/types.ts';

/** A run of blocks that is put on the page in one go. */
export interface Section {
  readonly blocks: readonly Block[];
  readonly start: number;
  readonly end: number;
}

/** So much text is laid out well within a frame. */
const SECTION_CHARACTERS = 8_000;
/** A longer block is shown in parts; a book in one paragraph would otherwise stop the page. */
const BLOCK_CHARACTERS = 4_000;

/**
 * Cuts a document into sections of about eight thousand characters, in order, each with at least one block.
 * Blocks longer than half of that come out in parts, cut at a line end or a space where there is one.
 */
export function sectionsOf(blocks: readonly Block[], text: string): readonly Section[] {
  const sections: Section[] = [];
  let run: Block[] = [];
  const close = () => {
    if (run.length > 0) sections.push({ blocks: run, start: run[0]!.start, end: run.at(-1)!.end });
    run = [];
  };
  for (const block of blocks) {
    for (const part of parts(block, text)) {
      if (run.length > 0 && part.end - run[0]!.start > SECTION_CHARACTERS) close();
      run.push(part);
    }
  }
  close();
  return sections;
}

/** The section that holds an offset; the nearest one before it for the white space between blocks. */
export function sectionAt(sections: readonly Section[], offset: number): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sections[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** A guess at how tall a section will be, in lines of the reading pane, so that the scroll bar is about right. */
export function estimatedLines(section: Section): number {
  return section.blocks.reduce((lines, block) => lines + 1 + Math.ceil((block.end - block.start) / 68), 0);
}

function* parts(block: Block, text: string): Generator<Block> {
  let start = block.start;
  while (block.end - start > BLOCK_CHARACTERS) {
    const end = cutBefore(text, start, start + BLOCK_CHARACTERS);
    yield { ...block, start, end };
    start = end;
  }
  if (start === block.start) yield block;
  else if (start < block.end) yield { ...block, start };
}

function cutBefore(text: string, start: number, limit: number): number {
  const half = start + BLOCK_CHARACTERS / 2;
  const line = text.lastIndexOf('\n', limit - 1);
  if (line >= half) return line + 1;
  const space = text.lastIndexOf(' ', limit - 1);
  if (space >= half) return space + 1;
  return (text.charCodeAt(limit) & 0xfc00) === 0xdc00 ? limit - 1 : limit;
}
