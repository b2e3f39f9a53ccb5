import { expect, test } from 'vitest';
import { ranked } from './ranked.ts';

// Small hand-made collections, the order that a person would expect, and beside each place its reason.

const HANDBOOK = {
  install: { title: 'Installation', text: 'Install the package with npm. Node 20 or later is needed.' },
  offline: {
    title: 'Working offline',
    text: 'After the first visit the page opens without a network. The service worker keeps the models.',
  },
  models: { title: 'Models', text: 'Two models are part of the package, one for English and one for Chinese.' },
  vmodel: { title: 'Forms', text: 'Use v-model to bind a form field. v-model is short for a value and an event.' },
  model: { title: 'Data', text: 'The model of the data is a tree. The view follows the model.' },
  props: { title: 'Props', text: 'Declare props with defineProps. A prop flows one way.' },
  cpp: { title: 'Bindings', text: 'There are bindings for C++ and for Rust.' },
  c: { title: 'History', text: 'The first version was written in C and was slow.' },
};

test('an identifier finds where it is explained before its parts', () => {
  expect(ranked(HANDBOOK, 'v-model').slice(0, 3)).toEqual([
    'vmodel', // the identifier itself, twice
    'model', // the word model, twice, in a passage of its own length
    'models', // the word once in the title and once in the text, stemmed, in a longer passage
  ]);
});

test('an identifier is found in another spelling, and by its parts', () => {
  expect(ranked(HANDBOOK, 'define-props')[0]).toBe('props'); // defineProps
  expect(ranked(HANDBOOK, 'define a prop')[0]).toBe('props'); // define + prop, both stems
});

test('a language name with signs is not the letter', () => {
  expect(ranked(HANDBOOK, 'C++')).toEqual(['cpp']);
  expect(ranked(HANDBOOK, 'C')).toEqual(['c']);
});

test('a question finds the passage that holds its telling words', () => {
  expect(ranked(HANDBOOK, 'does it work without a network, offline?')[0]).toBe('offline'); // offline, work, without, network
  expect(ranked(HANDBOOK, 'which version of node do I have to install')[0]).toBe('install'); // node and install beat version
});

test('an unfinished word finds what it may become, the finished one first', () => {
  expect(ranked(HANDBOOK, 'off', { typing: true })).toEqual(['offline']); // no passage has the word “off”
  expect(ranked(HANDBOOK, 'model', { typing: true })[0]).toBe('model'); // the word itself before compounds that begin with it
});

const CHINESE = {
  game: { text: '《战国无双3》是由光荣和ω-force开发的战国无双系列的正统第三续作。' },
  history: { text: '战国时代，群雄并起，其国力盖世无双者三。' },
  insects: { text: '水栖昆虫是指生活史中至少有一个阶段在水中度过的昆虫。' },
  bees: { text: '蜜蜂是社会性昆虫，采集花蜜和花粉。' },
};

test('a Chinese name is found verbatim before the same characters apart', () => {
  expect(ranked(CHINESE, '战国无双3')).toEqual([
    'game', // the name itself
    'history', // 战国 and 无双, apart
  ]);
});

test('a Chinese question finds the passage by its longer words', () => {
  expect(ranked(CHINESE, '水栖昆虫指的是什么类型的昆虫?').slice(0, 2)).toEqual([
    'insects', // 水栖 栖昆 昆虫
    'bees', // 昆虫 alone
  ]);
});

test('nonsense finds nothing', () => {
  expect(ranked(HANDBOOK, 'zzzxq')).toEqual([]);
  expect(ranked(CHINESE, 'zzzxq')).toEqual([]);
});
