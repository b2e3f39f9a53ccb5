import { sentences } from '../core/sentences.ts';
import type { Language } from '../core/types.ts';
import { analyse } from '../search/analyse.ts';
import { isFunctionWord } from '../search/function-words.ts';
import { checksum } from '../store/checksum.ts';
import type { SitePassage } from './pages.ts';

/**
 * Shares of the samples. Many kinds are better than many of one kind: nDCG@10 of the fused instant tier on vue-docs-en
 * is .626 with names, sentences and spans alone, .653 with words beside them, .668 with all of these.
 */
const SHARES = { name: 0.12, word: 0.3, keywords: 0.16, lead: 0.14, question: 0.08, sentence: 0.1, span: 0.1 } as const;
type Kind = keyof typeof SHARES;

/** A sample is about as long as a question. */
const SHORTEST: Record<Language, number> = { en: 12, zh: 6 };
const LONGEST: Record<Language, number> = { en: 240, zh: 80 };
/** Words of a keyword query, at most. */
const KEYWORDS = 4;

/**
 * Texts in the site's own words that stand for the questions it will be asked; at most `most` of them:
 *
 *   name      titles and headings            word      the words of the site, one by one, the most frequent first
 *   lead      heading and first sentence     keywords  one to four words of one sentence
 *   question  “how to …” before a heading    sentence, span   as they stand, and a few words out of one
 *
 * Which ones is decided by a hash of each text, so that an edited page changes only its own samples and a rebuild
 * embeds little anew. What one kind does not use the others get.
 */
export function samplesOf(passages: readonly SitePassage[], language: Language, most: number): string[] {
  const texts: Record<Kind, Set<string>> = {
    ...{ name: new Set(), word: new Set(), keywords: new Set(), lead: new Set() },
    ...{ question: new Set(), sentence: new Set(), span: new Set() },
  };
  for (const { page, headings, text } of passages) {
    for (const name of [page.title, ...headings]) {
      texts.name.add(name);
      if (name !== '') texts.question.add(question(name, language));
    }
    for (const [i, { start, end }] of sentences(text).entries()) {
      const sentence = text.slice(start, end);
      if (sentence.length < SHORTEST[language]) continue;
      const short = sentence.length <= LONGEST[language];
      if (short) texts.sentence.add(sentence);
      if (short && i === 0 && headings.length > 0) texts.lead.add(`${headings.at(-1)} ${sentence}`);
      const hash = hashOf(sentence);
      texts.span.add(span(sentence, language, hash));
      texts.span.add(span(sentence, language, Math.imul(hash, MIX) >>> 0));
      texts.keywords.add(keywords(sentence, language, hash));
    }
  }
  const lists: Record<Kind, string[]> = { ...map(texts, byHash), word: words(passages) };
  return shareOut(lists, most);
}

const MIX = 2654435761;

/** Each kind its share, then what is left to those that have more, in the order of `SHARES`; no text twice. */
function shareOut(lists: Record<Kind, string[]>, most: number): string[] {
  const chosen = new Set<string>();
  const kinds = Object.keys(SHARES) as Kind[];
  const take = (kind: Kind, count: number) => {
    for (const text of lists[kind]) {
      if (count <= 0 || chosen.size >= most) return;
      if (text === '' || chosen.has(text)) continue;
      chosen.add(text);
      count--;
    }
  };
  for (const kind of kinds) take(kind, Math.floor(most * SHARES[kind]));
  for (const kind of kinds.toReversed()) take(kind, most - chosen.size);
  return [...chosen];
}

const map = (texts: Record<Kind, Set<string>>, change: (list: Iterable<string>) => string[]) =>
  Object.fromEntries(Object.entries(texts).map(([kind, list]) => [kind, change(list)])) as Record<Kind, string[]>;

const byHash = (list: Iterable<string>): string[] =>
  [...list]
    .map((text) => ({ text, hash: hashOf(text) }))
    .sort((a, b) => a.hash - b.hash)
    .map(({ text }) => text);

/** Words that stand in at least two passages, the most frequent first, each as it is spelt most often. */
function words(passages: readonly SitePassage[]): string[] {
  const known = new Map<string, { passages: number; spellings: Map<string, number> }>();
  for (const { page, headings, text } of passages) {
    const whole = [page.title, ...headings, text].join('\n');
    const seen = new Set<string>();
    for (const { term, start, end } of analyse(whole)) {
      const word = known.get(term) ?? { passages: 0, spellings: new Map<string, number>() };
      known.set(term, word);
      if (!seen.has(term)) word.passages++;
      seen.add(term);
      const spelling = whole.slice(start, end).toLowerCase();
      word.spellings.set(spelling, (word.spellings.get(spelling) ?? 0) + 1);
    }
  }
  const usual = (spellings: ReadonlyMap<string, number>) =>
    [...spellings].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  return [...known]
    .filter(([, word]) => word.passages > 1)
    .sort(([a, x], [b, y]) => y.passages - x.passages || (a < b ? -1 : 1))
    .map(([, { spellings }]) => usual(spellings));
}

const BEFORE: Record<Language, readonly string[]> = {
  en: ['how to ', 'what is ', 'how do I ', 'why ', 'when should I use ', 'how does '],
  zh: ['如何', '什么是', '怎么', '为什么', '请问'],
};
const AFTER = ['是什么', '怎么用', '有什么作用', '如何使用', '怎么办'];

function question(name: string, language: Language): string {
  const hash = hashOf(name);
  if (language === 'zh' && hash & 64) return name + AFTER[hash % AFTER.length];
  return BEFORE[language][hash % BEFORE[language].length]! + (language === 'en' ? name.toLowerCase() : name);
}

/** A few words out of a sentence; which, the hash says. */
function span(sentence: string, language: Language, hash: number): string {
  const words = language === 'zh' ? [...sentence.replace(/\s+/g, '')] : sentence.split(/\s+/);
  const [least, range] = language === 'zh' ? [4, 16] : [2, 9];
  const length = least + (hash % range);
  const start = (hash >>> 8) % Math.max(1, words.length - length + 1);
  return words.slice(start, start + length).join(language === 'zh' ? '' : ' ');
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** One to four telling words of a sentence, as someone types who knows what it is about. */
function keywords(sentence: string, language: Language, hash: number): string {
  const words =
    language === 'zh'
      ? [...segmenter.segment(sentence)].flatMap(({ segment, isWordLike }) => (isWordLike ? segment : []))
      : (sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’_.-]*/gu) ?? []);
  const telling = words.filter((word) => !isFunctionWord(word.toLowerCase()) && (language === 'en' || word.length > 1));
  if (telling.length < 2) return '';
  const picked = Array.from(
    { length: 1 + (hash % KEYWORDS) },
    (_, i) => telling[(Math.imul(hash + i * 7919, MIX) >>> 8) % telling.length]!,
  );
  return [...new Set(picked)].join(' ');
}

const encoder = new TextEncoder();
const hashOf = (text: string) => checksum(encoder.encode(text));
