import { readdir, readFile } from 'node:fs/promises';

/**
 * Bytes of memory that the renderers of the browser with this profile take, shared pages in proportion: what its pages and
 * workers cost; and the most that one of them has taken, shared pages in full. Told by the system (Linux); 0
 * elsewhere.
 */
export async function rendererMemory(profile: string): Promise<{ readonly now: number; readonly most: number }> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const of = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
        const files = ['cmdline', 'stat', 'status', 'smaps_rollup'];
        const [command, stat, status, rollup] = (await Promise.all(files.map(of))) as [string, string, string, string];
        // The name, in brackets, may hold blanks.
        const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
        const bytes = (line: RegExp, file: string) => Number(line.exec(file)?.[1] ?? 0) * 1024;
        const [now, most] = [bytes(/^Pss:\s+(\d+)/m, rollup), bytes(/^VmHWM:\s+(\d+)/m, status)];
        return { pid, parent, command, now, most };
      }),
  );
  const own = new Set(processes.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  for (let size = -1; size !== own.size; ) {
    size = own.size;
    for (const { pid, parent } of processes) if (own.has(parent)) own.add(pid);
  }
  const renderers = processes.filter(({ pid, command }) => own.has(pid) && command.includes('--type=renderer'));
  return {
    now: renderers.reduce((bytes, { now }) => bytes + now, 0),
    most: Math.max(0, ...renderers.map(({ most }) => most)),
  };
}
