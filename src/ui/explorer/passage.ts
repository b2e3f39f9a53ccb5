import type { Answer, Passage, Reason } from '../../core/answer.ts';
import type { Verdict } from '../accepting.ts';
import { h, icon } from '../dom.ts';
import { excerpt, type Piece } from '../excerpt.ts';
import { count, fileName, fraction, matchedWords, pageOf } from '../format.ts';
import { formatRoute } from '../route.ts';
import type { Words } from '../words/words.ts';

interface Handlers {
  read(): void;
  activate(): void;
  /** Remembers what is said of it, or forgets it. */
  judge(verdict: Verdict): void;
  readonly verdict: Verdict | undefined;
  /** The file's name, where the title alone does not say which document it is. */
  readonly file: string | undefined;
}

/** One result: the sentence that answers, where it stands, why it is here, and the numbers on demand. */
export function passageCard(
  words: Words,
  passage: Passage,
  answer: Answer,
  { read, activate, judge, verdict, file }: Handlers,
): HTMLElement {
  const { chunk } = passage;
  const href = formatRoute({
    query: answer.query,
    document: chunk.document,
    passage: { start: chunk.textStart, end: chunk.textEnd },
  });
  const onclick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // A new tab is the browser's business.
    event.preventDefault();
    read();
  };
  return h(
    'li',
    { class: 'passage' },
    h(
      'a',
      { href, onclick, onfocus: activate, lang: tagOf(chunk.text), 'data-key': `read ${chunk.id}` },
      h('span', { class: 'passage-text', dir: 'auto' }, ...excerptNodes(passage)),
      h('span', { class: 'place' }, ...placeNodes(words, passage, file)),
    ),
    h(
      'div',
      { class: 'passage-foot' },
      h(
        'details',
        { class: 'why' },
        h('summary', {}, h('span', { class: 'unseen' }, `${words.why}: `), reasonWords(words, passage.reasons)),
        numbers(words, passage, answer),
      ),
      h(
        'div',
        { class: 'judge' },
        ...VERDICTS.map((one) => {
          const said = verdict === one;
          return h(
            'button',
            {
              class: 'plain',
              type: 'button',
              'data-key': `${one} ${chunk.id}`,
              'aria-pressed': String(said),
              title: `${words.verdict[one]}: ${words.verdictHint[one]}`,
              onclick: () => judge(one),
            },
            icon(one === 'accepted' ? 'check' : 'close'),
            // The rarer one is a cross alone until it is said: the reasons beside it want the room.
            h(
              'span',
              { class: one === 'rejected' && !said ? 'unseen' : undefined },
              said ? words.verdictSaid[one] : words.verdict[one],
            ),
          );
        }),
      ),
    ),
  );
}

const VERDICTS: readonly Verdict[] = ['accepted', 'rejected'];

function excerptNodes(passage: Passage): Node[] {
  const { pieces, cutBefore, cutAfter } = excerpt(passage);
  const nodes = markedNodes(pieces.map((piece) => ({ ...piece, text: piece.text.replace(/\n\s*\n/g, '\n') })));
  if (cutBefore) nodes.unshift(document.createTextNode('…\u00a0'));
  if (cutAfter) nodes.push(document.createTextNode('\u00a0…'));
  return nodes;
}

/** Pieces as nodes: one `<mark>` round the answering sentence, `<b>` round each matched word. */
export function markedNodes(pieces: readonly Piece[]): Node[] {
  const nodes: Node[] = [];
  let mark: HTMLElement | undefined;
  for (const piece of pieces) {
    const node = piece.hit ? h('b', {}, piece.text) : document.createTextNode(piece.text);
    if (!piece.focus) {
      mark = undefined;
      nodes.push(node);
    } else if (mark) mark.append(node);
    else {
      mark = h('mark', {}, node);
      nodes.push(mark);
    }
  }
  return nodes;
}

/** Document › file › heading › heading › page. */
function placeNodes(words: Words, { chunk }: Passage, file: string | undefined): (Node | string)[] {
  const page = pageOf(chunk.anchor);
  const steps = [chunk.title || fileName(chunk.document), ...(file ? [file] : []), ...chunk.headings];
  if (page !== undefined) steps.push(words.page(page));
  return steps.flatMap((step, i) => [
    // The blanks keep the steps apart where they are read out.
    ...(i > 0 ? [' ', h('span', { class: 'step', 'aria-hidden': 'true' }, '›'), ' '] : []),
    h(i === 0 ? 'cite' : 'span', { dir: 'auto' }, step),
  ]);
}

/** Why the passage is here, in words: `matched: props, emits · meaning .81`. */
export function reasonWords(words: Words, reasons: readonly Reason[]): string {
  const matched = matchedWords(reasons);
  const said: string[] = [];
  if (matched.length > 0) said.push(words.matched(matched.join(words.tongue === 'zh' ? '、' : ', ')));
  for (const reason of reasons) {
    if (reason.kind === 'verbatim') said.unshift(words.verbatim(reason.text));
    if (reason.kind === 'meaning') said.push(words.meaning(fraction(reason.cosine)).replaceAll(' ', '\u00a0'));
    if (reason.kind === 'question') said.push(words.question(reason.question));
  }
  return said.join(' · ');
}

function numbers(words: Words, passage: Passage, answer: Answer): HTMLElement {
  const { chunk } = passage;
  const rows: [string, string][] = [[words.fusedScore, passage.score.toFixed(3)]];
  for (const reason of passage.reasons) {
    if (reason.kind === 'words') rows.push([words.wordScore, reason.score.toFixed(2)]);
    if (reason.kind === 'meaning') rows.push([words.cosine, reason.cosine.toFixed(3)]);
    if (reason.kind === 'reread') rows.push([words.wordLikeness, reason.similarity.toFixed(3)]);
    if (reason.kind === 'learned') rows.push([words.learnedScore, reason.score.toFixed(2)]);
  }
  rows.push([words.place, words.characters(count(chunk.textStart), count(chunk.textEnd))]);
  if (passage === answer.passages[0]) rows.push([words.confidence, fraction(answer.confidence)]);
  return h('dl', {}, ...rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** Tells a screen reader which voice to use, and the browser which Han glyphs. */
const tagOf = (text: string) => (/\p{Script=Han}/u.test(text) ? 'zh-CN' : undefined);
