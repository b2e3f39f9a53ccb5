import type { AddProgress } from '../core/engine.ts';

/** Draws one line on stderr, at most ten times a second, and only where a person is watching. */
export function progressLine(): { show(text: string): void; end(): void } {
  let [shownAt, shown] = [0, false];
  return {
    show(text) {
      if (!process.stderr.isTTY || performance.now() - shownAt < 100) return;
      shownAt = performance.now();
      shown = true;
      process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}

/** “indexing 37 %, 12/s, 41 s left, guide/intro.md” */
export function describeProgress(progress: AddProgress, startedAt: number): string {
  const { phase, bytes, bytesTotal, passages, current } = progress;
  const share = bytesTotal > 0 ? bytes / bytesTotal : 0;
  if (phase === 'model') return `loading model ${current} ${Math.round(share * 100)} %`;
  const seconds = (performance.now() - startedAt) / 1000;
  const left = share > 0.01 ? `, ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
  return `indexing ${Math.round(share * 100)} %, ${(passages / seconds).toFixed(0)}/s${left}, ${current}`;
}
