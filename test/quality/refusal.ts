/**
 * Where the weights in `src/search/refuse.ts` come from: `npm run eval:refusal -- <folder>…`.
 *
 * Fits confidence on the answerable and the out-of-corpus questions of the collections, each collection and kind weighing
 * alike, and prints the fit of all and, for every collection, how the fit without it does on it. Adversarial questions
 * take no part in a fit. A collection that brings no out-of-corpus questions is asked those of the others in its language
 * (kind `other-subject`), but for collections that share its subject: those whose names begin alike.
 *
 * Then the same for keywords: the two and the three rarest telling words of up to eighty questions of each kind.
 */
import { basename } from 'node:path';
import { type Collection, readCollections } from '../../src/cli/eval/collection.ts';
import { type Prepared, questionsOf, segmentOf, strangersOf, vectorsOf } from '../../src/cli/eval/evaluate.ts';
import { auroc } from '../../src/cli/eval/metrics.ts';
import { passagesOf } from '../../src/cli/eval/passages.ts';
import { cachedEncoder, packagedHead, TokenCache } from '../../src/cli/eval/tokens.ts';
import { prepare } from '../../src/cli/eval.ts';
import type { Language, UnitVector } from '../../src/core/types.ts';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { createSearchIndex, simplify } from '../../src/search/index.ts';
import { postingsOf } from '../../src/search/indexed-text.ts';
import { scoreWords } from '../../src/search/keywords.ts';
import { createLexicon, type Lexicon } from '../../src/search/lexicon.ts';
import {
  confidence,
  EVIDENCE,
  evidenceAbove,
  type Floor,
  type RefusalFeatures,
  THRESHOLDS,
} from '../../src/search/refuse.ts';
import { isKeywords } from '../../src/search/words.ts';

const OTHER_SUBJECT = 'other-subject';
const OUT_OF_CORPUS = new Set(['out-of-corpus', 'unanswerable', OTHER_SUBJECT]);
/** Questions of one other collection that a collection is asked. */
const FOREIGN = 60;
/** Questions of a kind whose keywords a collection is asked. */
const SHORTENED = 80;

interface Example {
  readonly language: Language;
  readonly kind: string;
  readonly features: RefusalFeatures;
  readonly floor: Floor;
  readonly certain: boolean;
}

interface Asked {
  readonly collection: Collection;
  readonly prepared: Prepared;
}

/** The questions that a collection is asked, and what they are in it. */
interface Question {
  readonly text: string;
  readonly kind: string;
  readonly vectors: ReturnType<typeof vectorsOf>;
}

function questionsFor({ collection, prepared }: Asked, all: readonly Asked[]): Question[] {
  const { language, questions } = collection;
  const own = questions.map(({ text, kind }, i) => ({ text, kind, vectors: vectorsOf(prepared, i) }));
  if (own.some(({ kind }) => OUT_OF_CORPUS.has(kind))) return own;
  const foreign = all
    .filter(({ collection: other }) => other.language === language && subject(other) !== subject(collection))
    .flatMap((other) =>
      other.collection.questions
        .slice(0, FOREIGN)
        .map(({ text }, i) => ({ text, kind: OTHER_SUBJECT, vectors: vectorsOf(other.prepared, i) })),
    );
  return [...own, ...foreign];
}

function examplesOf({ collection, prepared }: Asked, questions: readonly Question[]): Example[] {
  const { language } = collection;
  const index = createSearchIndex();
  index.add(segmentOf(collection, prepared));
  index.addQuestions(questionsOf(prepared));
  const strangers = strangersOf(prepared);
  return questions.map(({ text, kind, vectors }) => ({
    language,
    kind,
    ...index.judge({ text, language, k: 10, vectors, strangers }),
  }));
}

/** Keywords of some of the questions, as a person might type them: their rarest telling words, in their order. */
async function shortened({ collection, prepared }: Asked, questions: readonly Question[]): Promise<Question[]> {
  const lexicon = createLexicon();
  const { passages } = prepared;
  for (let at = 0; at < passages.length; at += 4096) lexicon.add(postingsOf(passages.slice(at, at + 4096)));
  const some = [true, false].flatMap((isAnswerable) => {
    const kind = questions.filter(({ kind }) => kind !== 'adversarial' && (kind === 'answerable') === isAnswerable);
    const step = Math.max(1, Math.floor(kind.length / SHORTENED));
    return kind.filter((_, i) => i % step === 0).slice(0, SHORTENED);
  });
  const asked = some.flatMap(({ text, kind }) =>
    [2, 3].map((count) => ({ text: keywordsOf(text, count, collection.language, lexicon), kind })),
  );
  const keywords = asked.filter(({ text }) => isKeywords(text));
  if (!prepared.model) return keywords.map((one) => ({ ...one, vectors: [] }));
  const { card } = prepared.model;
  const texts = keywords.map(({ text }) => (collection.language === 'zh' ? simplify(text) : text));
  const { dense } = await native.embed(card.id, 'query', texts);
  return keywords.map((one, i) => ({
    ...one,
    vectors: [{ model: card.key, values: dense.slice(i * card.dim, (i + 1) * card.dim) as UnitVector }],
  }));
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function keywordsOf(question: string, count: number, language: Language, lexicon: Lexicon): string {
  const telling = scoreWords(question, lexicon).groups.filter((group) => group.telling);
  const words =
    language === 'en'
      ? telling.map(({ text, weight }) => ({ text, weight }))
      : [...segmenter.segment(question)]
          .filter(({ segment, isWordLike }) => isWordLike && [...segment].length > 1)
          .map(({ segment: text }) => {
            const within = telling.filter((group) => text.includes(group.text));
            return { text, weight: Math.max(0, ...within.map(({ weight }) => weight)) };
          });
  const rarest = words.toSorted((a, b) => b.weight - a.weight).slice(0, count);
  return words
    .filter((word) => rarest.includes(word))
    .map(({ text }) => text)
    .join(' ');
}

const subject = ({ name }: Collection) => basename(name).split('-')[0]!;

/** The evidence, and whether the bias is the Chinese one. */
const above = ({ features, floor, language }: Example) => [
  ...evidenceAbove(features, floor),
  language === 'zh' ? 1 : 0,
];
const COLUMNS = EVIDENCE.length + 1;

interface Fitted {
  readonly weights: readonly number[];
  readonly bias: number;
}

/** Ridge on standardised features, as strong as a thousandth of a collection's kind. */
const RIDGE = 1e-3;

/** Weighted logistic regression by Newton's method. */
function regressed(groups: readonly (readonly Example[])[]): Fitted {
  const rows = groups.flatMap((examples) => {
    const some = examples.filter(({ kind, certain }) => !certain && (kind === 'answerable' || OUT_OF_CORPUS.has(kind)));
    const count = (wanted: boolean) => some.filter(({ kind }) => (kind === 'answerable') === wanted).length;
    return some.map((example) => {
      const y = example.kind === 'answerable' ? 1 : 0;
      return { x: above(example), y, weight: 1 / count(y === 1) };
    });
  });
  const d = COLUMNS;
  const columns = Array.from({ length: d }, (_, j) => j);
  const mean = columns.map((j) => rows.reduce((sum, { x }) => sum + x[j]!, 0) / rows.length);
  const deviation = columns.map((j) =>
    Math.sqrt(rows.reduce((sum, { x }) => sum + (x[j]! - mean[j]!) ** 2, 0) / rows.length),
  );
  const standard = rows.map(({ x }) => [
    ...x.map((v, j) => (deviation[j]! > 0 ? (v - mean[j]!) / deviation[j]! : 0)),
    1,
  ]);
  let w = new Array<number>(d + 1).fill(0);
  for (let step = 0; step < 50; step++) {
    const gradient = w.map((value, j) => (j < d ? 2 * RIDGE * value : 0));
    const hessian = w.map((_, j) => w.map((__, k) => (j === k ? (j < d ? 2 * RIDGE : 1e-9) : 0)));
    for (const [i, { y, weight }] of rows.entries()) {
      const z = standard[i]!;
      const p = 1 / (1 + Math.exp(-z.reduce((sum, v, j) => sum + v * w[j]!, 0)));
      for (let j = 0; j <= d; j++) {
        gradient[j]! += weight * (p - y) * z[j]!;
        for (let k = 0; k <= d; k++) hessian[j]![k]! += weight * p * (1 - p) * z[j]! * z[k]!;
      }
    }
    const delta = solve(hessian, gradient);
    w = w.map((value, j) => value - delta[j]!);
    if (Math.max(...delta.map(Math.abs)) < 1e-9) break;
  }
  const weights = columns.map((j) => (deviation[j]! > 0 ? w[j]! / deviation[j]! : 0));
  return { weights, bias: w[d]! - weights.reduce((sum, value, j) => sum + value * mean[j]!, 0) };
}

/** Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]!]);
  const n = a.length;
  for (let i = 0; i < n; i++) {
    const pivot = a.slice(i).reduce((best, row, at) => (Math.abs(row[i]!) > Math.abs(a[best]![i]!) ? at + i : best), i);
    [a[i], a[pivot]] = [a[pivot]!, a[i]!];
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = a[r]![i]! / a[i]![i]!;
      for (let c = i; c <= n; c++) a[r]![c]! -= factor * a[i]![c]!;
    }
  }
  return a.map((row, i) => row[n]! / row[i]!);
}

type Judge = (example: Example) => number;
const judgeOf =
  ({ weights, bias }: Fitted): Judge =>
  (example) =>
    example.certain ? 1 : 1 / (1 + Math.exp(-above(example).reduce((sum, x, j) => sum + x * weights[j]!, bias)));

function line(name: string, examples: readonly Example[], judge: Judge): string[] {
  const of = (wanted: (kind: string) => boolean) => examples.filter(({ kind }) => wanted(kind)).map(judge);
  const answerable = of((kind) => kind === 'answerable');
  return [...new Set(examples.map(({ kind }) => kind))]
    .filter((kind) => kind !== 'answerable')
    .map((kind) => {
      const others = of((one) => one === kind);
      const at = (threshold: number) =>
        [answerable, others]
          .map((list) => ((100 * list.filter((p) => p < threshold).length) / list.length).toFixed(1))
          .join(' / ');
      const { lenient, normal, strict } = THRESHOLDS;
      return `| ${name}, ${kind} | ${auroc(answerable, others).toFixed(3)} | ${at(normal)} | ${at(lenient)} | ${at(strict)} |`;
    });
}

const HEAD = '| | AUROC | normal: false / true refusals, % | lenient | strict |\n|---|---|---|---|---|';
const print = (text: string) => process.stdout.write(`${text}\n`);

const native = createNodeEncoder(undefined, nativeRuntime(1));
const cache = new TokenCache(native, '.cache/embeddings');
const encoder = cachedEncoder(native, cache, packagedHead);
const collections = process.argv.slice(2).flatMap(readCollections);
for (const tier of ['full', 'keywords'] as const) {
  const asked: Asked[] = [];
  for (const collection of collections) {
    const prepared =
      tier === 'full'
        ? await prepare(collection, encoder, cache, false, () => () => {})
        : { passages: await passagesOf(collection) };
    asked.push({ collection, prepared });
  }
  const questions = asked.map((one) => questionsFor(one, asked));
  const keywords = await Promise.all(asked.map((one, i) => shortened(one, questions[i]!)));
  for (const [what, lists] of [
    ['questions', questions],
    ['a few keywords', keywords],
  ] as const) {
    const names = asked.map(({ collection }) => basename(collection.name));
    report(`${tier}, ${what}`, new Map(asked.map((one, i) => [names[i]!, examplesOf(one, lists[i]!)])));
  }
}
cache.close();
await native.close();

function report(title: string, examples: ReadonlyMap<string, readonly Example[]>): void {
  const all = regressed([...examples.values()]);
  const fitted = [
    ...EVIDENCE.map((name, j) => `${name} ${all.weights[j]!.toFixed(2)}`),
    `bias ${all.bias.toFixed(2)}, of Chinese ${(all.bias + all.weights.at(-1)!).toFixed(2)}`,
  ];
  print(`\n## ${title}: ${fitted.join(', ')}\n\nAs it is in the product:\n\n${HEAD}`);
  for (const [name, list] of examples) {
    for (const row of line(name, list, ({ certain, features, floor, language }) =>
      certain ? 1 : confidence(features, floor, language),
    ))
      print(row);
  }
  print(`\nFitted without the collection:\n\n${HEAD}`);
  for (const [name, list] of examples) {
    const others = [...examples].filter(([other]) => other !== name).map(([, some]) => some);
    for (const row of line(name, list, judgeOf(regressed(others)))) print(row);
  }
}
