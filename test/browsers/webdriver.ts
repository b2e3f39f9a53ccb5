/** WebKitGTK, driven over the W3C WebDriver protocol by the driver that comes with it; it knows no other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Browser, InPage, Tab } from './tab.ts';
import { waitForMiddle } from './tab.ts';

const SCRIPT_MS = 90_000;
/** Keys that are not characters, as the protocol writes them. */
const KEYS: Readonly<Record<string, string>> = {
  Enter: '\uE007',
  Escape: '\uE00C',
  Backspace: '\uE003',
  Tab: '\uE004',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Shift: '\uE008',
  Control: '\uE009',
};

/** @param xvfb A screen of its own, so that no window opens before anybody; without, the session's own screen. */
export async function launchWebKit(driver: string, xvfb: string | undefined): Promise<Browser> {
  const screen = xvfb === undefined ? undefined : await startScreen(xvfb);
  const port = await freePort();
  const process_ = spawn(driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...(screen && { DISPLAY: screen.display, GDK_BACKEND: 'x11', WAYLAND_DISPLAY: '' }) },
  });
  const stop = async () => {
    await end(process_);
    if (screen) await end(screen.process);
  };
  try {
    const command = commander(`http://127.0.0.1:${port}`);
    const started = await whenReady(() => command<Started>('POST', '/session', { capabilities: {} }));
    const session = `/session/${started.sessionId}`;
    await command('POST', `${session}/timeouts`, { script: SCRIPT_MS, pageLoad: 60_000 });
    const first = await command<string>('GET', `${session}/window`);
    let isFirstFree = true;
    return {
      name: 'WebKitGTK',
      version: started.capabilities.browserVersion,
      async open() {
        const { handle } = isFirstFree
          ? { handle: first }
          : await command<{ handle: string }>('POST', `${session}/window/new`, { type: 'window' });
        isFirstFree = false;
        const tab = driverTab(command, session, handle);
        await tab.resize(1280, 800);
        return tab;
      },
      async close() {
        await command('DELETE', session).catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Started {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}
type Command = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<T>;

/** Sends commands of the protocol, one after another, as a session takes them. */
function commander(address: string): Command {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(method: string, path: string, body?: object) => {
    const next = last.then(async () => {
      const response = await fetch(address + path, {
        method,
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      });
      const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
      if (!response.ok) throw new Error(`WebDriver, ${method} ${path}: ${value.error}: ${value.message}`);
      return value as T;
    });
    last = next.catch(() => {});
    return next;
  };
}

function driverTab(command: Command, session: string, handle: string): Tab {
  /** The session has one window at a time in hand. */
  const here = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    await command('POST', `${session}/window`, { handle });
    return command<T>(method, session + path, body);
  };
  const run = async <A extends unknown[], R>(script: InPage<A, R>, ...args: A): Promise<R> => {
    const said = await here<{ value?: string; error?: string }>('POST', '/execute/async', {
      script: `const answer = arguments[arguments.length - 1];
        (async () => JSON.stringify(await (${script})(...${JSON.stringify(args)})))()
          .then((value) => answer({ value }), (error) => answer({ error: String(error) + '\\n' + error?.stack }));`,
      args: [],
    });
    if (said.error !== undefined) throw new Error(said.error);
    return said.value === undefined || said.value === null ? (undefined as R) : (JSON.parse(said.value) as R);
  };
  const keys = (actions: readonly object[]) =>
    here('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  const stroke = (value: string) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  return {
    async goto(url) {
      await here('POST', '/url', { url });
      await run(listen);
    },
    async reload() {
      await here('POST', '/refresh');
      await run(listen);
    },
    url: () => here('GET', '/url'),
    run,
    async click(selector) {
      const { x, y } = await waitForMiddle({ run }, selector);
      const pointer = {
        type: 'pointer',
        id: 'mouse',
        parameters: { pointerType: 'mouse' },
        actions: [
          { type: 'pointerMove', origin: 'viewport', x, y },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      };
      await here('POST', '/actions', { actions: [pointer] });
    },
    async type(text) {
      for (const char of text) await keys(stroke(char));
    },
    async press(chord) {
      const values = chord.split('+').map((key) => KEYS[key] ?? key);
      const down = values.map((value) => ({ type: 'keyDown', value }));
      const up = values.toReversed().map((value) => ({ type: 'keyUp', value }));
      await keys([...down, ...up]);
    },
    async resize(width, height) {
      const frame = await run(() => ({ width: outerWidth - innerWidth, height: outerHeight - innerHeight }));
      await here('POST', '/window/rect', { width: width + frame.width, height: height + frame.height });
    },
    async screenshot(path) {
      await writeFile(path, await here<string>('GET', '/screenshot'), 'base64');
    },
    complaints: () => run(() => (globalThis as unknown as { complained?: string[] }).complained ?? []),
    async close() {
      await here('DELETE', '/window');
    },
  };
}

/** In the page, once it has loaded: what goes wrong from now on. The protocol tells nothing of a console. */
function listen(): void {
  const complained: string[] = [];
  Object.assign(globalThis, { complained });
  addEventListener('error', ({ message }) => complained.push(message));
  addEventListener('unhandledrejection', ({ reason }) => complained.push(String(reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    complained.push(`${violatedDirective} ${blockedURI}`),
  );
}

async function startScreen(xvfb: string): Promise<{ display: string; process: ChildProcess }> {
  const started = spawn(xvfb, ['-displayfd', '1', '-screen', '0', '1600x1200x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    started.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    started.once('error', reject);
    started.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)));
  });
  return { display: `:${number}`, process: started };
}

async function whenReady<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > 50 || !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}
