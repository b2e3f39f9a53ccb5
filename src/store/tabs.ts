import { alone, busyWriter, type Peers } from './peers.ts';

/**
 * The other tabs of this origin: Web Locks say who writes and who reads, a BroadcastChannel carries the news.
 *
 * A lock ends with its tab, however that dies. Without Web Locks (a page that is not a secure context) the locks hold
 * within this tab only; commits stay atomic, being one IndexedDB transaction each.
 */
export function tabs(name: string): Peers {
  return { ...tabLocks(name), ...news(`nearfield/${name}`) };
}

/** The locks alone. */
export function tabLocks(name: string): Omit<Peers, 'announce' | 'listen' | 'close'> {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  if (!locks) return alone();

  const writer = `nearfield/${name}/writer`;
  const readers = `nearfield/${name}/readers`;
  return {
    async writing(task, wait) {
      return await locks.request(writer, { ifAvailable: !wait }, (lock) => {
        if (!lock) throw busyWriter();
        return task();
      });
    },
    reading: () =>
      new Promise((granted, refused) => {
        const held = () => new Promise<void>((release) => granted(release));
        locks.request(readers, { mode: 'shared' }, held).catch(refused);
      }),
    async unread(task) {
      return await locks.request(readers, { ifAvailable: true }, async (lock) => {
        if (lock) await task();
        return lock !== null;
      });
    },
  };
}

/** A channel hears all its name's other channels but not itself, so a listener hears of others' changes only. */
function news(name: string): Pick<Peers, 'announce' | 'listen' | 'close'> {
  const channel = new BroadcastChannel(name);
  // In Node a channel would keep the process alive.
  (channel as { unref?(): void }).unref?.();
  return {
    announce: () => channel.postMessage('changed'),
    listen(listener) {
      const onMessage = () => listener();
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    },
    close: () => channel.close(),
  };
}
