import type { Encoder, EncoderInfo } from '../core/encoder.ts';

/**
 * `encoder`, closed when nobody has used it for `idleMs`: with its worker go some 200 MB of weights and buffers. The next
 * call starts it anew, from the files kept on the device. Asking for `info` neither wakes it nor keeps it awake.
 *
 * @param encoder One that may be used again after `close`, as those of `connectEncoder` may.
 * @param idleMs 0 for never.
 */
export function restingEncoder(encoder: Encoder, idleMs: number): Encoder {
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resting: EncoderInfo | undefined;
  let closing: Promise<void> = Promise.resolve();

  const rest = async () => {
    const info = await encoder.info();
    // Somebody may have come meanwhile.
    if (running > 0 || timer !== undefined) return;
    resting = { ...info, loaded: [] };
    closing = encoder.close();
    await closing;
  };
  const use = async <T>(call: () => Promise<T>): Promise<T> => {
    clearTimeout(timer);
    timer = undefined;
    resting = undefined;
    running++;
    try {
      await closing.catch(() => {});
      return await call();
    } finally {
      running--;
      if (running === 0 && idleMs > 0) {
        timer = setTimeout(() => {
          timer = undefined;
          // An encoder that cannot even answer is as good as closed.
          rest().catch(() => {});
        }, idleMs);
      }
    }
  };

  return {
    load: (...args) => use(() => encoder.load(...args)),
    countTokens: (...args) => use(() => encoder.countTokens(...args)),
    embed: (...args) => use(() => encoder.embed(...args)),
    score: (...args) => use(() => encoder.score(...args)),
    info: async () => resting ?? encoder.info(),
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await encoder.close();
    },
  };
}
