// Puts `nearfield` beside the installed commands, so that `npx nearfield` works in a fresh checkout: npm links the
// commands of dependencies but not the project's own, and npm 11's detour through its cache fails.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

const target = '../../dist/node/nearfield.js';
mkdirSync('node_modules/.bin', { recursive: true });
chmodSync('dist/node/nearfield.js', 0o755);
if (process.platform === 'win32') {
  writeFileSync('node_modules/.bin/nearfield.cmd', `@node "%~dp0\\${target.replaceAll('/', '\\')}" %*\r\n`);
} else {
  rmSync('node_modules/.bin/nearfield', { force: true });
  symlinkSync(target, 'node_modules/.bin/nearfield');
}
