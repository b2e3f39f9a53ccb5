// Reads what vitest's JSON reporter wrote. `again FILE` prints the browser tests' files that failed, where a second try
// makes sense; `sum FOLDER TESTS CHECK BUILD` prints what failed, what needed the second try, and the last line of CI.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** More files than these do not fail by chance. */
const BY_CHANCE = 3;

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] });
const files = (report) =>
  report.testResults.map(({ name, status, message, assertionResults }) => ({
    name: relative('.', name),
    failed: status !== 'passed',
    message,
    tests: assertionResults,
  }));
const failures = ({ name, failed, message, tests }) => {
  const some = tests.filter(({ status }) => status === 'failed');
  if (failed && some.length === 0) return [`${name}\n    ${firstLines(message)}`];
  return some.map(
    ({ fullName, failureMessages }) => `${name} > ${fullName}\n    ${firstLines(failureMessages.at(-1))}`,
  );
};
const firstLines = (text = '') => text.split('\n').slice(0, 4).join('\n    ');

const say = (line) => process.stdout.write(`${line}\n`);

const [verb, ...rest] = process.argv.slice(2);
if (verb === 'again') {
  const failed = files(read(rest[0])).filter((file) => file.failed);
  const browser = failed.every(({ name }) => name.startsWith('test/browser/'));
  if (browser && failed.length <= BY_CHANCE) process.stdout.write(failed.map(({ name }) => name).join(' '));
} else {
  const [folder, tests, ...others] = rest;
  const second = new Map(files(read(join(folder, 'second.json'))).map((file) => [file.name, file]));
  const first = files(read(join(folder, 'first.json')));
  for (const line of first.filter(({ name }) => second.has(name)).flatMap(failures)) say(`tried twice: ${line}`);
  const last = first.map((file) => second.get(file.name) ?? file);
  const lines = last.flatMap(failures);
  // A run that ended badly without a failed test counts as one, as do check and build.
  if (tests !== '0' && lines.length === 0 && second.size === 0) lines.push('npm test');
  for (const [i, name] of ['npm run check', 'npm run build'].entries()) if (others[i] !== '0') lines.push(name);
  for (const line of lines) say(`failed: ${line}`);
  const count = (status) => last.flatMap((file) => file.tests).filter((test) => test.status === status).length;
  const skipped = count('pending') + count('skipped') + count('todo');
  say(`${count('passed')} passed, ${lines.length} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
