/** Models from files that a person picked, kept on this device: no server has them, and none is asked. */
import { EngineError } from '../core/errors.ts';
import type { SourceFile } from '../core/types.ts';

/** How a model's files lie: as ours do (`model.json`), or as transformers.js wants them (`config.json`, `onnx/`). */
export type Layout =
  | { readonly kind: 'nearfield' }
  | { readonly kind: 'transformers'; readonly dtype: 'q8' | 'fp32' | 'fp16' | 'q4' };

/** What is known of a kept model; written last, so that a model whose files are not all there is none. */
export interface KeptModel {
  readonly format: 1;
  readonly layout: Layout;
  /** Of the weights: what tells two versions of a model apart. */
  readonly sha256: string;
  readonly files: readonly string[];
}

/** Kept models by name, in the Cache API, which takes files of any size without holding them in memory. */
export interface Shelf {
  about(model: string): Promise<KeptModel | undefined>;
  file(model: string, path: string): Promise<Blob | undefined>;
}

const CACHE = 'nearfield-picked-models';
/** The Cache API wants addresses; this one leads nowhere (RFC 2606). */
export const SHELF_ADDRESS = 'https://picked-models.invalid/';
/** By this a name says that its model is a kept one: `picked/bge-m3`. */
export const PICKED = 'picked/';
const ABOUT = 'about-this-model.json';

/** Weights by preference: the smallest that is as good as the largest. */
const WEIGHTS = [
  ['onnx/model_quantized.onnx', 'q8'],
  ['onnx/model.onnx', 'fp32'],
  ['onnx/model_fp16.onnx', 'fp16'],
  ['onnx/model_q4.onnx', 'q4'],
] as const;

/**
 * Keeps a model's files on this device and returns the name to open an engine with (`openEngine({ model })`), now and at
 * every later visit. A model of the same name is replaced.
 *
 * @param files All files of the model's folder, with their paths; what lies in other folders is left out.
 * @throws EngineError `bad-input` for files that are no model, saying what is missing; `quota-exceeded` where the device
 *   has no room; `model-unavailable` where the browser keeps nothing (a private window, a page over plain http).
 */
export async function keepModel(files: readonly SourceFile[]): Promise<string> {
  const { name, root, layout, weights } = await recognised(files);
  const cache = await openCache();
  const model = PICKED + name;
  await forget(cache, model);
  const kept: string[] = [];
  try {
    for (const { path, data } of files) {
      if (!path.startsWith(root)) continue;
      const inside = placed(path.slice(root.length), layout);
      await cache.put(addressOf(model, inside), new Response(data));
      kept.push(inside);
    }
    const about: KeptModel = { format: 1, layout, sha256: await hashOf(weights), files: kept };
    await cache.put(addressOf(model, ABOUT), new Response(JSON.stringify(about)));
  } catch (cause) {
    await forget(cache, model);
    if ((cause as Error).name !== 'QuotaExceededError') throw cause;
    const megabytes = Math.ceil(files.reduce((sum, { data }) => sum + data.size, 0) / 1e6);
    throw new EngineError(
      'quota-exceeded',
      `Expected room for a model of ${megabytes} MB on this device, got none; remove something and try again.`,
      { cause: String(cause) },
    );
  }
  return model;
}

/** Removes a kept model; one that is not there is no error. */
export async function forgetModel(model: string): Promise<void> {
  await forget(await openCache(), model);
}

/** Names of the kept models, in the order of the alphabet. */
export async function keptModels(): Promise<string[]> {
  const addresses = (await (await openCache()).keys()).map(({ url }) => url);
  const whole = addresses.filter((url) => url.endsWith(`/${ABOUT}`));
  return whole.map((url) => decodeURIComponent(url.slice(SHELF_ADDRESS.length, -ABOUT.length - 1))).sort();
}

/** The kept models; nothing is written. */
export function openShelf(): Shelf {
  const read = async (model: string, path: string) => (await openCache()).match(addressOf(model, path));
  return {
    about: async (model) => (await read(model, ABOUT))?.json(),
    file: async (model, path) => (await read(model, path))?.blob(),
  };
}

const addressOf = (model: string, path: string) =>
  SHELF_ADDRESS + [...model.split('/'), ...path.split('/')].map(encodeURIComponent).join('/');

async function openCache(): Promise<Cache> {
  try {
    return await caches.open(CACHE);
  } catch (cause) {
    throw new EngineError(
      'model-unavailable',
      'Expected a browser that keeps files for this page, got one that does not; open it over https or from localhost, outside a private window.',
      { cause: String(cause) },
    );
  }
}

async function forget(cache: Cache, model: string): Promise<void> {
  // The description first: what is half gone is no model.
  await cache.delete(addressOf(model, ABOUT));
  const keys = (await cache.keys()).filter(({ url }) => url.startsWith(`${addressOf(model, '')}`));
  await Promise.all(keys.map((key) => cache.delete(key)));
}

interface Recognised {
  readonly name: string;
  /** Folder of the model, with its slash; empty where the files were picked one by one. */
  readonly root: string;
  readonly layout: Layout;
  readonly weights: Blob;
}

async function recognised(files: readonly SourceFile[]): Promise<Recognised> {
  const blobs = new Map(files.map(({ path, data }) => [path, data]));
  const highest = (file: string) =>
    files
      .map(({ path }) => path)
      .filter((path) => path === file || path.endsWith(`/${file}`))
      .sort((a, b) => a.length - b.length)[0];
  const [manifest, config] = [highest('model.json'), highest('config.json')];
  if (manifest !== undefined) {
    const root = manifest.slice(0, -'model.json'.length);
    const { id, paths } = await manifestOf(blobs.get(manifest)!);
    const absent = paths.find((path) => !blobs.has(root + path));
    if (absent !== undefined) throw missing(`“${absent}”, which its model.json names`);
    return { name: cleaned(id), root, layout: { kind: 'nearfield' }, weights: blobs.get(root + paths[0])! };
  }
  if (config === undefined) throw missing('a model.json, or a config.json as models on the Hugging Face hub have it');
  const root = config.slice(0, -'config.json'.length);
  if (!blobs.has(`${root}tokenizer.json`)) throw missing('a tokenizer.json');
  for (const [path, dtype] of WEIGHTS) {
    const weights = blobs.get(root + path) ?? blobs.get(root + path.slice('onnx/'.length));
    const name = cleaned(root.split('/').at(-2) ?? 'model');
    if (weights) return { name, root, layout: { kind: 'transformers', dtype }, weights };
  }
  throw missing('weights in ONNX form (onnx/model_quantized.onnx or onnx/model.onnx)');
}

/** The id of a model and the files its `model.json` names, the weights first; what else it says is for the encoder to read. */
async function manifestOf(file: Blob): Promise<{ id: string; paths: readonly string[] }> {
  try {
    const { id, weights, tokenizer, webgpu, sparseHead } = JSON.parse(await file.text());
    const paths = [weights, tokenizer, webgpu, sparseHead].flatMap((one) => (one ? [one.path] : []));
    if (typeof id === 'string' && paths.length >= 2 && paths.every((path) => typeof path === 'string')) {
      return { id, paths };
    }
  } catch {}
  throw missing('a model.json that names “id”, “weights” and “tokenizer”');
}

const missing = (what: string) =>
  new EngineError(
    'bad-input',
    `Expected a model’s folder with ${what}, got none; choose the folder with all its files.`,
  );

/** transformers.js looks for weights in `onnx/`, some models have them beside the rest. */
const placed = (path: string, { kind }: Layout) =>
  kind === 'transformers' && !path.includes('/') && /\.onnx(_data)?$/.test(path) ? `onnx/${path}` : path;

const cleaned = (name: string) => name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'model';

async function hashOf(data: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await data.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
