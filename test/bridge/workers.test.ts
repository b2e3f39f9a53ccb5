import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectEncoder, connectEngine } from '../../src/bridge/client.ts';
import { serveEncoder, serveEngine } from '../../src/bridge/host.ts';
import { askForWorker, type Started, servePorts, startWorker, type WorkerName } from '../../src/bridge/workers.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import type { Engine } from '../../src/core/engine.ts';

/** What the page holds of a worker: one end of a channel, at whose other end the worker's script runs, as its scope. */
interface Fake extends MessagePort, Started {
  readonly name: WorkerName;
  readonly heard: unknown[];
  readonly scope: MessagePort;
  ended: boolean;
  die(message: string): void;
}
let workers: Fake[];
let scripts: Partial<Record<WorkerName, (scope: MessagePort) => void>>;

function begin(name: WorkerName): Fake {
  const script = scripts[name];
  if (!script) throw new Error(`Refused to create ${name}.`);
  const { port1, port2: scope } = new MessageChannel();
  const heard: unknown[] = [];
  port1.addEventListener('message', ({ data }) => heard.push(data));
  const fake: Fake = Object.assign(port1, {
    name,
    heard,
    scope,
    ended: false,
    terminate() {
      fake.ended = true;
      port1.close();
    },
    die: (message: string) => void port1.dispatchEvent(Object.assign(new Event('error'), { message })),
  });
  port1.start();
  workers.push(fake);
  // As in a browser, what is said before the script has run waits for it.
  setTimeout(() => {
    script(scope);
    scope.start();
  }, 10);
  return fake;
}
const named = (name: WorkerName) => workers.filter((worker) => worker.name === name);

const counted = { countTokens: async (_model: string, texts: readonly string[]) => texts.map(({ length }) => length) };
const encoderScript = (scope: MessagePort) =>
  servePorts((port) => serveEncoder(counted as unknown as Encoder, port), scope);
/** An engine whose documents are what its encoder counts. */
const engineScript = (scope: MessagePort) => {
  const encoder = connectEncoder(() => askForWorker('embed', scope));
  const engine = {
    documents: () => encoder.countTokens('m', ['four', 'words']),
    close: () => encoder.close(),
  };
  serveEngine(engine as unknown as Engine, scope);
};
const open = () => connectEngine(() => startWorker(begin, 'engine'));

beforeEach(() => {
  workers = [];
  scripts = { engine: engineScript, embed: encoderScript };
});
afterEach(() => {
  for (const { scope, terminate } of workers) {
    terminate();
    scope.close();
  }
});

test('what a worker asks for is started by the page, and their talk does not pass through it', async () => {
  expect(await open().documents()).toEqual([4, 5]);
  expect(workers.map(({ name }) => name)).toEqual(['engine', 'embed']);
  expect(named('embed')[0]!.heard).toEqual([]);
});

test('one that dies is lost to whoever asked for it, and the next call asks for another', async () => {
  scripts.embed = () => {};
  const engine = open();
  const call = engine.documents();
  await expect.poll(() => named('embed').length).toBe(1);
  named('embed')[0]!.die('out of memory');
  await expect(call).rejects.toMatchObject({ code: 'worker-lost', message: expect.stringContaining('out of memory') });
  await expect.poll(() => named('embed')[0]!.ended).toBe(true);
  scripts.embed = encoderScript;
  expect(await engine.documents()).toEqual([4, 5]);
  expect(workers.map(({ name }) => name)).toEqual(['engine', 'embed', 'embed']);
});

test('one that the browser does not create is lost, and says why', async () => {
  delete scripts.embed;
  const call = open().documents();
  await expect(call).rejects.toMatchObject({ code: 'worker-lost', message: /Refused to create embed/ });
});

test('one that is closed ends, and whoever asked for it goes on', async () => {
  let talk: ReturnType<typeof askForWorker> | undefined;
  scripts.engine = (scope) => {
    talk = askForWorker('embed', scope);
  };
  startWorker(begin, 'engine');
  await expect.poll(() => named('embed').length).toBe(1);
  talk!.terminate();
  await expect.poll(() => named('embed')[0]!.ended).toBe(true);
  expect(named('engine')[0]!.ended).toBe(false);
});

test('with a worker end all that it asked for, and what those asked for', async () => {
  scripts.embed = (scope) => {
    encoderScript(scope);
    for (let thread = 0; thread < 2; thread++) askForWorker('bert', scope);
  };
  scripts.bert = () => {};
  scripts.map = () => {};
  const engine = startWorker(begin, 'engine');
  startWorker(begin, 'map');
  const talk = connectEngine(() => engine);
  expect(await talk.documents()).toEqual([4, 5]);
  await expect.poll(() => named('bert').length).toBe(2);
  engine.terminate();
  expect(workers.map(({ name, ended }) => [name, ended])).toEqual([
    ['engine', true],
    ['map', false],
    ['embed', true],
    ['bert', true],
    ['bert', true],
  ]);
});
