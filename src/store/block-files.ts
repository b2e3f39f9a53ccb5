import { decodeJson, encodeJson, kindOf, unlessCorrupt } from './block.ts';
import { checksum } from './checksum.ts';
import type { Batch, Home } from './home.ts';
import type { Peers } from './peers.ts';

/** Files that are written once and never changed. */
export interface BlockFiles {
  /** Resolves when the file is wholly on the disk. */
  write(name: string, block: ArrayBuffer): Promise<void>;
  /** All of it, or so many `bytes` of it from byte `at` on. */
  read(name: string, at?: number, bytes?: number): Promise<ArrayBuffer | undefined>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
  /** Whether this thread can write at all; if not, new blocks stay in the inner home. */
  readonly canWrite: boolean;
}

/** What the inner home keeps in place of a block that lies in a file. */
interface Pointer {
  readonly file: string;
}

/** Keys of blocks that may be large: those of segments and token vectors. */
export const isBulk = (key: string) => BULK.some((prefix) => key.startsWith(prefix));
const BULK = ['segment/', 'tokens/'];

/** More than a block with a pointer has. */
const POINTER_BYTES = 256;

/** Smaller blocks are as well off in the home itself, which moves them with fewer calls. */
const FILE_BYTES = 64 << 10;

/**
 * A home that keeps the large blocks of segments in files and everything else, with a pointer to each file, in `inner`.
 *
 * A file is written before the transaction that points to it, and removed after the one that no longer does: a crash
 * between leaves a file that nothing points to, which `sweep` removes. So `inner` alone decides what is committed.
 * `plan` may be called again when another tab's commit came between.
 */
export function withBlockFiles(inner: Home, files: BlockFiles, writers: Pick<Peers, 'reading' | 'unread'>): Home {
  const resolve = (key: string, block: ArrayBuffer | undefined) => {
    const file = block && fileOf(key, block);
    return file === undefined ? block : files.read(file);
  };
  const filesOf = async (keys: readonly string[]) => {
    const blocks = await inner.read(keys);
    // A damaged pointer points nowhere; its file goes with the next sweep.
    return blocks.flatMap((block, i) => (block && unlessCorrupt(() => fileOf(keys[i]!, block))) ?? []);
  };

  const tryUpdate = async (keys: readonly string[], plan: Parameters<Home['update']>[1]): Promise<boolean> => {
    const before = await inner.read(keys);
    const seen = before.map(sumOf);
    const batch = plan(before);
    const { puts, written } = await writeLarge(files, batch);
    let came = false;
    try {
      const gone = batch.clear ? await files.names() : await filesOf(batch.deletes);
      await inner.update(keys, (now) => {
        came = now.every((block, i) => sumOf(block) === seen[i]);
        return came ? { ...batch, puts } : { deletes: [], puts: [] };
      });
      if (came)
        await removeAll(
          files,
          gone.filter((file) => !written.includes(file)),
        );
    } finally {
      if (!came) await removeAll(files, written);
    }
    return came;
  };

  return {
    async read(keys) {
      const blocks = await inner.read(keys);
      return Promise.all(blocks.map((block, i) => resolve(keys[i]!, block)));
    },
    async readParts(parts) {
      const heads = await inner.readParts(parts.map(({ key }) => ({ key, at: 0, bytes: POINTER_BYTES })));
      const filed = heads.map((head, i) => head && fileOf(parts[i]!.key, head));
      const here = parts.filter((_, i) => filed[i] === undefined);
      const read = (await inner.readParts(here)).values();
      return Promise.all(
        parts.map(({ at, bytes }, i) => {
          const file = filed[i];
          return file === undefined ? read.next().value : files.read(file, at, bytes);
        }),
      );
    },
    list: (prefix) => inner.list(prefix),
    async update(keys, plan) {
      // Held so that nobody's sweep takes a file that is not pointed to yet.
      const release = await writers.reading();
      try {
        while (!(await tryUpdate(keys, plan)));
      } finally {
        release();
      }
    },
    usage: () => inner.usage(),
    close: () => inner.close(),
  };
}

/** Removes files that nothing points to, unless someone is writing: what a crash left behind. */
export async function sweep(inner: Home, files: BlockFiles, writers: Pick<Peers, 'unread'>): Promise<void> {
  await writers.unread(async () => {
    const names = await files.names();
    if (names.length === 0) return;
    const blocks = await Promise.all(BULK.map((prefix) => inner.list(prefix)));
    const used = new Set(blocks.flat().map(([key, block]) => unlessCorrupt(() => fileOf(key, block))));
    await removeAll(
      files,
      names.filter((name) => !used.has(name)),
    );
  });
}

/** The batch with large blocks of segments replaced by pointers, and the files they are now in. */
async function writeLarge(files: BlockFiles, batch: Batch) {
  const written: string[] = [];
  const puts: [key: string, block: ArrayBuffer][] = [];
  try {
    for (const [key, block] of batch.puts) {
      if (!files.canWrite || block.byteLength < FILE_BYTES || !isBulk(key)) {
        puts.push([key, block]);
        continue;
      }
      const file = crypto.randomUUID();
      written.push(file);
      await files.write(file, block);
      puts.push([key, encodeJson(key, 'file', { file } satisfies Pointer)]);
    }
  } catch (error) {
    await removeAll(files, written);
    throw error;
  }
  return { puts, written };
}

const fileOf = (key: string, block: ArrayBuffer): string | undefined =>
  kindOf(block) === 'file' ? decodeJson<Pointer>(key, 'file', block).file : undefined;

/** A file that will not go now goes with the next sweep. */
const removeAll = (files: BlockFiles, names: readonly string[]) =>
  Promise.all(names.map((name) => files.remove(name).catch(() => {})));

const sumOf = (block: ArrayBuffer | undefined) => (block ? checksum(new Uint8Array(block)) : undefined);
