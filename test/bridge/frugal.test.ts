import { expect, test } from 'vitest';
import { frugalEncoder } from '../../src/bridge/frugal.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import { EngineError } from '../../src/core/errors.ts';

/** Encodes until it has encoded `room` texts; then memory is out, for good. */
function bounded(room: number, log: string[], name: string): Encoder {
  let left = room;
  return {
    embed: async (_model: string, _role: string, texts: readonly string[]) => {
      left -= texts.length;
      if (left < 0) throw new EngineError('model-unavailable', 'could not be opened: std::bad_alloc');
      log.push(...texts.map((text) => `${name} ${text}`));
      return { rows: texts.length, dim: 1, dense: new Float32Array(texts.length) };
    },
    load: async () => {
      throw new EngineError('model-unavailable', 'answered 404');
    },
    info: async () => ({ backend: name, threads: 1, loaded: [], notes: ['a note'] }),
    close: async () => void log.push(`${name} closed`),
  } as unknown as Encoder;
}

test('what failed for want of memory is done by the frugal one, and all that comes; it is said, and the other closed', async () => {
  const log: string[] = [];
  let made = 0;
  const encoder = frugalEncoder(bounded(1, log, 'ample'), () => {
    made++;
    return bounded(9, log, 'frugal');
  });
  await encoder.embed('m', 'passage', ['a']);
  expect((await encoder.info()).notes).toEqual(['a note']);
  await Promise.all([encoder.embed('m', 'passage', ['b']), encoder.embed('m', 'query', ['c'])]);
  await encoder.embed('m', 'passage', ['d']);
  expect(made).toBe(1);
  expect(log.filter((line) => !line.endsWith('closed')).sort()).toEqual([
    'ample a',
    'frugal b',
    'frugal c',
    'frugal d',
  ]);
  expect(log).toContain('ample closed');
  expect(await encoder.info()).toMatchObject({
    backend: 'frugal',
    notes: ['a note', expect.stringMatching(/^Memory ran out \(could not be opened: std::bad_alloc\); since then/)],
  });
});

test('other failures are the caller’s, and where even the frugal one has no memory, that is said', async () => {
  const log: string[] = [];
  const encoder = frugalEncoder(bounded(0, log, 'ample'), () => bounded(0, log, 'frugal'), 'from the start');
  await expect(encoder.load('m')).rejects.toThrow('404');
  expect(await encoder.info()).toMatchObject({ backend: 'ample', notes: ['a note', 'from the start'] });
  await expect(encoder.embed('m', 'query', ['a'])).rejects.toThrow('bad_alloc');
  await encoder.close();
  expect(log).toEqual(['ample closed', 'frugal closed']);
});
