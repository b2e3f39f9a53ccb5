/** Indexes numbered documents into a store of this browser, one a commit, and stops dead where it is told to. */
import { searchBlocks } from '../../../src/search/index.ts';
import { openBrowserStore } from '../../../src/store/browser.ts';
import { documentChange, withTokens } from '../../store/samples.ts';

/** What to do: add the documents `0 … documents − 1` that are not there, and hang at the `count`-th `point`. */
export interface Life {
  readonly name: string;
  readonly documents: number;
  readonly rows: number;
  readonly point: 'put' | 'complete' | 'never';
  readonly count: number;
  readonly blocksIn?: 'indexeddb' | 'opfs';
}
export type LifeMessage =
  | { readonly committed: number }
  | { readonly ended: 'hanging' | 'done' }
  | { readonly failed: string };

const tell = (message: LifeMessage) => postMessage(message);

/** Blocks this thread where it stands, in the middle of its transaction, until it is terminated. */
function hang(): void {
  tell({ ended: 'hanging' });
  for (;;);
}

function hangAt({ point, count }: Life): void {
  let left = count;
  if (point === 'put') {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...args) {
      if (left-- === 0) hang();
      return put.apply(this, args);
    };
  } else if (point === 'complete') {
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
      const made = transaction.apply(this, args);
      if (args[1] === 'readwrite') made.addEventListener('complete', () => left-- === 0 && hang());
      return made;
    };
  }
}

addEventListener('message', async ({ data }: MessageEvent<Life>) => {
  try {
    hangAt(data);
    const store = await openBrowserStore(data.name, {
      derivation: searchBlocks(),
      ...(data.blocksIn && { blocksIn: data.blocksIn }),
    });
    const there = new Set((await store.documents()).map(({ id }) => id as string));
    for (let i = 0; i < data.documents; i++) {
      if (there.has(`${i}.md`)) continue;
      const { segments, ...change } = documentChange(store, `${i}.md`, data.rows);
      await store.commit({ ...change, segments: segments.map(withTokens) });
      tell({ committed: i });
    }
    await store.close();
    tell({ ended: 'done' });
  } catch (error) {
    tell({ failed: String(error) });
  }
});
