import type { DefaultTreeAdapterTypes as Tree } from 'parse5';
import type { Piece } from './compose.ts';
import { attribute, parseTree, select, textOf } from './html-tree.ts';

/** A question and its answer as a page's own data about itself has them (schema.org `FAQPage`, `QAPage`). */
export interface MarkedUp {
  readonly question: string;
  readonly answer: string;
  /** Where the data begins in the source. */
  readonly at: number;
}

/** Deeper data is not looked at, nor more questions than a page has. */
const MAX_DEPTH = 6;
const MAX_QUESTIONS = 500;

/** Every schema.org `Question` with an accepted or suggested answer in a page's JSON-LD. What is not JSON is passed over. */
export function questionsMarkedUp(tree: Tree.Document): MarkedUp[] {
  const scripts = select(
    tree,
    (element) => element.tagName === 'script' && /^application\/ld\+json/i.test(attribute(element, 'type') ?? ''),
  );
  const found = scripts.flatMap((script) => {
    try {
      const at = script.sourceCodeLocation?.startOffset ?? 0;
      return [...questionsIn(JSON.parse(textOf(script)), 0)].map((one) => ({ ...one, at }));
    } catch {
      return [];
    }
  });
  return found.slice(0, MAX_QUESTIONS);
}

function* questionsIn(value: unknown, depth: number): Generator<Omit<MarkedUp, 'at'>> {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const one of value) yield* questionsIn(one, depth + 1);
    return;
  }
  const fields = value as Record<string, unknown>;
  const question = plainText(fields.name ?? fields.text);
  const given = [fields.acceptedAnswer ?? fields.suggestedAnswer].flat()[0] as { text?: unknown } | undefined;
  const answer = plainText(given?.text);
  if ([fields['@type']].flat().includes('Question') && question && answer) yield { question, answer };
  else for (const inner of Object.values(fields)) yield* questionsIn(inner, depth + 1);
}

/** Answers are HTML. */
const plainText = (value: unknown) =>
  typeof value === 'string'
    ? textOf(parseTree(value.replace(/<(?:br|\/p|\/li)\b[^>]*>/gi, '$& ')))
        .replace(/\s+/g, ' ')
        .trim()
    : '';

/** So much of an answer is enough to find it on the page. */
const BEGINNING = 40;

/**
 * Pieces with the marked-up questions as headings: a block that is such a question becomes one; where only the answer
 * is shown (its question was a button, say) the heading is put before it; what the page does not show at all comes last.
 */
export function withMarkedUp(pieces: readonly Piece[], questions: readonly MarkedUp[]): readonly Piece[] {
  const result = [...pieces];
  for (const { question, answer, at } of questions) {
    const texts = result.map(textOfPiece);
    const heading = (start: number): Piece => ({
      kind: 'heading',
      level: 2,
      runs: [{ text: question, at: start, span: 0 }],
    });
    const shown = texts.indexOf(question);
    const answered = texts.findIndex((text) => text.startsWith(answer.slice(0, BEGINNING)));
    if (shown >= 0) {
      if (result[shown]!.kind !== 'heading') result[shown] = { ...result[shown]!, kind: 'heading', level: 2 };
    } else if (answered >= 0) result.splice(answered, 0, heading(result[answered]!.runs[0]!.at));
    else result.push(heading(at), { kind: 'paragraph', level: 0, runs: [{ text: answer, at, span: 0 }] });
  }
  return result;
}

const textOfPiece = ({ runs }: Piece) =>
  runs
    .map(({ text }) => text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
