import { expect, test } from 'vitest';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { createHubEncoder } from '../../src/embed/hub.ts';
import { routedEncoder } from '../../src/embed/routed.ts';
import { transformersFolder } from './transformers-folder.ts';

test('each name goes to its own encoder, and info is of both', async () => {
  const { folder, remove } = await transformersFolder();
  const both = routedEncoder((name) => name.endsWith('en-v1.5'), createHubEncoder({ folder }), createNodeEncoder());
  const [theirs, ours] = [await both.load('bge-small-en-v1.5'), await both.load('bge-small-zh-v1.5')];
  expect(theirs.source).toContain(folder);
  expect(ours.source).toContain('tools/models');
  expect((await both.embed('bge-small-zh-v1.5', 'query', ['灯塔'])).dim).toBe(512);
  expect([...(await both.countTokens('bge-small-en-v1.5', ['hello']))]).toEqual([1]);
  const info = await both.info();
  expect(info.loaded).toEqual(['bge-small-zh-v1.5', 'bge-small-en-v1.5']);
  expect(info.backend).toMatch(/^native/);
  await both.close();
  await expect(both.load('bge-small-en-v1.5')).rejects.toMatchObject({ code: 'worker-lost' });
  await remove();
});
