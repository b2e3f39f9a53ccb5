import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as bundle } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/reader.ts';
import { httpFiles } from '../../src/site/shards.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;
let running: { readonly child: ChildProcess; readonly ended: Promise<number> } | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-cli-'));
  cpSync(join(ROOT, 'test/fixtures/site'), join(folder, 'site'), { recursive: true });
  if (!existsSync(join(ROOT, 'dist/widget/offline.js'))) await bundle({ root: ROOT, mode: 'widget', logLevel: 'warn' });
});
afterEach(async () => {
  running?.child.kill();
  await running?.ended;
  running = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command as a person runs it; `said` resolves when its output matches, rejects when it ends before that. */
function nearfield(...args: string[]) {
  const child = spawn(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'src/cli/nearfield.ts'), ...args], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
  });
  let output = '';
  const waiting = new Set<() => void>();
  const hear = (text: Buffer) => {
    output += text;
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  running = { child, ended };
  const said = (what: RegExp, after = 0) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = what.exec(output.slice(after));
        if (found) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(output)));
    });
  return { said, ended, output: () => output };
}

/** Not `fetch`, which would tidy the path up. */
const status = (address: string, path: string) =>
  new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(address);
    // A connection of its own: one that is kept may be closed in the moment in which it is used again.
    request({ hostname, port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

test('build --offline --serve --watch writes index, widget and worker, serves them, and builds again when a page changes', async () => {
  const site = join(folder, 'site');
  const command = nearfield('build', site, '--samples', '40', '--offline', '--serve', '--watch', '--port', '0');
  const [, address] = await command.said(/Serving (http:\S+)/);
  expect(command.output()).toMatch(/Indexed 6 pages, \d+ passages in [\d.]+ s; \d+ texts embedded anew/);
  expect(readFileSync(join(site, 'nearfield-offline.js'), 'utf8')).toContain('self.NEARFIELD_INDEX = "./nearfield/"');
  for (const path of ['/', '/guide/lending', '/guide/lending.html', '/nearfield/nearfield.js']) {
    expect(await status(address!, path)).toBe(200);
  }
  for (const path of ['/nowhere', '/%2e%2e%2f%2e%2e%2fetc%2fpasswd', '/..%2f..%2fcache', '/%E0%A4%A']) {
    expect(await status(address!, path)).toBe(404);
  }
  const search = async (query: string) => {
    const index = openSite({ getFile: httpFiles(`${address}nearfield/`) });
    return (await index.search(query, { tier: 'keywords' })).passages[0]?.chunk.text ?? '';
  };
  expect(await search('walrus')).toBe('');
  const page = join(site, 'guide/repair.html');
  const before = command.output().length;
  writeFileSync(page, readFileSync(page, 'utf8').replace('Check the fuse first.', 'Knock on the walrus panel.'));
  await command.said(/Indexed 6 pages/, before);
  expect(await search('walrus')).toContain('walrus panel');
});

test('what cannot be done is said in one sentence, and nothing is written', async () => {
  const other = join(folder, 'other');
  cpSync(join(ROOT, 'test/fixtures/site'), other, { recursive: true });
  const refusals: [string[], RegExp][] = [
    [['build', join(folder, 'nowhere')], /Expected the folder of a built site, got “.*nowhere”/],
    [['build', other, '--samples', 'many'], /Expected --samples to be a whole number from 1 up, got “many”/],
    [['build', other, '--shard', '3/2'], /Expected --shard to be like 2\/4, got “3\/2”/],
    [['build', other, '--exclude', 'blog/*'], /Expected --exclude to fit a page, got “blog\/\*”, which fits none/],
    [['merge', other, join(folder, 'no.vectors')], /Expected the file of a part, got “.*no\.vectors”/],
  ];
  for (const [args, sentence] of refusals) {
    const command = nearfield(...args);
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(sentence);
    expect(command.output()).not.toMatch(/^\s+at /m);
  }
  expect(readdirSync(other)).not.toContain('nearfield');
});
