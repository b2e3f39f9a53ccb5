import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptQueries } from '../../src/adapt/adapter.ts';
import { EngineError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ModelKey } from '../../src/core/types.ts';
import { normalise } from '../../src/kernels/normalise.ts';
import { adapted, decodeLaneAdapter, encodeLaneAdapter, laneAdapter } from '../../src/site/adapter.ts';
import { rotate } from '../../src/site/basis.ts';
import { principalAxes } from '../../src/site/rotate.ts';

const DIM = 8;
const model = 'test/model' as ModelKey;

function world(seed: number, withBias: boolean) {
  const random = createRandom(seed);
  const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  return {
    axes: principalAxes(values(40 * DIM), DIM),
    adapter: { model, dim: DIM, matrix: values(DIM * DIM), bias: withBias ? values(DIM) : new Float32Array(0) },
    query: normalise(values(DIM)),
  };
}

test('turned into the lane and adapted there, a query is what it would be adapted and then turned', () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, withBias) => {
      const { axes, adapter, query } = world(seed, withBias);
      const wanted = rotate(adaptQueries(adapter, model, query), axes, DIM);
      const inLane = laneAdapter(adapter, axes, DIM);
      const got = adapted(inLane, rotate(query, axes, DIM));
      for (let i = 0; i < DIM; i++) expect(got[i]).toBeCloseTo(wanted[i]!, 4);
      const read = decodeLaneAdapter(encodeLaneAdapter(inLane), 1, DIM);
      const again = adapted(read, rotate(query, axes, DIM));
      for (let i = 0; i < DIM; i++) expect(again[i]).toBeCloseTo(wanted[i]!, 1);
    }),
  );
});

test('a smaller one changes the first values by the first values, and leaves the others', () => {
  const { axes, adapter, query } = world(3, false);
  const [whole, small] = [DIM, 3].map((size) => laneAdapter(adapter, axes, size));
  const head = Float32Array.from(query, (value, i) => (i < 3 ? value : 0));
  const [full, part] = [whole!, small!].map((one) => adapted(one, head));
  for (const i of [0, 1, 2]) expect(part![i]! / part![0]!).toBeCloseTo(full![i]! / full![0]!, 4);
  const kept = adapted(small!, query);
  for (const i of [4, 5]) expect(kept[i]! / kept[3]!).toBeCloseTo(query[i]! / query[3]!, 4);
});

test('an adapter that is cut, longer or of another size is refused', () => {
  const { axes, adapter } = world(1, true);
  const body = encodeLaneAdapter(laneAdapter(adapter, axes, 4));
  for (let length = 0; length < body.length; length++) {
    expect(() => decodeLaneAdapter(body.slice(0, length), 0, 4)).toThrow(EngineError);
  }
  expect(() => decodeLaneAdapter(Uint8Array.of(...body, 0), 0, 4)).toThrow(EngineError);
  expect(() => decodeLaneAdapter(body, 0, DIM)).toThrow(EngineError);
});
