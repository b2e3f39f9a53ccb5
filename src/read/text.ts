import type { BlockKind } from '../core/types.ts';
import type { Composition } from './compose.ts';
import { splitQuestions } from './faq.ts';

/**
 * Plain text: the reading text is the source itself, and a block is what stands between blank lines.
 *
 * Cost: one pass over the text.
 */
export function readText(source: string, kind: BlockKind = 'paragraph'): Composition {
  const blocks: Composition['blocks'][number][] = [];
  let start = -1;
  let end = -1;
  const close = () => {
    if (start >= 0) blocks.push({ kind, level: 0, start, end });
    start = -1;
  };
  for (const line of source.matchAll(/[^\n]*(?:\n|$)/g)) {
    const visible = line[0].trim();
    if (visible === '') close();
    else {
      const indent = line[0].indexOf(visible);
      if (start < 0) start = line.index + (kind === 'code' ? 0 : indent);
      end = line.index + indent + visible.length;
    }
  }
  close();
  return { text: source, blocks: kind === 'code' ? blocks : splitQuestions(source, blocks), origin: new Uint32Array() };
}
