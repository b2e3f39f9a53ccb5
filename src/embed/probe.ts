import { EngineError } from '../core/errors.ts';
import type { Probe } from './card.ts';
import type { Session } from './session.ts';

/** Another processor rounds otherwise; another result is another matter. */
const LEAST_COSINE = 0.99;

/**
 * Throws unless the session makes of each probe's ids what ONNX Runtime on the processor made of them.
 *
 * @param who What computes, for the message. @throws EngineError `model-unavailable` with the cosine that was found.
 */
export async function prove(session: Session, probes: readonly Probe[], who: string, where: string): Promise<void> {
  for (const { ids, vector } of probes) {
    const got = (await session.run(ids, 'first')).subarray(0, vector.length);
    const cosine = cosineOf(got, vector);
    if (cosine >= LEAST_COSINE) continue;
    throw new EngineError(
      'model-unavailable',
      `${where}: expected ${who} to agree with the CPU’s ONNX Runtime (cosine ≥ ${LEAST_COSINE}), got ${cosine.toFixed(3)}.`,
    );
  }
}

function cosineOf(a: Float32Array, b: Int8Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    dot += value * b[i]!;
    aa += value * value;
    bb += b[i]! * b[i]!;
  }
  return dot / Math.sqrt(aa * bb);
}
