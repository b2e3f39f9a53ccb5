import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  connectEncoder,
  connectEngine,
  connectProjector,
  type ENCODER_METHODS,
  type ENGINE_METHODS,
  type Peer,
} from '../../src/bridge/client.ts';
import { serveEncoder, serveEngine, serveProjector } from '../../src/bridge/host.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import type { AddProgress, Engine, EngineSettings } from '../../src/core/engine.ts';
import { EngineError } from '../../src/core/errors.ts';
import type { Projector } from '../../src/core/map.ts';
import type { DocumentId } from '../../src/core/types.ts';

// A MessageChannel clones and transfers as a worker does, and needs no browser.
let channels: MessageChannel[];
let served: Partial<Engine>;
let engine: Engine;

beforeEach(() => {
  channels = [];
  served = {};
  engine = connectEngine(() => {
    const channel = new MessageChannel();
    channels.push(channel);
    serveEngine(served as Engine, channel.port1);
    channel.port2.start();
    return channel.port2 as unknown as Peer;
  });
});
afterEach(() => {
  for (const { port1, port2 } of channels) {
    port1.close();
    port2.close();
  }
});

test('nothing is started before the first call', async () => {
  served.documents = async () => [];
  expect(channels).toHaveLength(0);
  expect(await engine.documents()).toEqual([]);
  expect(channels).toHaveLength(1);
});

test('an error keeps its class, code and cause', async () => {
  served.open = async () => {
    throw new EngineError('bad-input', 'Expected a document.', { cause: { asked: 'x' } });
  };
  const error = await engine.open('x' as DocumentId).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ code: 'bad-input', message: 'Expected a document.', cause: { asked: 'x' } });
});

test('a cause that cannot be cloned does not keep the error from arriving', async () => {
  served.open = async () => {
    throw new EngineError('bad-input', 'Expected a document.', { cause: () => {} });
  };
  await expect(engine.open('x' as DocumentId)).rejects.toMatchObject({ code: 'bad-input' });
});

test('progress arrives while the call runs', async () => {
  const seen: number[] = [];
  served.add = async (_files, options) => {
    for (const passages of [1, 2, 3]) options!.onProgress!({ passages } as AddProgress);
    await expect.poll(() => seen).toEqual([1, 2, 3]);
    return { added: 1, unchanged: 0, skipped: [], passages: 3 };
  };
  await engine.add([], { onProgress: ({ passages }) => seen.push(passages) });
});

test('what the options ask of the caller is answered across, errors with their class', async () => {
  served.teach = async ({ questionsFor, blocked }) => {
    const passage = { id: 'a#0', headings: [], text: 'rent' };
    const made = await questionsFor!(passage);
    const why = await blocked!({ query: made[0]!, pos: [], neg: [], kind: 'question-document', origin: 'synthetic' });
    return { made, why } as never;
  };
  const questionsFor = async ({ text }: { text: string }) => [`who pays ${text}?`];
  const blocked = ({ query }: { query: string }) => (query.includes('rent') ? 'is of rent' : undefined);
  expect(await engine.teach({ questionsFor, blocked })).toEqual({ made: ['who pays rent?'], why: 'is of rent' });

  const failing = () => {
    throw new EngineError('model-unavailable', 'Expected a language model.');
  };
  await expect(engine.teach({ questionsFor: failing })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'model-unavailable',
  });
  await expect(engine.teach({ questionsFor: () => [(() => {}) as never] })).rejects.toThrow(/clone/);
});

test('an answer that never comes is given up when the call has ended', async () => {
  let answer: Promise<unknown> | undefined;
  served.teach = async ({ questionsFor }) => {
    answer = Promise.resolve(questionsFor!({ id: '', headings: [], text: '' }));
    return {} as never;
  };
  await engine.teach({ questionsFor: () => new Promise(() => {}) });
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});

test('aborting reaches the other side, and the caller gets the reason it gave', async () => {
  const stop = new AbortController();
  const reason = new Error('changed my mind');
  served.add = (_files, options) =>
    new Promise((_, reject) => {
      options!.signal!.addEventListener('abort', () => reject(options!.signal!.reason as Error));
      stop.abort(reason);
    });
  await expect(engine.add([], { signal: stop.signal })).rejects.toBe(reason);
});

test('a call with a signal already aborted is never sent', async () => {
  const add = vi.fn();
  served.add = add;
  await expect(engine.add([], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(add).not.toHaveBeenCalled();
});

test('a call in flight when the worker dies is rejected, and the next call starts a fresh worker', async () => {
  let asked = 0;
  served.documents = () => new Promise(() => void asked++);
  const call = engine.documents();
  await expect.poll(() => asked).toBe(1);
  channels[0]!.port2.dispatchEvent(new Event('error'));
  await expect(call).rejects.toMatchObject({ code: 'worker-lost' });

  served.documents = async () => [];
  expect(await engine.documents()).toEqual([]);
  expect(channels).toHaveLength(2);
});

test('closing rejects what is still waiting', async () => {
  served.documents = () => new Promise(() => {});
  served.close = async () => {};
  const call = engine.documents();
  await engine.close();
  await expect(call).rejects.toMatchObject({ code: 'worker-lost' });
});

test('an encoder gives its buffers away instead of copying them', async () => {
  const dense = new Float32Array([1, 0, 0, 1]);
  const channel = new MessageChannel();
  channels.push(channel);
  serveEncoder({ embed: async () => ({ rows: 2, dim: 2, dense }) } as unknown as Encoder, channel.port1);
  const encoder = connectEncoder(() => channel.port2 as unknown as Peer);
  const received = await encoder.embed('m', 'passage', ['a', 'b']);
  expect([...received.dense]).toEqual([1, 0, 0, 1]);
  expect(dense.length).toBe(0);
});

test('the client forwards every method of both interfaces', () => {
  // The compiler checks the lists against the interfaces: a method left out makes these types differ.
  type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
  const engineMethods: Same<(typeof ENGINE_METHODS)[number], keyof Engine> = true;
  const encoderMethods: Same<(typeof ENCODER_METHODS)[number], keyof Encoder> = true;
  expect([engineMethods, encoderMethods]).toEqual([true, true]);
});

test('a worker makes its engine from the settings that the page gave, once', async () => {
  const asked: EngineSettings[] = [];
  const channel = new MessageChannel();
  channels.push(channel);
  serveEngine((settings) => {
    asked.push(settings);
    return { documents: async () => [] } as Partial<Engine> as Engine;
  }, channel.port1);
  channel.port2.start();
  const connected = connectEngine(() => channel.port2 as unknown as Peer, { collection: 'papers', models: '/m/' });
  await Promise.all([connected.documents(), connected.documents()]);
  expect(asked).toEqual([{ collection: 'papers', models: '/m/' }]);
});

test('a map crosses with its arrays and its progress; a passage’s likes come as they are', async () => {
  const map = { points: Float32Array.of(1, 2), ordinals: Uint32Array.of(0), documents: [], areas: [], fitted: 1 };
  const seen: unknown[] = [];
  served.map = async ({ onProgress } = {}) => {
    onProgress!({ phase: 'arrange', done: 0.5 });
    await expect.poll(() => seen).toEqual([{ phase: 'arrange', done: 0.5 }]);
    return map;
  };
  served.similar = async (passage, limit) => [{ chunk: { id: passage } as never, cosine: limit as never }];
  expect(await engine.map({ onProgress: (progress) => seen.push(progress) })).toEqual(map);
  expect(await engine.similar('a#0' as never, 3)).toEqual([{ chunk: { id: 'a#0' }, cosine: 3 }]);
});

test('vectors are moved to the projector and places are moved back; a cancelled layout says why', async () => {
  const { port1, port2 } = new MessageChannel();
  channels.push({ port1, port2 } as MessageChannel);
  const places = Float32Array.of(3, 4);
  const seen: unknown[] = [];
  const stop = new AbortController();
  serveProjector(
    {
      fit: async (vectors, dim, options) => {
        options!.onProgress!('compare', vectors.length / dim);
        await expect.poll(() => options!.signal!.aborted || seen.length > 0).toBe(true);
        options!.signal!.throwIfAborted();
        return places;
      },
    } as Projector,
    port1,
  );
  port2.start();
  const projector = connectProjector(() => port2 as unknown as Peer);
  const vectors = new Float32Array(6);
  const { signal } = new AbortController();
  expect(await projector.fit(vectors, 3, { signal, onProgress: (...told) => seen.push(told) })).toEqual(
    Float32Array.of(3, 4),
  );
  expect([vectors.length, places.length]).toEqual([0, 0]);
  expect(seen.splice(0)).toEqual([['compare', 2]]);
  const fitting = projector.fit(new Float32Array(6), 3, { signal: stop.signal, onProgress: () => {} });
  stop.abort(new Error('enough'));
  await expect(fitting).rejects.toThrow('enough');
});
