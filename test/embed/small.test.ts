import { afterAll, expect, test } from 'vitest';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { agreement, references } from './reference.ts';

const encoder = createNodeEncoder(packagedModels(), nativeRuntime(1));
afterAll(() => encoder.close());

test.each([...references()])(
  'the small form of %s gives nearly the same vectors, under a key of its own',
  async (id, rows) => {
    const cosines = await agreement(encoder, `${id}-small`, rows);
    for (const [i, cosine] of cosines.entries()) expect(cosine, rows[i]!.text.slice(0, 60)).toBeGreaterThan(0.96);
    expect(cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length).toBeGreaterThan(0.99);
    const [full, small] = [await encoder.load(id), await encoder.load(`${id}-small`)];
    expect(small).toMatchObject({ dim: full.dim, queryInstruction: full.queryInstruction });
    expect(small.key).not.toBe(full.key);
  },
);
