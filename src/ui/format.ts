/** Numbers as a person reads them. */
import type { Reason } from '../core/answer.ts';

/** `12,345`: English and Chinese group alike, and starting the browser's own formatter costs a page tens of milliseconds. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A share of one: `64%`. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `812 B`, `1.4 KB`, `37 MB`: powers of 1,000, two significant places below ten. */
export function bytes(size: number): string {
  let value = Math.max(0, size);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** A similarity or probability with two places and no leading zero: `.81`, `1.0`, `−.05`. */
export function fraction(value: number): string {
  const text = Math.abs(value).toFixed(2);
  const sign = value < 0 && text !== '0.00' ? '−' : '';
  return sign + (text.startsWith('0') ? text.slice(1) : Number(text).toFixed(1));
}

/** Milliseconds: `0.4 ms`, `23 ms`, `1.2 s`. */
export function milliseconds(value: number): string {
  if (value >= 999.5) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 1 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** The words a person typed that the passage has, each once, in the order of the reasons. */
export function matchedWords(reasons: readonly Reason[]): readonly string[] {
  return [...new Set(reasons.flatMap((reason) => (reason.kind === 'words' ? reason.matched : [])))];
}

/** The page that an anchor of a paged document names: `page=14` → 14. */
export function pageOf(anchor: string | undefined): number | undefined {
  const page = /^page=(\d+)$/.exec(anchor ?? '')?.[1];
  return page === undefined ? undefined : Number(page);
}

/** The last part of a path: `guide/props.md` → `props.md`. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
