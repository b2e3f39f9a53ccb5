/**
 * Writes collections of passages no longer than the questions, which `nearfield eval` then reads: titles alone of two
 * collections, and questions of one meaning (COVID-Q, Wei et al. 2020), of each class a third asked and the others looked for.
 *
 *   npx tsx test/quality/short.ts <eval folder> <final_master_dataset.csv of COVID-Q> <folder to write>
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { readCollections } from '../../src/cli/eval/collection.ts';
import { createRandom } from '../../src/core/random.ts';

const [evaluations, questions, out] = process.argv.slice(2);
if (!evaluations || !questions || !out) {
  throw new Error('expected three arguments: the folder of collections, COVID-Q’s CSV file and a folder to write');
}

type Grades = ReadonlyMap<string, readonly string[]>;

function write(name: string, corpus: ReadonlyMap<string, string>, asked: ReadonlyMap<string, string>, grades: Grades) {
  const folder = join(out!, name);
  const lines = (some: ReadonlyMap<string, string>) =>
    [...some].map(([_id, text]) => `${JSON.stringify({ _id, text })}\n`).join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'corpus.jsonl'), lines(corpus));
  writeFileSync(join(folder, 'queries.jsonl'), lines(asked));
  const rows = [...grades].flatMap(([query, units]) => units.map((unit) => `${query}\t${unit}\t1\n`));
  writeFileSync(join(folder, 'qrels.tsv'), `query-id\tcorpus-id\tscore\n${rows.join('')}`);
  process.stdout.write(`${name}: ${corpus.size} passages, ${grades.size} questions\n`);
}

for (const name of ['scifact', 'cranfield']) {
  const [collection] = readCollections(join(evaluations, name));
  const titles = new Map(collection!.units.filter(({ title }) => title).map(({ id, title }) => [id, title]));
  const grades = new Map<string, string[]>();
  for (const [query, units] of collection!.judgements) {
    const right = [...units].filter(([id, grade]) => grade > 0 && titles.has(id)).map(([id]) => id);
    if (right.length > 0) grades.set(query, right);
  }
  write(`${name}-titles`, titles, new Map(collection!.questions.map(({ id, text }) => [id, text])), grades);
}

const { data } = Papa.parse<Record<string, string>>(readFileSync(questions, 'utf8'), { header: true });
const classes = new Map<string, Map<string, string>>();
for (const { Category, 'Question ID': id, Question = '' } of data) {
  const text = Question.trim();
  if (!text) continue;
  const key = `${Category}/${id}`;
  classes.set(key, (classes.get(key) ?? new Map()).set(text.toLowerCase(), text));
}
const random = createRandom(1);
const [corpus, asked, grades] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string[]>()];
for (const same of classes.values()) {
  const drawn = random.shuffle([...same.values()]);
  const third = drawn.length > 1 ? Math.max(1, Math.floor(drawn.length / 3)) : 0;
  const ids = drawn.slice(third).map((text) => {
    corpus.set(`d${corpus.size}`, text);
    return `d${corpus.size - 1}`;
  });
  for (const text of drawn.slice(0, third)) {
    grades.set(`q${asked.size}`, ids);
    asked.set(`q${asked.size}`, text);
  }
}
write('covid-q', corpus, asked, grades);
