import { expect, test } from 'vitest';
import type { Session } from '../../src/embed/session.ts';
import { survivingSession } from '../../src/embed/surviving.ts';

/** Answers with `value` the first `runs` times, then fails. */
function session(value: number, runs = Number.POSITIVE_INFINITY): Session & { closed: boolean } {
  return {
    closed: false,
    async run() {
      if (runs-- <= 0) throw new Error('device lost');
      return Float32Array.of(value);
    },
    async close() {
      this.closed = true;
    },
  };
}
const first = async (session: Session) => (await session.run([101, 102], 'first'))[0];

test('a run that fails is run again elsewhere, and so are all later ones', async () => {
  const [gpu, cpu] = [session(1, 2), session(2)];
  const causes: unknown[] = [];
  const surviving = survivingSession(gpu, async (cause) => {
    causes.push(cause);
    return cpu;
  });
  expect([await first(surviving), await first(surviving), await first(surviving), await first(surviving)]).toEqual([
    1, 1, 2, 2,
  ]);
  expect(causes).toEqual([new Error('device lost')]);
  await surviving.close();
  expect([gpu.closed, cpu.closed]).toEqual([true, true]);
});

test('what fails elsewhere too fails', async () => {
  const surviving = survivingSession(session(1, 0), async () => session(2, 0));
  await expect(first(surviving)).rejects.toThrow('device lost');
});
