import { mkdir, open, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../core/errors.ts';
import { createStore } from './collection.ts';
import { type LogFile, type LogFolder, openLogHome } from './log.ts';
import type { Derivation, Store } from './store.ts';

/**
 * The collection in `folder`, for Node; made if there is none. One process may have it open at a time.
 * Every commit is on the disk (fsync) when it resolves.
 *
 * @throws EngineError `busy` if another process has it open, `store-version`, `file-unreadable`.
 */
export async function openFileStore(
  folder: string,
  options: { readonly derivation?: Derivation } = {},
): Promise<Store> {
  const files = await openFolder(folder);
  try {
    return createStore(await openLogHome(files), options);
  } catch (error) {
    await files.close();
    throw error;
  }
}

export async function openFolder(folder: string): Promise<LogFolder> {
  await mkdir(folder, { recursive: true }).catch(asEngineError);
  const lock = join(folder, 'lock');
  await takeLock(lock);
  return {
    names: () => readdir(folder),
    async open(name) {
      const path = join(folder, name);
      // 'a+' would append whatever the position; so: for reading and writing, made where it is not there.
      const handle = await open(path, 'r+').catch(() => open(path, 'w+').catch(asEngineError));
      await syncFolder(folder);
      return logFile(handle);
    },
    async remove(name) {
      await rm(join(folder, name), { force: true });
      await syncFolder(folder);
    },
    async usage(usedBytes) {
      const { bavail, bsize } = await statfs(folder);
      return { kind: 'files', usedBytes, quotaBytes: usedBytes + bavail * bsize, persisted: true };
    },
    close: () => rm(lock, { force: true }),
  };
}

function logFile(handle: Awaited<ReturnType<typeof open>>): LogFile {
  return {
    size: async () => (await handle.stat()).size,
    async read(at, bytes) {
      const buffer = new Uint8Array(bytes);
      let got = 0;
      while (got < bytes) {
        const { bytesRead } = await handle.read(buffer, got, bytes - got, at + got).catch(asEngineError);
        if (bytesRead === 0) return buffer.slice(0, got);
        got += bytesRead;
      }
      return buffer;
    },
    async write(at, bytes) {
      let put = 0;
      while (put < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, put, bytes.length - put, at + put).catch(asEngineError);
        put += bytesWritten;
      }
    },
    truncate: (size) => handle.truncate(size).catch(asEngineError),
    flush: () => handle.sync().catch(asEngineError),
    close: () => handle.close(),
  };
}

/** A file that holds our process id, made only if there is none; one left by a process that is gone is taken over. */
async function takeLock(lock: string): Promise<void> {
  const mine = () => writeFile(lock, String(process.pid), { flag: 'wx' });
  try {
    await mine();
  } catch {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && isRunning(owner)) {
      throw new EngineError('busy', `Process ${owner} has the collection in use (${lock}); wait for it to end.`);
    }
    await rm(lock, { force: true });
    await mine().catch(asEngineError);
  }
}

function isRunning(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes a new or removed name durable; not every system lets a folder be opened for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function asEngineError(error: NodeJS.ErrnoException): never {
  const options = { cause: { name: error.name, message: error.message } };
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(error.code ?? '')) {
    const message = `The disk refused more storage (${error.message}). All that was stored before is kept; free some space, then add the rest.`;
    throw new EngineError('quota-exceeded', message, options);
  }
  throw new EngineError('file-unreadable', `The collection’s files could not be used: ${error.message}.`, options);
}
