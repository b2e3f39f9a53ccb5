import { count } from '../format.ts';
import { teachEnglish } from './teach.en.ts';
import type { Words } from './words.ts';

const plural = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

export const english: Words = {
  tongue: 'en',
  tag: 'en',
  other: '中文',
  title: 'Nearfield – ask your own documents',

  welcomeTitle: 'Ask your own documents.',
  welcomeWhat:
    'Give Nearfield a folder and ask in your own words; it finds the passage that answers, in English or Chinese.',
  welcomePrivate:
    'It all happens in this tab: nothing you open or type leaves your computer, and once loaded it works without a network.',
  dropHere: 'Drop files or a folder here',
  dropFormats: 'PDF, Word, EPUB, Markdown, HTML, text, CSV and JSON',
  dropNow: 'Drop to add to your library',
  addFiles: 'Add files',
  addFolder: 'Add a folder',
  trySample: 'Try the sample collection',
  sampleSize: (documents, size) => `${plural(documents, 'document')} that are already on this machine, ${size}`,
  finishSample: 'Finish the sample collection',

  ask: 'Ask anything…',
  askLabel: 'Ask your documents',
  askHint: 'Ask in your own words, or just type what you remember of it.',
  askSoon: 'The first documents are on their way. You can ask as soon as one is in.',
  askExamples: 'For example',
  clearQuestion: 'Clear the question',
  keys: '↑ ↓ to move · Enter to read · Esc to go back',

  views: { label: 'Views', ask: 'Ask', teach: 'Teach' },
  teach: teachEnglish,

  library: 'Library',
  noFolder: 'Single files',
  documents: (n) => plural(n, 'document'),
  passages: (n) => plural(n, 'passage'),
  incomplete: (stored, chunks) => `${count(stored)} of ${count(chunks)} passages`,
  finishHint: (n) =>
    n === 1
      ? 'One document is only partly indexed. Add the same file to finish it.'
      : `${count(n)} documents are only partly indexed. Add the same files to finish.`,
  more: (n) => `Show ${count(n)} more`,
  remove: (name) => `Remove ${name}`,
  removed: (name) => `Removed ${name}.`,
  clear: 'Clear the library',
  clearQuestionTitle: 'Clear the whole library?',
  clearWarning: (n) =>
    `${n === 1 ? 'One document leaves' : `${count(n)} documents leave`} the library. Your own files stay as they are.`,
  removeFolderTitle: (name) => `Remove “${name}”?`,
  yesClear: 'Clear it',
  yesRemove: 'Remove',
  no: 'Keep it',
  opening: 'Opening the library…',
  emptyLibrary: 'Nothing here yet.',

  gathering: (files) => (files === 0 ? 'Looking for files…' : `Found ${plural(files, 'file')}…`),
  loadingModel: (model) => `Loading the model ${model}`,
  openingModel: (model) => `Opening the model ${model}`,
  indexing: (name) => `Indexing ${name}`,
  filesOf: (done, total) => `${count(done)} of ${plural(total, 'file')}`,
  perSecond: (rate) => `${rate} passages/s`,
  timeLeft: (ms) => {
    const seconds = Math.ceil(ms / 1000);
    if (seconds < 60) return seconds <= 5 ? 'a few seconds left' : `${Math.ceil(seconds / 5) * 5} s left`;
    const minutes = Math.round(seconds / 60);
    return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
  },
  cancel: 'Cancel',
  stopping: 'Stopping…',
  progressLabel: 'Indexing progress',
  report: (added, unchanged) => {
    if (added === 0 && unchanged > 0) return `${plural(unchanged, 'document')} already here, nothing to do.`;
    return `Indexed ${plural(added, 'document')}${unchanged > 0 ? `; ${count(unchanged)} already here` : ''}.`;
  },
  nothingFound: 'There were no files to add.',
  stopped: 'Stopped. What was done is kept; add the same files to go on.',
  skipped: (n) => `${count(n)} skipped`,
  seeWhy: 'see why',
  skippedTitle: 'Skipped files',
  leftOut: 'Hidden files and node_modules folders are always left out.',
  dismiss: 'Dismiss',

  summary: (passages, documents) => `${plural(passages, 'passage')} · ${plural(documents, 'document')}`,
  keywordsNow: 'Keywords for now, meaning soon',
  keywordsOnly: 'Keywords only',
  lookingFurther: 'The words alone lead nowhere; looking by meaning…',
  verdict: { accepted: 'This answers it', rejected: 'This does not' },
  verdictSaid: { accepted: 'Remembered', rejected: 'Noted: does not answer' },
  verdictHint: {
    accepted: 'The same question leads straight here from now on',
    rejected: 'Learned from when you teach it; the order of results stays as it is',
  },
  rememberedOpen: (n) => plural(n, 'remembered answer'),
  rememberedTitle: 'Remembered answers',
  rememberedHint:
    'Kept on this machine only. The same question leads straight to its passage; a similar one is nudged towards it. What does not answer changes no result: it is learned from when you teach.',
  rememberedWrong: 'does not answer it',
  rememberedNone: 'Nothing is remembered.',
  rememberedGone: (name) => `${name}: not in the library now`,
  erase: 'Erase',
  eraseAll: 'Erase all',
  refuseLabel: 'Say “nothing relevant”',
  refuseLevel: { off: 'never', lenient: 'rarely', normal: 'when in doubt', strict: 'readily' },
  refusedTitle: 'Nothing here answers this.',
  refusedHint: 'Other words may help, or a document that is not in the library yet.',
  refusedIndexing: 'Documents are still being added; the answer may be in one of them.',
  closest: (n) => (n === 1 ? 'The closest passage' : `The ${count(n)} closest passages`),
  why: 'Why',
  matched: (words) => `matched: ${words}`,
  verbatim: (text) => `word for word: “${text}”`,
  meaning: (value) => `meaning ${value}`,
  question: (text) => `answers “${text}”`,
  numbers: 'Numbers',
  fusedScore: 'Rank score',
  wordScore: 'Word score (BM25)',
  cosine: 'Likeness of meaning (cosine)',
  wordLikeness: 'Likeness word by word (MaxSim)',
  learnedScore: 'Shared words as the model weighs them',
  confidence: 'Chance that the best passage answers',
  page: (page) => `p. ${count(page)}`,
  place: 'Place in the text',
  characters: (start, end) => `characters ${start}–${end}`,

  back: 'Back',
  close: 'Close',
  previous: 'Previous passage',
  next: 'Next passage',
  ofPassages: (index, n) => `${count(index)} of ${count(n)}`,
  readerEmpty: 'The passage you choose opens here, in its document.',
  readerLoading: 'Opening the document…',
  readerLabel: 'Document',

  offlineReady: 'ready for offline',
  offline: 'offline',
  online: 'online',
  threads: (backend, n) => `${backend} · ${plural(n, 'thread')}`,
  used: (used, quota) => (quota ? `${used} of ${quota} storage` : `${used} stored`),
  quotaNear: (used, quota) => `Storage is nearly full (${used} of ${quota}): remove documents before adding more.`,
  took: (time) => `answered in ${time}`,
  theme: { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  newVersion: 'A new version is ready.',
  reload: 'Reload',
  tryAgain: 'Try again',
  notes: (n) => plural(n, 'note'),

  advice: {
    'bad-input': 'Check what was asked for and try again.',
    'file-unreadable': 'See that the file is still there and that you may read it, then add it again.',
    'file-too-large': 'Split it into smaller files and add those.',
    'format-unsupported': 'Save it as PDF, Word, HTML or plain text and add that.',
    'model-unavailable': 'Connect to the network once so that the model can load; keyword search works meanwhile.',
    'model-corrupt': 'Reload the page to fetch the model again; keyword search works meanwhile.',
    'model-mismatch': 'Add the documents again so that one model has read them all.',
    'block-corrupt': 'Add the documents concerned again; everything else is untouched.',
    'store-version': 'Close other tabs of Nearfield and reload, so that the newest version runs.',
    'quota-exceeded': 'Remove documents or free disk space, then add the rest; what is indexed is kept.',
    busy: 'Wait until the other tab has finished adding, or close it.',
    'worker-lost': 'Try again: the engine restarts by itself, and what was done is kept.',
  },
  unknownError: 'Something unexpected happened; reload the page, your library is kept.',
};
