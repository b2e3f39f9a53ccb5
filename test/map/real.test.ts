/** The map of real passages: our own documentation, read by the real model. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { createEngine } from '../../src/engine.ts';
import { principalPlane } from '../../src/map/pca.ts';
import { createProjector } from '../../src/map/projector.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { kept, trustworthiness } from './trust.ts';

const FILES = ['how-search-works', 'explorer', 'adaptation', 'widget', 'library', 'models', 'privacy-and-offline'];

test('real passages keep their neighbours better than by two principal directions, and those of a document lie together', async () => {
  const projector = createProjector();
  let vectors = new Float32Array();
  const engine = createEngine({
    store: async () => createMemoryStore(),
    encoder: createNodeEncoder(),
    models: { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' },
    projector: {
      ...projector,
      fit(given, dim, options) {
        vectors = given.slice();
        return projector.fit(given, dim, options);
      },
    },
  });
  const files = FILES.map(async (name) => ({
    path: `${name}.md`,
    data: new Blob([await readFile(new URL(`../../docs/${name}.md`, import.meta.url))]),
  }));
  await engine.add(await Promise.all(files), { tokens: false });
  const { points, documents, fitted } = await engine.map();
  await engine.close();

  const dim = vectors.length / fitted;
  const flat = principalPlane(vectors, dim);
  const measured = {
    map: { trust: trustworthiness(vectors, dim, points), kept: kept(vectors, dim, points) },
    plane: { trust: trustworthiness(vectors, dim, flat), kept: kept(vectors, dim, flat) },
  };
  expect(measured.map.trust, JSON.stringify(measured)).toBeGreaterThan(0.85);
  expect(measured.map.trust).toBeGreaterThan(measured.plane.trust + 0.05);
  expect(measured.map.kept).toBeGreaterThan(measured.plane.kept + 0.1);

  const documentOf = documents.flatMap(({ passages }, d) => Array.from({ length: passages }, () => d));
  let same = 0;
  for (let row = 0; row < fitted; row++) {
    const others = documentOf.map((_, i) => i).filter((i) => i !== row);
    const far = (i: number) => Math.hypot(points[2 * i]! - points[2 * row]!, points[2 * i + 1]! - points[2 * row + 1]!);
    const [next] = others.sort((a, b) => far(a) - far(b));
    if (documentOf[next!] === documentOf[row]) same++;
  }
  const chance = documents.reduce((sum, { passages }) => sum + (passages / fitted) ** 2, 0);
  expect(same / fitted).toBeGreaterThan(2 * chance);
});
