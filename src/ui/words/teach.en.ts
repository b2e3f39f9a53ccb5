import { count } from '../format.ts';
import type { TeachWords } from './teach.ts';

export const teachEnglish: TeachWords = {
  title: 'Teach it your subject',
  lead: 'Show it questions and the passages that answer them. It learns how your field asks, on this machine, and proves it on questions it has not seen. Your documents stay as they are, and what was learned can be taken off again.',
  empty: 'Add documents first: there must be something to find.',

  from: 'Lessons',
  choose: 'Choose pairs…',
  forms: 'JSONL with query and pos, CSV or TSV of question and passage, or queries.jsonl with qrels.tsv',
  chosen: (files) => (files === 1 ? 'One file' : `${files} files`),
  forget: (name) => `Leave out ${name}`,
  pairsAre: 'The files pair a question with',
  kinds: {
    'question-document': 'the passage that answers it',
    'question-question': 'another way to ask it',
    'question-answer': 'an answer on its own',
  },
  accepted: (right, wrong) =>
    wrong > 0
      ? `Answers I accepted (${count(right)}) and ones I said are wrong (${count(wrong)})`
      : `Answers I accepted (${count(right)})`,
  faq: 'Questions of FAQ entries',
  made: 'Questions made from the documents themselves',
  madeHint: 'From headings and first sentences. A stopgap: people ask otherwise.',
  block: 'Leave pairs out by a list…',
  blockHint: 'A text file, one word, phrase or /expression/ a line',
  train: 'Train',
  again: 'Train again',

  run: (n) => `Run ${n}`,
  phases: {
    read: 'Reading the pairs',
    made: 'Having questions made',
    model: 'Loading the model',
    questions: 'Reading the questions',
    keywords: 'Asking the keywords',
    negatives: 'Looking for passages that only look right',
    folds: 'Training, and judging on questions held out',
    final: 'Training once more, on everything',
    test: 'Judging on questions that took no part',
  },
  pause: 'Pause',
  resume: 'Go on',
  stop: 'Enough',
  stopHint: 'Ends the search for something better and keeps the best so far',
  paused: 'Paused',
  stopping: 'Finishing with the best so far…',
  cancelled: 'Cancelled. Nothing was kept.',
  searchOn: 'You can go on searching meanwhile.',

  kept: (kept, of) => `${count(kept)} of ${count(of)} pairs kept`,
  keptTitle: 'What was kept, and why the rest was not',
  step: 'Step',
  dropped: 'Dropped',
  why: 'Why',
  example: 'For instance',
  steps: (name) => name,
  reason: (text) => text,
  warning: (warning) => {
    if (warning.kind === 'question-answer')
      return 'Answers that stand alone teach how answers sound more than what they are about. Pairs with the passage itself teach more.';
    if (warning.kind === 'synthetic')
      return `${count(warning.made)} of ${count(warning.of)} questions were made by machine, so these figures say little about yours.`;
    if (warning.kind === 'reread')
      return `Nothing was kept: it ranks held-out questions at ${warning.learned.toFixed(3)}, and comparing passages word by word, which it would take the place of, reaches ${warning.reread.toFixed(3)} (nDCG@10).`;
    return `Trained on ${count(warning.taken)} of ${count(warning.of)} passages: those the questions might mean, and some others.`;
  },

  quality: 'How well held-out questions are answered, epoch by epoch',
  qualityAxis: 'nDCG@10, held-out questions',
  epoch: 'Epoch',
  loss: 'folds',
  finalLoss: 'all pairs',
  lossTitle: 'Loss, step by step',
  lossAxis: 'Loss',
  stepAxis: 'Step',
  all: 'all',
  shared: 'seen passages',
  untouched: 'new passages',
  sharedHint:
    '“New passages” are questions none of whose passages appeared in training: there, only what was learned of the subject helps.',
  ofRun: (n) => `run ${n}`,
  chosenEpoch: 'kept',
  asTable: 'As a table',
  compareWith: 'Compare with',
  nothing: 'nothing',

  better: (gain) => `It learned: ${gain} on questions it had not seen.`,
  identity: 'It did not get better on questions it had not seen, so nothing was changed.',
  strength: (epoch, alpha) => `Epoch ${epoch} at strength ${alpha}.`,
  onTest: 'On questions that took no part in anything',
  onValidation: 'On held-out questions, by which epoch and strength were chosen',
  questions: 'Questions',
  measure: 'Measure',
  before: 'Before',
  after: 'After',
  change: 'Change',
  interval: '95 % interval',
  winsLosses: 'Better, worse',
  fused: 'nDCG@10, as you search',
  dense: 'nDCG@10, meaning alone',
  mrr: 'MRR@10',
  recall: 'Recall@10',
  readThrough: 'Question by question',
  wins: (n) => `Better (${n})`,
  losses: (n) => `Worse (${n})`,
  place: (before, after) => `place ${before} → ${after}`,
  noChanges: 'None.',
  log: 'Save the run log',
  events: 'Save for TensorBoard',
  took: (seconds, questions, passages, megabytes) =>
    `${Math.round(seconds)} s, ${count(questions)} questions, ${count(passages)} passages, ${megabytes} of memory for them`,

  adapters: 'What it has learned',
  adaptersLead:
    'At most one a language ranks at a time. Shown similarities and “nothing here answers this” stay as they were.',
  noAdapters: 'Nothing yet.',
  apply: 'Use it',
  applied: 'in use',
  unapply: 'Take it off',
  export: 'Save as file',
  import: 'Open a file…',
  removeTitle: (name) => `Remove “${name}”?`,
  removeWarning: 'What was learned goes; your documents stay.',
  adapterFacts: (questions, gain, size) => `${count(questions)} questions · ${gain} nDCG@10 · ${size}`,
  ranksWith: (name) => `taught: ${name}`,
};
