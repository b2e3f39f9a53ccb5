import {
  BATCH_MARK,
  type BatchHead,
  batchBytes,
  decodeHead,
  encodeBatch,
  HEAD_BYTES,
  indexBytesOf,
  isTrailer,
  TRAILER_BYTES,
} from './batch.ts';
import { isWholeBlock } from './block.ts';
import type { Batch, BlockPart, Home } from './home.ts';
import type { Usage } from './store.ts';

/** One open file, as the log needs it. Reading past the end gives what there is. */
export interface LogFile {
  size(): Promise<number>;
  read(at: number, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws EngineError `quota-exceeded` */
  write(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Resolves when everything written is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A folder that holds nothing but one collection's log files. */
export interface LogFolder {
  names(): Promise<string[]>;
  open(name: string): Promise<LogFile>;
  remove(name: string): Promise<void>;
  usage(ownBytes: number): Promise<Usage>;
  close(): Promise<void>;
}

interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** A log is written anew when what nobody needs is larger than what is needed, and than this unless told. */
const GARBAGE_BYTES = 1 << 20;

/**
 * A home in append-only files: batch after batch (see `batch.ts`), each ending in a trailer that commits it.
 *
 * Opening reads the heads of the batches, not the blocks. A tail without its trailer was never committed and is
 * passed over; a damaged head inside the log is named in `damage` and the next batch is looked for.
 * When too much is garbage, the live blocks are written to a file of the next generation, which counts once its first
 * batch is whole; only then is the old one removed. So a crash at any moment leaves one whole log.
 */
export async function openLogHome(folder: LogFolder, garbageBytes = GARBAGE_BYTES): Promise<Home> {
  let log = await newestLog(folder);

  const readPart = async ({ key, at, bytes }: BlockPart) => {
    const place = log.places.get(key);
    if (!place) return undefined;
    return (await log.file.read(place.at + at, Math.max(0, Math.min(bytes, place.bytes - at)))).buffer;
  };
  const readParts = (parts: readonly BlockPart[]) => Promise.all(parts.map(readPart));
  const read = (keys: readonly string[]) =>
    readParts(keys.map((key) => ({ key, at: 0, bytes: Number.POSITIVE_INFINITY })));

  const rewrite = async () => {
    const live = [...log.places.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    if (log.end - live <= Math.max(live, garbageBytes)) return;
    const old = log;
    log = await copyLog(folder, old);
    await old.file.close();
    await folder.remove(logName(old.generation));
  };

  const exclusively = createQueue();
  return {
    damage: log.damage,
    read: (keys) => exclusively(() => read(keys)),
    readParts: (parts) => exclusively(() => readParts(parts)),
    list: (prefix) =>
      exclusively(async () => {
        const keys = [...log.places.keys()].filter((key) => key.startsWith(prefix)).sort();
        const blocks = await read(keys);
        return keys.map((key, i) => [key, blocks[i]!]);
      }),
    update: (keys, plan) =>
      exclusively(async () => {
        const batch = plan(await read(keys));
        await appendBatch(log, batch);
        await rewrite();
      }),
    usage: () => folder.usage(log.end),
    close: () =>
      exclusively(async () => {
        await log.file.close();
        await folder.close();
      }),
  };
}

interface Log {
  readonly generation: number;
  readonly file: LogFile;
  readonly places: Map<string, Place>;
  readonly damage: string[];
  /** Where the next batch goes; bytes behind it are an uncommitted tail. */
  end: number;
  sequence: number;
}

const logName = (generation: number) => `${generation}.nearfield`;

/** The log of the highest generation that has a whole first batch; others are leftovers of a crash. */
async function newestLog(folder: LogFolder): Promise<Log> {
  const generations = (await folder.names())
    .flatMap((name) => (/^\d+\.nearfield$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => b - a);
  let found: Log | undefined;
  for (const generation of generations) {
    if (found) {
      await folder.remove(logName(generation));
      continue;
    }
    const file = await folder.open(logName(generation));
    const log = await scan(file, generation);
    if (log.sequence > 0 || generation === generations.at(-1)) {
      found = log;
    } else {
      await file.close();
      await folder.remove(logName(generation));
    }
  }
  return found ?? scan(await folder.open(logName(1)), 1);
}

async function scan(file: LogFile, generation: number): Promise<Log> {
  const log: Log = { generation, file, places: new Map(), damage: [], end: 0, sequence: 0 };
  const size = await file.size();
  let at = 0;
  while (at < size) {
    const head = await readHead(file, at, size);
    const committed = head && (await isCommitted(file, at, head, size));
    if (head && committed) {
      enter(log, at, head);
      at = log.end;
      continue;
    }
    const next = await findHead(file, at + 1, size);
    if (next === undefined && !(await endsInTrailer(file, size))) break;
    log.damage.push(
      `Bytes ${at} to ${next ?? size} of ${logName(generation)} are damaged; what they held is left out.`,
    );
    at = next ?? size;
    log.end = at;
  }
  return log;
}

async function readHead(file: LogFile, at: number, size: number): Promise<BatchHead | undefined> {
  const header = await file.read(at, HEAD_BYTES);
  if (header.length < HEAD_BYTES || at + HEAD_BYTES + indexBytesOf(header) > size) return undefined;
  return decodeHead(await file.read(at, HEAD_BYTES + indexBytesOf(header)));
}

/** By its trailer; or, where only the trailer is damaged, because every block of it is whole. */
async function isCommitted(file: LogFile, at: number, head: BatchHead, size: number): Promise<boolean> {
  const end = at + batchBytes(head);
  if (end > size) return false;
  if (isTrailer(await file.read(end - TRAILER_BYTES, TRAILER_BYTES), head)) return true;
  let blockAt = at + HEAD_BYTES + head.indexBytes;
  for (const [, bytes] of head.puts) {
    if (!isWholeBlock((await file.read(blockAt, bytes)).buffer)) return false;
    blockAt += bytes;
  }
  return true;
}

const endsInTrailer = async (file: LogFile, size: number) =>
  isTrailer(await file.read(Math.max(0, size - TRAILER_BYTES), TRAILER_BYTES));

/** Where the next whole head begins, from `from` on. Cost: reads the rest of the file; for damaged files only. */
async function findHead(file: LogFile, from: number, size: number): Promise<number | undefined> {
  const window = 1 << 20;
  for (let start = from; start < size; start += window) {
    const bytes = await file.read(start, Math.min(window + BATCH_MARK.length - 1, size - start));
    for (let i = bytes.indexOf(BATCH_MARK[0]!); i >= 0; i = bytes.indexOf(BATCH_MARK[0]!, i + 1)) {
      if (!BATCH_MARK.every((byte, j) => bytes[i + j] === byte)) continue;
      if (await readHead(file, start + i, size)) return start + i;
    }
  }
  return undefined;
}

/** Notes what a committed batch at `at` does. */
function enter(log: Log, at: number, head: BatchHead): void {
  if (head.clear) log.places.clear();
  for (const key of head.deletes) log.places.delete(key);
  let blockAt = at + HEAD_BYTES + head.indexBytes;
  for (const [key, bytes] of head.puts) {
    log.places.set(key, { at: blockAt, bytes });
    blockAt += bytes;
  }
  log.end = at + batchBytes(head);
  log.sequence = head.sequence;
}

async function appendBatch(log: Log, { clear = false, deletes, puts }: Batch): Promise<void> {
  const sequence = log.sequence + 1;
  const sizes = puts.map(([key, block]) => [key, block.byteLength] as const);
  const { head, trailer } = encodeBatch({ clear, sequence, deletes, puts: sizes });
  const start = log.end;
  try {
    if ((await log.file.size()) > start) await log.file.truncate(start);
    let at = start;
    for (const bytes of [head, ...puts.map(([, block]) => new Uint8Array(block))]) {
      await log.file.write(at, bytes);
      at += bytes.length;
    }
    await log.file.flush();
    await log.file.write(at, trailer);
    await log.file.flush();
  } catch (error) {
    await log.file.truncate(start).catch(() => {});
    throw error;
  }
  enter(log, start, decodeHead(head)!);
}

/** The live blocks of a log as the first batch of a file of the next generation. */
async function copyLog(folder: LogFolder, old: Log): Promise<Log> {
  const generation = old.generation + 1;
  const file = await folder.open(logName(generation));
  const log: Log = { generation, file, places: new Map(), damage: old.damage, end: 0, sequence: old.sequence };
  await file.truncate(0);
  const places = [...old.places];
  const { head, trailer } = encodeBatch({
    clear: true,
    sequence: old.sequence + 1,
    deletes: [],
    puts: places.map(([key, { bytes }]) => [key, bytes]),
  });
  await file.write(0, head);
  let at = head.length;
  for (const [, place] of places) {
    await file.write(at, await old.file.read(place.at, place.bytes));
    at += place.bytes;
  }
  await file.flush();
  await file.write(at, trailer);
  await file.flush();
  enter(log, 0, decodeHead(head)!);
  return log;
}

/** Runs one task after another; a failed one does not stop the next. */
function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task, task);
    last = run;
    return run;
  };
}
