import { readdir, readFile } from 'node:fs/promises';

/**
 * Bytes of memory that the renderers of the browser with this profile take, shared pages in proportion: what its pages and
 * workers cost. Told by the system (Linux); 0 elsewhere.
 */
export async function rendererMemory(profile: string): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const of = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
        const [command, stat, rollup] = await Promise.all([of('cmdline'), of('stat'), of('smaps_rollup')]);
        // The name, in brackets, may hold blanks.
        const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
        const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
        return { pid, parent, command, bytes: kilobytes * 1024 };
      }),
  );
  const own = new Set(processes.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  for (let size = -1; size !== own.size; ) {
    size = own.size;
    for (const { pid, parent } of processes) if (own.has(parent)) own.add(pid);
  }
  return processes
    .filter(({ pid, command }) => own.has(pid) && command.includes('--type=renderer'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
