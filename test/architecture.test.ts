import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const STAGES = ['src/read', 'src/chunk', 'src/store', 'src/search', 'src/answer'] as const;

/** Who may import whom inside the repository. A folder always may import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/core': [],
  'src/kernels': ['src/core'],
  'src/read': ['src/core'],
  'src/chunk': ['src/core'],
  'src/embed': ['src/core', 'src/kernels', 'src/shelf'],
  'src/shelf': ['src/core'],
  'src/store': ['src/core'],
  'src/search': ['src/core', 'src/kernels'],
  'src/answer': ['src/core'],
  'src/adapt': ['src/core', 'src/kernels'],
  'src/map': ['src/core', 'src/kernels'],
  'src/engine.ts': ['src/core', 'src/kernels', 'src/engine', ...STAGES],
  'src/engine': ['src/core', 'src/kernels', 'src/adapt', 'src/map', ...STAGES],
  'src/bridge': ['src/core'],
  'src/expand': ['src/core'],
  // Of the store only its checksum.
  'src/site': ['src/core', 'src/kernels', 'src/search', 'src/read', 'src/chunk', 'src/answer', 'src/store'],
  'src/ui/widget': ['src/core', 'src/ui', 'src/site'],
  'src/ui': ['src/core', 'src/bridge'],
  // Which version this is.
  'package.json': [],
  'src/cli': [
    'package.json',
    'src/core',
    'src/kernels',
    'src/site',
    'src/engine.ts',
    'src/engine',
    'src/embed',
    'src/adapt',
    ...STAGES,
  ],
  'src/widget.ts': ['src/core', 'src/site', 'src/ui/widget', 'src/widget.full.ts'],
  'src/widget.full.ts': ['src/core', 'src/bridge', 'src/ui'],
  'src/api.ts': ['src/core'],
  'src/workers.ts': ['src/bridge'],
  'src/index.ts': ['src/workers.ts', 'src/api.ts', 'src/core', 'src/bridge', 'src/expand', 'src/shelf'],
  'src/index.site.ts': ['src/core', 'src/embed', 'src/site'],
  'src/index.node.ts': ['src/api.ts', 'src/core', 'src/engine.ts', 'src/embed', 'src/store'],
  'src/main.ts': ['src/index.ts', 'src/ui'],
  workers: ['src/core', 'src/engine.ts', 'src/embed', 'src/store', 'src/adapt', 'src/map', 'src/bridge'],
};

/** Packages a folder may name; anywhere else they are an error. */
const PACKAGES: Record<string, readonly string[]> = {
  comlink: ['src/bridge'],
  idb: ['src/store'],
  'onnxruntime-web': ['src/embed'],
  'onnxruntime-node': ['src/embed'],
  '@huggingface/tokenizers': ['src/embed'],
  '@xenova/transformers': ['src/embed'],
  '@lezer/markdown': ['src/read'],
  '@lezer/common': ['src/read'],
  entities: ['src/read'],
  parse5: ['src/read', 'src/site'],
  papaparse: ['src/adapt', 'src/read'],
  unpdf: ['src/read'],
  mammoth: ['src/read'],
  fflate: ['src/read'],
  htmlparser2: ['src/read'],
  'opencc-js': ['src/search'],
  'wink-porter2-stemmer': ['src/search'],
  commander: ['src/cli'],
  // At build time only: src/site/rotate.ts.
  'ml-matrix': ['src/site'],
};

const root = join(import.meta.dirname, '..');
const folderOf = (path: string) => Object.keys(MAY_IMPORT).find((f) => path === f || path.startsWith(`${f}/`));
const files = ['src', 'workers'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.d.ts'))
    .map((f) => join(top, f)),
);
/** `import … from 'x'`, `import 'x'`, `import('x')`, `new URL('x', import.meta.url)`, either quote. */
const IMPORTS = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)(['"])([^'"]+)\1/g;
const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

test.each(files)('%s imports only what its folder may', (file) => {
  const from = folderOf(file);
  expect(from, 'every file lies in a named folder').toBeDefined();
  for (const [, , name] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTS)) {
    if (name!.startsWith('node:')) {
      expect(from === 'src/cli' || file.endsWith('.node.ts'), `${name} in ${file}`).toBe(true);
    } else if (!name!.startsWith('.')) {
      expect(PACKAGES[packageOf(name!)], `${name} from ${from}`).toContain(from);
    } else {
      const target = relative(root, join(root, dirname(file), name!));
      if (target.endsWith('.css') || target.startsWith('workers/')) continue;
      expect([from, ...MAY_IMPORT[from!]!], `${file} → ${name}`).toContain(folderOf(target));
    }
  }
});

test.each(files)('%s is at most 300 lines, or says in its first line why not', (file) => {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  if (lines.length > 301) expect(lines[0]).toMatch(/over 300 lines/i);
});

test('the page alone starts workers', () => {
  const starting = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('new Worker('));
  expect(starting.sort()).toEqual(['src/widget.full.ts', 'src/workers.ts']);
});
