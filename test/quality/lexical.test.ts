/**
 * What a person types is seldom what a document says: unfinished words, typos, phrases, other characters for the same
 * text. Each set is a small collection, a query, the order that a person would expect, and beside each place its reason.
 */
import { describe, expect, test } from 'vitest';
import { type Passages, ranked } from './ranked.ts';

const GUIDE: Passages = {
  reactivity: { text: 'Reactive state is made with ref. A reactive object tracks what reads it.' },
  components: { text: 'Components are small parts of a page. A component has props.' },
  computed: { text: 'A computed value is kept until what it reads changes.' },
  compile: { text: 'Templates are compiled to functions before the page runs.' },
  form: { text: 'A form is bound to the state with one directive for each input.' },
  origin: { text: 'Data comes from a server, and from the cache when the server is away.' },
  app: { text: 'An app is mounted once. Use one app for a page.' },
  apply: { text: 'To apply a patch, pull the branch, apply it, test it and apply the next.' },
};

describe('while a word is typed', () => {
  test('its beginning finds what it may become', () => {
    expect(ranked(GUIDE, 'compu', { typing: true })).toEqual(['computed']); // no other word begins so
    expect(ranked(GUIDE, 'comp', { typing: true }).toSorted()).toEqual(['compile', 'components', 'computed']); // all of them
  });
  test('the word that stands there whole comes before longer ones, however often they stand there', () => {
    expect(ranked(GUIDE, 'app', { typing: true })).toEqual([
      'app', // the word itself, twice
      'apply', // begins with it, three times
    ]);
  });
  test('the finished words count as they always do', () => {
    expect(ranked(GUIDE, 'reactive comp', { typing: true })[0]).toBe('reactivity'); // a whole word, twice
    expect(ranked(GUIDE, 'page comp', { typing: true }).slice(0, 2).toSorted()).toEqual(['compile', 'components']); // page and comp…
  });
  test('a finished question is not completed', () => {
    expect(ranked(GUIDE, 'compu')).toEqual([]);
    expect(ranked(GUIDE, 'compu ', { typing: true })).toEqual([]); // a blank ends the word
  });
  test('Chinese needs no end of a word', () => {
    expect(
      ranked({ a: { text: '解除劳动合同应当提前通知' }, b: { text: '劳动者享有休息的权利' } }, '劳动合', {
        typing: true,
      }),
    ).toEqual([
      'a', // 劳动 and 动合
      'b', // 劳动
    ]);
  });
});

describe('typos', () => {
  test.each([
    ['reactvie', 'reactivity'], // two letters swapped
    ['componnt', 'components'], // one left out
    ['computeed', 'computed'], // one too many
    ['templetes', 'compile'], // one replaced
    ['direcctve', 'form'], // two typos in a long word
  ])('“%s” finds “%s”', (query, name) => expect(ranked(GUIDE, query)[0]).toBe(name));

  test('a word that stands here is never taken for another', () => {
    expect(ranked(GUIDE, 'form')).toEqual(['form']); // not from
    expect(ranked(GUIDE, 'from')).toEqual(['origin']); // not form
  });
  test('a guess does not outrank a passage that holds the words as they were typed', () => {
    const passages: Passages = {
      exact: { text: 'The adress of the office is a known misspelling in our logs.' },
      guess: { text: 'Address, address, address: write the address of the office here, the address again.' },
    };
    expect(ranked(passages, 'adress of the office')[0]).toBe('exact'); // every word as typed
  });
  test('a guess counts less than the same number of exact words', () => {
    const passages: Passages = {
      two: { text: 'The router keeps the scroll position.' },
      guessed: { text: 'The router keeps the history.' },
    };
    expect(ranked(passages, 'router scroll histroy')[0]).toBe('two'); // router and scroll, both exact
  });
  test('short words, numbers and identifiers with digits are not guessed at', () => {
    expect(ranked(GUIDE, 'fro')).toEqual([]); // three letters have too many neighbours
    expect(ranked({ a: { text: 'Article 577 of the code' } }, '578')).toEqual([]); // another number is another thing
  });
});

describe('phrases', () => {
  const passages: Passages = {
    scattered: {
      text: 'The state of a component is local. Management of a large team needs other tools. State again, management again.',
    },
    phrase: { text: 'For larger applications there is a library for state management.' },
  };
  test('words that stand together come before the same words apart, however often', () => {
    expect(ranked(passages, 'state management')).toEqual([
      'phrase', // as it stands
      'scattered', // both words, twice each, apart
    ]);
  });
  test('quotation marks and brackets around the query do not hide what it quotes', () => {
    for (const query of ['“state management”', '"state management"', '(state management)?'])
      expect(ranked(passages, query)[0]).toBe('phrase');
  });

  const games: Passages = {
    sequel: { text: '战国无双3于2009年发售，是系列的第三作。' },
    series: { text: '战国无双是历史动作游戏，战国无双2、战国无双4都属于无双系列，3款都受欢迎。' },
    history: { text: '战国时代，国无宁日，举世无双的武将有3人。' },
  };
  test('a Chinese name with a digit is found as it stands', () => {
    expect(ranked(games, '战国无双3')[0]).toBe('sequel'); // the only one that holds it
    expect(ranked(games, '《战国无双3》')[0]).toBe('sequel'); // the title marks are not part of the name
    expect(ranked(games, '战国无双 3')[0]).toBe('sequel'); // a blank between Han and a digit is a matter of taste
  });
  test('part of a Chinese name is enough', () => {
    expect(ranked(games, '国无双3')[0]).toBe('sequel');
  });
});

describe('Traditional and Simplified Chinese find each other', () => {
  const passages: Passages = {
    simplified: { text: '软件的发布流程：先测试，后发布。' },
    traditional: { text: '滑鼠與鍵盤的設定方法。' },
    other: { text: '今天的天气很好，适合出门。' },
  };
  test.each([
    ['軟體發布', 'simplified'], // 軟 发 布, 體 is another word there
    ['發佈流程', 'simplified'], // 佈 for 布
    ['鼠标与键盘设定', 'traditional'], // 鼠 键盘 设定
    ['键盘的设定方法', 'traditional'], // verbatim but for the characters
    ['今天的天氣', 'other'],
  ])('“%s” finds “%s”', (query, name) => expect(ranked(passages, query)[0]).toBe(name));
});

describe('width', () => {
  const passages: Passages = {
    full: { text: 'Ｖｕｅ３．５の新機能：リアクティブ' },
    half: { text: 'Vue 2.7 was the last of its line.' },
    kana: { text: 'ﾃﾞｰﾀﾍﾞｰｽの設定' },
  };
  test.each([
    ['vue3.5', 'full'],
    ['ＶＵＥ ２．７', 'half'],
    ['データベース', 'kana'],
    ['ﾘｱｸﾃｨﾌﾞ', 'full'],
  ])('“%s” finds “%s”', (query, name) => expect(ranked(passages, query)[0]).toBe(name));
});

describe('numerals', () => {
  const code: Passages = {
    breach: { text: '第五百七十七条 当事人一方不履行合同义务的，应当承担违约责任。' },
    price: { text: '第五百七十八条 当事人一方明确表示不履行合同义务的，对方可以请求其承担违约责任。' },
    notice: { text: '第三十条 用人单位应当提前三十日书面通知劳动者，试用期为三个月。' },
    longer: { text: '第三十一条 用人单位应当提前七日通知劳动者，试用期为六个月。' },
    covid: { text: '二〇二一年一月一日起施行，二〇二〇年的规定同时废止。' },
    ordinary: { text: '我们一起去公园，一个人也不少。' },
  };
  test.each([
    ['第577条', 'breach'], // Arabic for Chinese
    ['577条 违约责任', 'breach'],
    ['第五百七十八条', 'price'], // as it stands, not its neighbour, which shares most characters
    ['2021年1月1日', 'covid'],
    ['提前30日通知', 'notice'], // thirty days, not seven
    ['试用期3个月', 'notice'], // three months, not six
    ['试用期6个月', 'longer'],
  ])('“%s” finds “%s”', (query, name) => expect(ranked(code, query)[0]).toBe(name));

  test('an Arabic numeral in the text is found by a Chinese one', () => {
    const passages: Passages = {
      a: { text: '第577条 违约责任' },
      b: { text: '第578条 违约责任' },
      c: { text: '保修期为30天，自2021年起' },
    };
    expect(ranked(passages, '第五百七十七条')[0]).toBe('a');
    expect(ranked(passages, '三十天')[0]).toBe('c');
    expect(ranked(passages, '二〇二一年')[0]).toBe('c');
  });
  test('一 as a word is no number', () => {
    expect(ranked({ one: { text: '共1人' }, word: { text: '一起去公园' } }, '一起')).toEqual(['word']);
  });
});
