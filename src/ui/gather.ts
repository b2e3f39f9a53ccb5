/** From what a person drops or chooses to the files in it. */
import type { SourceFile } from '../core/types.ts';

export type Gather = (signal: AbortSignal, onFound: (files: number) => void) => Promise<readonly SourceFile[]>;

/** Files of an `<input>`; with `webkitdirectory` each has its path in the folder. */
export function fromInput(list: FileList): Gather {
  const files = [...list];
  return async () =>
    files
      .map((file) => ({ path: file.webkitRelativePath || file.name, data: file }))
      .filter(({ path }) => !isLeftOut(path));
}

/** Whatever was dropped. Must be called within the event: afterwards the browser empties the list. */
export function fromDrop(transfer: DataTransfer): Gather {
  const entries: FileSystemEntry[] = [];
  const files: SourceFile[] = [];
  for (const item of transfer.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    const file = entry ? null : item.getAsFile(); // What another program drags may be a file that has no entry.
    if (entry) entries.push(entry);
    else if (file) files.push({ path: file.name, data: file });
  }
  return async (signal, onFound) => {
    for (const entry of entries) await walkEntry(entry, files, signal, onFound);
    return files;
  };
}

/** A folder chosen with the directory picker. */
export function fromDirectory(directory: FileSystemDirectoryHandle): Gather {
  return async (signal, onFound) => {
    const files: SourceFile[] = [];
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        signal.throwIfAborted();
        const at = `${path}/${name}`;
        if (isLeftOut(name)) continue;
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, at);
        else {
          files.push({ path: at, data: await (handle as FileSystemFileHandle).getFile() });
          onFound(files.length);
        }
      }
    };
    await walk(directory, directory.name);
    return files;
  };
}

/** Hidden files and installed packages are nobody's reading. */
export const isLeftOut = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === 'node_modules');

/** `readEntries` answers in batches of about a hundred, so the page breathes between them. */
async function walkEntry(
  entry: FileSystemEntry,
  files: SourceFile[],
  signal: AbortSignal,
  onFound: (files: number) => void,
): Promise<void> {
  signal.throwIfAborted();
  const path = entry.fullPath.replace(/^\//, '');
  if (isLeftOut(path)) return;
  if (entry.isFile) {
    const data = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    files.push({ path, data });
    onFound(files.length);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const inner of batch) await walkEntry(inner, files, signal, onFound);
  }
}
