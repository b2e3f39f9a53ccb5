import { expect, test } from 'vitest';
import { detectLanguage } from '../../src/core/language.ts';

const CODE = 'export default { props: { modelValue: String }, emits: ["update:modelValue"] }\n'.repeat(3);

test.each([
  ['a short Chinese query with a number', '战国无双3'],
  ['a Chinese query full of English terms', 'Vue 组件 props'],
  ['Traditional Chinese', '鑼鼓經是大陸傳統器樂及戲曲裏面常用的打擊樂記譜方法'],
  ['a Chinese page that is mostly code', `组件可以通过属性接收数据，下面是一个例子。\n${CODE}`],
  ['Japanese, whose characters the Chinese model knows and the English one does not', 'これはテストです'],
  ['Han characters outside the basic plane', '𠮷𠮷𠮷'],
])('%s is Chinese', (_, text) => {
  expect(detectLanguage(text)).toBe('zh');
});

test.each([
  ['one English word', 'props'],
  [
    'an English page that quotes two Chinese words',
    `The greeting 你好 means hello, and 谢谢 means thank you. ${'More of the English text. '.repeat(5)}`,
  ],
  ['a number', '42'],
  ['nothing', ''],
  ['another European language', 'Größe und Gewicht der Äpfel'],
])('%s is English', (_, text) => {
  expect(detectLanguage(text)).toBe('en');
});

test('a hint decides between a fiftieth and a fifth of the letters, and nowhere else', () => {
  const mixed = (han: number, latin: number) => '中'.repeat(han) + 'a'.repeat(latin);
  expect(detectLanguage(mixed(3, 97), 'zh-CN')).toBe('zh');
  expect(detectLanguage(mixed(10, 90), 'en')).toBe('en');
  expect(detectLanguage(mixed(1, 99), 'zh')).toBe('en');
  expect(detectLanguage(mixed(30, 70), 'en')).toBe('zh');
});

test('only the beginning of a long text is looked at', () => {
  expect(detectLanguage('word '.repeat(5000) + '中'.repeat(50_000))).toBe('en');
});
