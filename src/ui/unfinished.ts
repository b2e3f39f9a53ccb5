/** How far an adding had come when its page went away. */
export interface Unfinished {
  readonly files: number;
  readonly filesTotal: number;
}

/** Remembers on this machine that files are being added, so that the next visit can say that they were not all added. */
export interface UnfinishedAdding {
  /** Called with every progress. */
  note(progress: Unfinished): void;
  /** It came to its end, or what was left of it is of no interest. */
  forget(): void;
  /** What a page that went away left undone; nothing while another tab is still at it. */
  left(): Promise<Unfinished | undefined>;
}

const NAME = 'nearfield-adding';
/** How long the page before may take to go, after which it is another tab that is at it. */
const GOING_MS = 3000;

/** Where storage, which may throw when it is merely named, or locks are refused, nothing is remembered. */
export function createUnfinished(
  storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  locks: Pick<LockManager, 'request'> | undefined,
  goingMs = GOING_MS,
): UnfinishedAdding {
  /** Lets go of the lock that tells other tabs that this one is adding. */
  let release: (() => void) | undefined;
  let noted = -1;
  const quietly = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      return undefined; // Private windows may refuse.
    }
  };

  return {
    note({ files, filesTotal }) {
      if (!release) {
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        locks?.request(NAME, { mode: 'shared' }, () => held).catch(() => {});
      }
      if (files === noted) return;
      noted = files;
      quietly(() => storage().setItem(NAME, `${files}/${filesTotal}`));
    },
    forget() {
      release?.();
      release = undefined;
      noted = -1;
      quietly(() => storage().removeItem(NAME));
    },
    async left() {
      const said = /^(\d{1,9})\/(\d{1,9})$/.exec(quietly(() => storage().getItem(NAME)) ?? '');
      if (!said || !locks) return undefined;
      const signal = AbortSignal.timeout(goingMs);
      const alone = await locks.request(NAME, { signal }, () => true).catch(() => false);
      return alone ? { files: Number(said[1]), filesTotal: Number(said[2]) } : undefined;
    },
  };
}
