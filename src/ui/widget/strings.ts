import type { Sort } from '../../site/facets.ts';
import type { SiteTier } from '../../site/reader.ts';

/** Everything the widget says. An owner overrides any of it with `strings` on the element. */
export interface Strings {
  readonly label: string;
  readonly placeholder: string;
  readonly open: string;
  readonly close: string;
  readonly clear: string;
  readonly results: string;
  readonly recent: string;
  readonly searching: string;
  readonly nothing: string;
  readonly closest: string;
  readonly none: string;
  readonly failed: string;
  readonly retry: string;
  readonly partly: string;
  readonly more: string;
  readonly hints: string;
  readonly summary: (passages: number, pages: number) => string;
  readonly tier: Readonly<Record<SiteTier, string>>;
  readonly loadingModel: string;
  /** The best passages are being compared with the question word by word, and have been. */
  readonly rereading: string;
  readonly reread: string;
  readonly sort: string;
  readonly bestMatch: string;
  readonly sortBy: (key: string, order: Sort['order']) => string;
  /** What a filter is called. */
  readonly filter: (key: string) => string;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const en: Strings = {
  label: 'Search this site',
  placeholder: 'Ask or search…',
  open: 'Search',
  close: 'Close',
  clear: 'Clear',
  results: 'Results',
  recent: 'Recent searches',
  searching: 'Searching…',
  nothing: 'Nothing here answers this.',
  closest: 'Closest passages',
  none: 'No page has any of these words.',
  failed: 'Search is not available just now.',
  retry: 'Try again',
  partly: 'Part of the index could not be loaded; these results may be incomplete.',
  more: 'More results',
  hints: '↑↓ to choose · Enter to open · Esc to close',
  summary: (passages, pages) =>
    `${passages} ${passages === 1 ? 'passage' : 'passages'} in ${pages} ${pages === 1 ? 'page' : 'pages'}`,
  tier: {
    keywords: 'Found by words',
    instant: 'Found by words and meaning',
    full: 'Found by words and the full model',
  },
  loadingModel: 'full model on its way',
  rereading: 'reading the best once more',
  reread: 'Found by words and the full model, and read word by word',
  sort: 'Order',
  bestMatch: 'Best match',
  sortBy: (key, order) => `${capital(key)} ${order === 'ascending' ? '↑' : '↓'}`,
  filter: capital,
};

const zh: Strings = {
  label: '站内搜索',
  placeholder: '输入问题或关键词…',
  open: '搜索',
  close: '关闭',
  clear: '清除',
  results: '搜索结果',
  recent: '最近搜过',
  searching: '正在搜索…',
  nothing: '站内没有能回答这个问题的内容。',
  closest: '看看相近的内容',
  none: '没有页面提到这些词。',
  failed: '暂时无法搜索。',
  retry: '重试',
  partly: '部分索引没能加载，结果可能不全。',
  more: '更多结果',
  hints: '↑↓ 选择 · 回车打开 · Esc 关闭',
  summary: (passages, pages) => `${pages} 个页面，${passages} 处`,
  tier: { keywords: '按词查找', instant: '按词和语义查找', full: '按词和完整模型查找' },
  loadingModel: '完整模型加载中',
  rereading: '正在细读最相关的内容',
  reread: '按词和完整模型查找，并逐词细读',
  sort: '排序',
  bestMatch: '最相关',
  sortBy: (key, order) => `${key} ${order === 'ascending' ? '↑' : '↓'}`,
  filter: (key) => key,
};

/** The strings of a page's language, with the owner's own in place of any of them. */
export function stringsFor(language: string, overrides: Partial<Strings> = {}): Strings {
  return { ...(/^zh\b/i.test(language) ? zh : en), ...overrides };
}

/**
 * Strings from an attribute: a JSON object of texts. In place of a function stands a text with `{…}`:
 * `{"summary": "{passages} hits in {pages} pages", "sortBy": "by {key}", "filter": {"topic": "Subject"}}`.
 * What is no such object, or has another shape than the string it replaces, is left out.
 */
export function parseStrings(json: string | null): Partial<Strings> {
  let given: unknown;
  try {
    given = JSON.parse(json ?? '{}');
  } catch {
    return {};
  }
  if (typeof given !== 'object' || given === null) return {};
  const strings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const known = en[name as keyof Strings];
    if (typeof known === 'string' && typeof value === 'string') strings[name] = value;
    else if (name === 'tier' && typeof value === 'object') strings.tier = { ...en.tier, ...value };
    else if (name === 'filter' && typeof value === 'object')
      strings.filter = (key: string) => value?.[key] ?? capital(key);
    else if (name === 'summary' && typeof value === 'string') {
      strings.summary = (passages: number, pages: number) => filled(value, { passages, pages });
    } else if (name === 'sortBy' && typeof value === 'string') {
      strings.sortBy = (key: string, order: string) => filled(value, { key, order });
    }
  }
  return strings;
}

const filled = (text: string, values: Readonly<Record<string, unknown>>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
