import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../../src/search/analyse.ts';

const terms = (text: string) => analyse(text).map(({ term }) => term);

test('case, width and diacritics are folded, and words are stemmed', () => {
  expect(terms('Naïve CAFÉS were running')).toEqual(['naiv', 'cafe', 'were', 'run']);
  expect(terms('Ｖｕｅ ３')).toEqual(['vue', '3']);
});

test('a compound is found whole and in parts, and however it is joined', () => {
  expect(terms('v-model')).toEqual(['vmodel', 'v', 'model']);
  expect(terms('defineProps')).toEqual(['defineprop', 'defin', 'prop']);
  expect(terms('define-props')).toEqual(terms('defineProps'));
  expect(terms('HTMLElement')).toEqual(['htmlelement', 'html', 'element']);
  expect(terms('app.config.errorHandler')).toEqual(['appconfigerrorhandl', 'app', 'config', 'error', 'handler']);
});

test('a number keeps its point', () => {
  expect(terms('3.5')).toContain('3.5');
  expect(terms('3.5')).not.toContain('35');
});

test('the signs of a language name belong to it', () => {
  expect(terms('C++ and C# and C')).toEqual(['c++', 'and', 'c#', 'and', 'c']);
  expect(terms('a ++b; see #intro, x##y')).toEqual(['a', 'b', 'see', 'intro', 'x', 'y']);
});

test('an apostrophe does not part a word, and a possessive is the word', () => {
  expect(terms("don't")).toEqual(['dont']);
  expect(terms("Vue's Vue’s")).toEqual(['vue', 'vue']);
});

test('Chinese gives characters and bigrams, Latin letters and digits inside it words', () => {
  expect(terms('战国无双3的')).toEqual(['战', '战国', '国', '国无', '无', '无双', '双', '3', '的']);
  expect(terms('用Vue写')).toEqual(['用', 'vue', '写']);
});

test('numbers in Chinese numerals are found by Arabic ones, where they are surely numbers', () => {
  for (const [text, number] of [
    ['第五百七十七条', '577'],
    ['第十条', '10'],
    ['第十二章', '12'],
    ['第一百零三条', '103'],
    ['第二十条', '20'],
    ['第一千二百六十条', '1260'],
    ['第三万二千条', '32000'],
    ['第一二三号', '123'],
    ['二〇二一年', '2021'],
    ['百分之三十', '30'],
    ['二十一日', '21'],
    ['三百年', '300'],
    ['六个月', '6'],
    ['两万元', '20000'],
    ['十天', '10'],
    ['一百零三人', '103'],
  ] as const) {
    expect(terms(text).filter((term) => /\d/.test(term))).toEqual([number]);
  }
  expect(terms('一个人和一些书，三四天，一一人，万一千方百计').filter((term) => /\d/.test(term))).toEqual([]);
  const numeral = analyse('民法典第五百七十七条').find(({ term }) => term === '577');
  expect(numeral).toEqual({ term: '577', start: 3, end: 9 });
});

test('bigrams do not reach over punctuation', () => {
  expect(terms('你，好')).toEqual(['你', '好']);
});

test('a character outside the basic plane is one character', () => {
  expect(terms('𠮷野')).toEqual(['𠮷', '𠮷野', '野']);
});

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(..."aB1-._'’:+# 中文。３é") }),
);

test('tokens are ascending ranges of the text, and each is what its own range gives', () => {
  fc.assert(
    fc.property(texts, (text) => {
      let before = 0;
      for (const { term, start, end } of analyse(text)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(terms(text.slice(start, end))).toContain(term);
        before = start;
      }
    }),
  );
});

test('any substring of a Chinese text has only terms of the text, but for a number that was cut', () => {
  const chinese = fc.string({ unit: fc.constantFrom(...'的一是不了人我在有他十三'), minLength: 1 });
  fc.assert(
    fc.property(chinese, fc.nat(), fc.nat(), (text, a, b) => {
      const [from, to] = [a % text.length, b % text.length].sort((x, y) => x - y) as [number, number];
      const part = terms(text.slice(from, to)).filter((term) => !/^\d+$/.test(term));
      expect(new Set(terms(text))).toEqual(new Set([...terms(text), ...part]));
    }),
  );
});
