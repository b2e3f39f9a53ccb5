import { EngineError } from '../core/errors.ts';

/** The others who may have the same collection open: who may write, who reads, and who has news. */
export interface Peers {
  /** Runs `task` while nobody else does. Without `wait`, EngineError `busy` if someone does. */
  writing<T>(task: () => Promise<T>, wait: boolean): Promise<T>;
  /** Until the returned function is called, no `unread` task runs. */
  reading(): Promise<() => void>;
  /** Runs `task` if nobody is reading, and keeps readers waiting meanwhile. Says whether it ran. */
  unread(task: () => Promise<void>): Promise<boolean>;
  /** Tells the others that the collection has changed. */
  announce(): void;
  listen(listener: () => void): () => void;
  close(): void;
}

/** Peers for a collection that no other process can open: the locks hold among callers of this one store. */
export function alone(): Peers {
  let writer: Promise<unknown> | undefined;
  let readers = 0;
  let sweeping: Promise<unknown> = Promise.resolve();

  return {
    async writing(task, wait) {
      if (writer && !wait) throw busyWriter();
      while (writer) await writer;
      const run = task();
      writer = run.catch(() => {}).then(() => (writer = undefined));
      return run;
    },
    async reading() {
      await sweeping;
      readers++;
      let open = true;
      return () => {
        if (open) readers--;
        open = false;
      };
    },
    async unread(task) {
      await sweeping;
      if (readers > 0) return false;
      const run = task();
      sweeping = run.catch(() => {});
      await run;
      return true;
    },
    announce() {},
    listen: () => () => {},
    close() {},
  };
}

export const busyWriter = () =>
  new EngineError('busy', 'Another tab or call is adding documents to this collection; try again when it is done.');
