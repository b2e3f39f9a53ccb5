import { isOutOfMemory } from '../core/device.ts';
import type { Encoder } from '../core/encoder.ts';

/**
 * `ample` until memory runs out: then it is closed, and what failed and all that comes is done by `frugal`, which takes
 * less. What else fails, fails.
 *
 * @param frugal Made when it is needed. @param note What a person should know from the start.
 */
export function frugalEncoder(ample: Encoder, frugal: () => Encoder, note?: string): Encoder {
  let instead: Encoder | undefined;
  const notes = note === undefined ? [] : [note];
  const attempt = async <T>(call: (encoder: Encoder) => Promise<T>): Promise<T> => {
    if (instead) return call(instead);
    try {
      return await call(ample);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (!instead) {
        notes.push(
          `Memory ran out (${(error as Error).message}); since then one worker encodes, which takes less and is slower.`,
        );
        instead = frugal();
        // Its worker goes, and with it what it held; a dead one cannot answer any more.
        void ample.close().catch(() => {});
      }
      return call(instead);
    }
  };
  return {
    load: (...args) => attempt((encoder) => encoder.load(...args)),
    countTokens: (...args) => attempt((encoder) => encoder.countTokens(...args)),
    embed: (...args) => attempt((encoder) => encoder.embed(...args)),
    score: (...args) => attempt((encoder) => encoder.score(...args)),
    async info() {
      const info = await (instead ?? ample).info();
      return notes.length === 0 ? info : { ...info, notes: [...info.notes, ...notes] };
    },
    async close() {
      await (instead ?? ample).close();
    },
  };
}
