import { expect, test } from 'vitest';
import { questionIn } from '../../src/core/questions.ts';

test.each([
  'Who maintains Vue?',
  'How to cancel an order',
  'What is a ref',
  'Can I use it offline',
  'Is there a limit',
  'Really?”',
  '谁在维护 Vue？',
  '如何取消订单',
  '怎样退款',
  '离线也能用吗',
  '什么是响应式',
  '忘记密码怎么办',
  '运费是多少',
])('“%s” asks', (heading) => expect(questionIn(heading)).toBe(heading));

test.each([
  '',
  '  ',
  'Installation',
  'Isolation of tests',
  'Whatever comes next',
  'Can openers',
  'Do not disturb',
  'List Rendering with `v-for`',
  '安装',
  '什锦菜谱',
  '第五条　什么都不做的后果',
  `${'a long paragraph that only ends as a question does, '.repeat(6)}doesn’t it?`,
])('“%s” does not', (heading) => expect(questionIn(heading)).toBeUndefined());

test('a mark says that it asks, and is no part of the question', () => {
  expect(questionIn('Q: Opening hours')).toBe('Opening hours');
  expect(questionIn('Question 3: Why?')).toBe('Why?');
  expect(questionIn('问：几点开门')).toBe('几点开门');
  expect(questionIn('问题2：运费')).toBe('运费');
  expect(questionIn('Q:')).toBeUndefined();
});
