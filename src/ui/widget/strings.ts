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
}

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
};

/** The strings of a page's language, with the owner's own in place of any of them. */
export function stringsFor(language: string, overrides: Partial<Strings> = {}): Strings {
  return { ...(/^zh\b/i.test(language) ? zh : en), ...overrides };
}
