import type { Chunk } from './types.ts';

/** Where a passage stands: title and headings, outermost first. Empty if it has neither. */
export function passagePath(chunk: Pick<Chunk, 'title' | 'headings'>): string {
  return [chunk.title, ...chunk.headings].filter((name) => name !== '').join(' › ');
}

/** A passage as the encoder sees it: its path on one line, then its text. A section's heading often holds the very words its text leaves out. */
export function passageText(chunk: Pick<Chunk, 'title' | 'headings' | 'text'>): string {
  const path = passagePath(chunk);
  return path === '' ? chunk.text : `${path}\n${chunk.text}`;
}
