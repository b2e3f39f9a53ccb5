/** What README and docs tell people to type is there: commands with their options, scripts, files that links lead to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';

const root = join(import.meta.dirname, '../..');
const markdown = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = ['README.md', 'README.zh.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...markdown('docs')];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** What stands in fences and between backticks; a fence's indented lines belong to the line before. */
function code(text: string): string[] {
  const fences = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, body]) => body!.replace(/\n +/g, ' '));
  const rest = text.replace(/^```\w*\n[\s\S]*?^```/gm, '');
  return [
    ...fences.flatMap((body) => body.split('\n')),
    ...[...rest.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!),
  ];
}

const commands = new Map(createProgram().commands.map((command) => [command.name(), command]));

test.each(pages)('%s names commands and options that there are', (page) => {
  for (const line of code(textOf(page))) {
    for (const [, name, rest] of line.matchAll(/(?:^|&& |npx )nearfield ([a-z][a-z-]*)((?:(?!&&).)*)/g)) {
      const command = commands.get(name!);
      expect(command, `nearfield ${name}`).toBeDefined();
      const known = ['--help', ...command!.options.flatMap(({ long, short }) => [long, short])];
      for (const [flag] of rest!.replace(/#.*/, '').matchAll(/(?<=\s)--?[a-z][a-z-]*/g)) {
        expect(known, `nearfield ${name} ${flag}`).toContain(flag);
      }
    }
  }
});

test.each(pages)('%s names scripts that there are, and links to files that there are', (page) => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const text = textOf(page);
  for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)) {
    expect(existsSync(join(root, dirname(page), target!)), target).toBe(true);
  }
});

test('the command says what it is, and which version', () => {
  const program = createProgram().exitOverride();
  let said = '';
  program.configureOutput({
    writeOut: (text) => {
      said += text;
    },
  });
  expect(() => program.parse(['node', 'nearfield', '--version'])).toThrow();
  expect(said.trim()).toBe((JSON.parse(textOf('package.json')) as { version: string }).version);
});
