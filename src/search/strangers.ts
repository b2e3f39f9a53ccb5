import type { Query, QueryVector } from '../core/answer.ts';
import type { Language } from '../core/types.ts';
import type { Floor, RefusalFeatures } from './refuse.ts';

/** Twenty questions on twenty subjects: an index has, most likely, nothing on most of them. */
export const strangers = (language: Language): readonly string[] => STRANGERS[language];

/** Their vectors, in their order; one a model that encodes the language. */
export type StrangerVectors = readonly (readonly QueryVector[])[];

/** Refusal's floors of an index, by language and by the models whose vectors the strangers have. */
export interface Floors {
  /** Asks what of the strangers was not asked yet. */
  of(language: Language, live: number, vectors?: StrangerVectors): Floor;
  /** … one of them a step, before a question needs the floor. */
  ask(language: Language, live: number, vectors?: StrangerVectors): Iterable<void>;
}

/**
 * Calibrates refusal to an index without any labels: the twenty questions are asked of it, and the median of what they
 * reach is what a question reaches by chance. Long passages and broad collections hold some words of any question; a
 * handbook holds few. The median, since some of the twenty may well have an answer here.
 *
 * Asked anew when the index has grown or shrunk by a quarter, and when their vectors come.
 * Cost: twenty searches.
 *
 * @param reach what one question reaches.
 */
export function createFloors(reach: (query: Query) => RefusalFeatures): Floors {
  interface Asked {
    readonly live: number;
    /** By those of the twenty that were asked so far. */
    readonly reached: RefusalFeatures[];
    floor?: Floor;
  }
  const known = new Map<string, Asked>();
  const askedIn = (language: Language, live: number, vectors: StrangerVectors): Asked => {
    const key = [language, ...(vectors[0] ?? []).map(({ model }) => model)].join(' ');
    const before = known.get(key);
    if (before && Math.abs(live - before.live) * 4 <= before.live) return before;
    const asked: Asked = { live, reached: [] };
    known.set(key, asked);
    return asked;
  };
  function* ask(language: Language, live: number, vectors: StrangerVectors = []): Iterable<void> {
    const { reached } = askedIn(language, live, vectors);
    for (let text = STRANGERS[language][reached.length]; text; text = STRANGERS[language][reached.length]) {
      reached.push(reach({ text, language, vectors: vectors[reached.length] ?? [], k: 0 }));
      yield;
    }
  }
  return {
    ask,
    of(language, live, vectors = []) {
      const asked = askedIn(language, live, vectors);
      if (!asked.floor) {
        for (const _ of ask(language, live, vectors));
        asked.floor = medians(asked.reached);
      }
      return asked.floor;
    },
  };
}

/** The floor that what twenty strangers reach makes. */
export function medians(reached: readonly RefusalFeatures[]): Floor {
  const of = (
    name: keyof Pick<RefusalFeatures, 'words' | 'coverage' | 'phrase' | 'meaning' | 'margin' | 'deviations' | 'ahead'>,
  ) => {
    const values = reached.flatMap((features) => features[name] ?? []);
    return values.length > 0 ? { [name]: median(values) } : {};
  };
  return {
    words: 0,
    coverage: 0,
    ...of('words'),
    ...of('coverage'),
    ...of('phrase'),
    ...of('meaning'),
    ...of('margin'),
    ...of('deviations'),
    ...of('ahead'),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const STRANGERS: Record<Language, readonly string[]> = {
  en: [
    'who painted the ceiling of the chapel in Rome',
    'what is the capital city of Mongolia',
    'why do leaves turn red in autumn',
    'what vaccine protects against yellow fever',
    'who won the football world cup in 1998',
    'how much tax do I owe on a second home',
    'how to knit a simple scarf for beginners',
    'how are diamonds formed deep underground',
    'who wrote the novel about the white whale',
    'why is the ocean salty',
    'how many bones does an adult human have',
    'what is the boiling point of nitrogen',
    'which enzyme breaks down lactose',
    'how does a landlord end a lease early',
    'how do vaccines train the immune system',
    'what is the rule for offside in hockey',
    'who discovered penicillin',
    'how do I reset the password of my account',
    'what are the symptoms of iron deficiency',
    'how to sharpen a kitchen knife',
  ],
  zh: [
    '西斯廷教堂的天顶画是谁画的？',
    '蒙古国的首都是哪里',
    '秋天树叶为什么会变红',
    '黄热病要打什么疫苗',
    '1998年世界杯冠军是哪支球队',
    '买第二套房要交多少税',
    '初学者怎么织围巾',
    '钻石是怎么形成的',
    '写白鲸的作家是谁',
    '海水为什么是咸的',
    '成年人有多少块骨头',
    '液氮的沸点是多少',
    '哪种酶分解乳糖',
    '房东可以提前解除租约吗',
    '疫苗是怎样起作用的',
    '足球越位规则是什么',
    '青霉素是谁发现的',
    '忘记密码怎么重置账号',
    '缺铁有哪些症状',
    '菜刀怎么磨',
  ],
};
