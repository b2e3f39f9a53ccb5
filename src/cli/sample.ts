/** The sample collection: what is really on the machine, offered by the development and preview servers. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface SampleFile {
  /** Path in the collection. */
  readonly path: string;
  readonly bytes: number;
  /** Where it lies on this machine. */
  readonly source: string;
}

/** A few minutes of indexing on a laptop; what is indexed can be searched from the first document on. */
const TOTAL_BYTES = 600_000;
/** A change log of half a megabyte would be most of the collection and answer nothing. */
const FILE_BYTES = 45_000;

/**
 * The files of the collection, in the order in which they are to be indexed: the project's own documents, then the
 * READMEs of its direct dependencies, of all other packages, and then change logs, each while it fits into 600 KB.
 * Files over 45 KB and empty ones are left out.
 */
export async function sampleFiles(root: string): Promise<readonly SampleFile[]> {
  const direct = await directDependencies(root);
  const all = await installedPackages(join(root, 'node_modules'));
  const others = all.filter((name) => !direct.includes(name));
  const files: SampleFile[] = [];
  let total = 0;
  for (const [path, source] of [
    ...(await ownDocuments(root)),
    ...(await packageFiles(root, direct, /^readme(\.zh(-CN)?)?\.(md|markdown)$/i)),
    ...(await packageFiles(root, others, /^readme\.(md|markdown)$/i)),
    ...(await packageFiles(root, [...direct, ...others], /^(changelog|history)\.(md|markdown)$/i)),
  ]) {
    const { size } = await stat(source);
    if (size === 0 || size > FILE_BYTES || total + size > TOTAL_BYTES) continue;
    total += size;
    files.push({ path, bytes: size, source });
  }
  return files;
}

type Found = readonly [path: string, source: string];

async function ownDocuments(root: string): Promise<Found[]> {
  const top = (await names(root)).filter((name) => /^[A-Z][\w.-]*\.md$/.test(name));
  const docs = (await readdir(join(root, 'docs'), { recursive: true }).catch(() => [])).filter((name) =>
    name.endsWith('.md'),
  );
  return [...top, ...docs.sort().map((name) => `docs/${name}`)].map((name) => [`Nearfield/${name}`, join(root, name)]);
}

async function directDependencies(root: string): Promise<string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { dependencies = {}, devDependencies = {} } = manifest as Record<string, Record<string, string> | undefined>;
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

async function installedPackages(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await names(folder)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) found.push(name);
    else found.push(...(await names(join(folder, name))).map((inner) => `${name}/${inner}`));
  }
  return found;
}

async function packageFiles(root: string, packages: readonly string[], wanted: RegExp): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of packages) {
    const folder = join(root, 'node_modules', name);
    for (const file of await names(folder)) {
      if (wanted.test(file)) found.push([`Packages/${name}/${file}`, join(folder, file)]);
    }
  }
  return found;
}

const names = async (folder: string) => (await readdir(folder).catch(() => [])).sort();

/** What the page's first screen suggests to ask; the project's own documents answer. */
const QUESTIONS = {
  en: [
    'How is a document cut into passages?',
    'Where are my documents kept?',
    'How are keywords and meaning put together?',
  ],
  zh: ['文档是怎么切成段落的？', '没有网络还能搜索吗？', '怎么在命令行里搜索一个文件夹？'],
};

interface Request {
  readonly url?: string | undefined;
}
interface Response {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string | Uint8Array): unknown;
}
interface Server {
  readonly config: { readonly root: string };
  readonly middlewares: {
    use(path: string, handle: (request: Request, response: Response, next: (error?: unknown) => void) => void): unknown;
  };
}

/** A Vite plugin: `/sample/index.json` lists the collection, `/sample/<path>` is a file of it, and nothing else is served. */
export function sampleCollection() {
  const serve = ({ config, middlewares }: Server) => {
    let listing: Promise<readonly SampleFile[]> | undefined;
    middlewares.use('/sample', (request, response, next) => {
      listing ??= sampleFiles(config.root);
      listing.then((files) => answer(files, request, response)).catch(next);
    });
  };
  return { name: 'nearfield-sample', configureServer: serve, configurePreviewServer: serve };
}

async function answer(files: readonly SampleFile[], request: Request, response: Response): Promise<void> {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname.slice(1));
  if (path === 'index.json') {
    const listed = files.map(({ path, bytes }) => ({ path, bytes }));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ files: listed, questions: QUESTIONS }));
    return;
  }
  const file = files.find((candidate) => candidate.path === path);
  response.statusCode = file ? 200 : 404;
  response.setHeader('Content-Type', 'text/markdown; charset=utf-8');
  response.end(file ? await readFile(file.source) : undefined);
}
