import { count, percent } from '../format.ts';
import type { AboutWords } from './about.ts';

export const aboutEnglish: AboutWords = {
  title: 'About this engine',
  lead: 'What runs in this tab, and why. None of it leaves this machine.',

  encoding: 'Reading meaning',
  computes: 'Computed by',
  threads: 'Threads',
  models: 'Models in memory',
  noModel: 'None yet: the first question or file fetches one.',

  searching: 'Searching',
  kernels: 'Inner loops',
  forms: { 'relaxed-simd': 'WebAssembly, relaxed SIMD', simd: 'WebAssembly, SIMD', 'typed-arrays': 'plain JavaScript' },
  vectorsOf: (model) => `Vectors of ${model}`,
  scanned: (rows, pass, recall) => {
    const how = pass === 'float32' ? 'each compared exactly' : 'each looked at in 4 bits, the best compared exactly';
    const found =
      recall === undefined || pass === 'float32'
        ? ''
        : `; ${share(recall)} of the true ten nearest found, as measured here`;
    return `${count(rows)}, ${how}${found}`;
  },
  last: 'Last answer',
  lastAnswer: (ms, tier) => `${ms}, ${tier === 'full' ? 'by words and meaning' : 'by words alone'}`,

  storing: 'Storage',
  kinds: { indexeddb: 'this browser’s database (IndexedDB)', memory: 'memory only: gone when the tab closes' },
  where: 'Kept in',
  used: 'Used',
  usedOf: (used, quota) => (quota ? `${used} of the ${quota} that the browser allows this site` : used),
  kept: 'Safe from clearing',
  persisted: 'Yes: the browser has promised to keep it.',
  evictable:
    'Not promised: where the device runs out of space the browser may clear it. Bookmarking or installing the page helps.',
  holds: 'Library',
  holding: (documents, passages) =>
    `${count(documents)} ${documents === 1 ? 'document' : 'documents'}, ${count(passages)} ${passages === 1 ? 'passage' : 'passages'}`,

  notes: 'Notes',
  noNotes: 'Nothing out of the ordinary.',
  copy: 'Copy as text',
  copied: 'Copied',
  copyHint: 'For a report of a fault: the lines above, and nothing of your documents or questions.',
};

/** `99.9%`: whole percents would call a loss of one in three hundred none. */
const share = (recall: number) => (recall === 1 ? percent(1) : `${(Math.floor(recall * 1000) / 10).toFixed(1)}%`);
