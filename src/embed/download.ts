import { EngineError } from '../core/errors.ts';
import type { ModelFile } from './card.ts';
import type { Keep } from './keep.ts';
import { type ReadOptions, verify } from './source.ts';

/** What is kept at a time, and so the most that an interrupted download fetches twice. */
const PART_BYTES = 1 << 21;

/**
 * One verified file from the network, going on where an earlier attempt or visit stopped.
 *
 * It is kept in parts, as they arrive, under addresses that hold the file's hash; a file is there when all its parts
 * are. The hash is checked over the whole each time, and if it is wrong all parts are forgotten, so a damaged copy
 * costs a download, never an error, and a bad download leaves nothing behind. Without room the file is used unkept.
 *
 * @throws EngineError `model-unavailable`, `model-corrupt`; an abort throws the signal's reason.
 */
export async function download(
  url: string,
  file: ModelFile,
  keep: Keep | undefined,
  options: ReadOptions,
  { anew = false } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = partsOf(url, file, keep);
  const bytes = new Uint8Array(file.bytes);
  const restored = anew ? 0 : await parts.restore(bytes);
  try {
    await complete(url, bytes, restored, parts, options);
    await verify(bytes, file, url);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'model-corrupt')) throw error;
    await parts.forget();
    if (restored === 0) throw error;
    return download(url, file, keep, options, { anew: true });
  }
  await parts.forgetOthers();
  return bytes;
}

/** GETs `url`, from byte `from` on if the server can; what is no model file is refused before its body is read. */
export async function request(url: string, signal: AbortSignal, from = 0): Promise<Response> {
  const headers = from > 0 ? { range: `bytes=${from}-` } : undefined;
  const response = await fetch(url, { signal, ...(headers && { headers }) }).catch((error: Error) => {
    signal.throwIfAborted();
    throw unavailable(url, `could not be fetched (${error.message})`);
  });
  if (response.status === 416) throw new EngineError('model-corrupt', `${url} is shorter than what was kept of it.`);
  if (!response.ok) throw unavailable(url, `answered ${response.status}`);
  if (response.headers.get('content-type')?.startsWith('text/html'))
    throw unavailable(url, 'is an HTML page, not a model file');
  return response;
}

export const unavailable = (url: string, what: string) =>
  new EngineError('model-unavailable', `${url} ${what}; check the connection and the address, then try again.`);

type Parts = ReturnType<typeof partsOf>;

/** Fills `bytes` from `restored` on, handing over each part as it becomes whole. */
async function complete(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  restored: number,
  parts: Parts,
  { signal, onBytes }: ReadOptions,
): Promise<void> {
  onBytes(restored);
  if (restored === bytes.length) return;
  const response = await request(url, signal, restored);
  // A server that knows no ranges answers 200 and starts over.
  let at = response.status === 206 ? restored : 0;
  const reader = response.body!.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const end = at + chunk.value.length;
      if (end > bytes.length)
        throw new EngineError('model-corrupt', `${url}: expected ${bytes.length} bytes, got more; load it again.`);
      bytes.set(chunk.value, at);
      await parts.save(bytes, at, end);
      at = end;
      onBytes(at);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    signal.throwIfAborted();
    throw error instanceof EngineError ? error : brokenOff(url, at, bytes.length);
  }
  if (at < bytes.length) throw brokenOff(url, at, bytes.length);
}

const brokenOff = (url: string, at: number, total: number) =>
  unavailable(url, `broke off after ${at} of ${total} bytes`);

function partsOf(url: string, file: ModelFile, keep: Keep | undefined) {
  const mine = `${url}?sha256=${file.sha256}&part=`;
  let hasRoom = true;
  return {
    /** Copies the parts that are there, up to the first gap, into `bytes`; returns how many bytes they are. */
    async restore(bytes: Uint8Array): Promise<number> {
      let at = 0;
      while (keep && at < bytes.length) {
        const part = await keep.get(mine + at / PART_BYTES);
        if (part?.length !== Math.min(PART_BYTES, bytes.length - at)) break;
        bytes.set(part, at);
        at += part.length;
      }
      return at;
    },
    /** Keeps every part that ends in `(from, to]`. */
    async save(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): Promise<void> {
      for (let i = Math.floor(from / PART_BYTES); keep && hasRoom && i * PART_BYTES < to; i++) {
        const end = Math.min((i + 1) * PART_BYTES, bytes.length);
        if (end > to) return;
        await keep.put(mine + i, bytes.slice(i * PART_BYTES, end)).catch(() => {
          hasRoom = false;
        });
      }
    },
    forget: async () => keep?.forget(mine),
    /** Parts of another version of the same file. */
    forgetOthers: async () => keep?.forget(`${url}?`, (address) => address.startsWith(mine)),
  };
}
