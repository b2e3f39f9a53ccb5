import { decodeHTML } from 'entities';
import type { Flow } from './flow.ts';

const REFERENCE = /&(?:#[xX][0-9a-fA-F]+|#[0-9]+|[a-zA-Z][a-zA-Z0-9]{1,40});?/y;

/**
 * Writes `value`, which an HTML parser decoded from `source[from, to)`, to `flow` with the place of each character.
 *
 * The two differ where a character reference was decoded, a line end normalised, or a stray tag left out; everything
 * else of the source that does not come next in `value` is skipped. `base` is added to every offset.
 * Cost: one pass over both.
 */
export function align(value: string, source: string, from: number, to: number, flow: Flow, base = 0): void {
  if (to - from === value.length && source.startsWith(value, from)) {
    flow.text(value, base + from);
    return;
  }
  let i = 0;
  let j = from;
  let start = i;
  const emit = () => {
    if (i > start) flow.text(value.slice(start, i), base + j - (i - start));
  };
  const decoded = (length: number, span: number) => {
    emit();
    flow.decoded(value.slice(i, i + length), base + j, span);
    start = i += length;
    j += span;
  };
  while (i < value.length && j < to) {
    const char = source[j]!;
    if (char === '&') {
      REFERENCE.lastIndex = j;
      const reference = REFERENCE.exec(source)?.[0];
      const text = reference && decodeHTML(reference);
      if (text !== undefined && text !== reference && value.startsWith(text, i)) {
        decoded(text.length, reference!.length);
        continue;
      }
    }
    if (char === value[i]) {
      i++;
      j++;
    } else if (char === '\r' && value[i] === '\n') {
      decoded(1, source[j + 1] === '\n' ? 2 : 1);
    } else {
      emit();
      start = i;
      const close = char === '<' ? source.indexOf('>', j) : -1;
      j = close >= 0 && close < to ? close + 1 : j + 1;
    }
  }
  emit();
  if (i < value.length) flow.decoded(value.slice(i), base + j, 0);
}
