import { count as n } from '../format.ts';
import type { TeachWords } from './teach.ts';

const STEPS: Readonly<Record<string, string>> = {
  format: '格式',
  rules: '规则',
  language: '语言',
  'block list': '屏蔽名单',
  quality: '通顺',
  'same question': '重复提问',
  answers: '有无答案',
  contradictions: '自相矛盾',
  'near duplicates': '近似重复',
  passages: '找到原文',
};

/** What the engine says of a pair it drops, in Chinese; what is not here is shown as it is. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^not an object$/, '这一行不是一条数据'],
  [/^“(\w+)” is not text$/, '“$1”不是文字'],
  [/^“(\w+)” is not a list of texts$/, '“$1”不是文字列表'],
  [/^“(\w+)” is empty$/, '“$1”是空的'],
  [/^question shorter than (\d+) characters$/, '问题不足 $1 个字符'],
  [/^question longer than (\d+) characters$/, '问题超过 $1 个字符'],
  [/^more than (\d+) documents$/, '对应的文档超过 $1 篇'],
  [/^the document is the question itself$/, '答案就是问题本身'],
  [/^language is (\w+), not (\w+)$/, '语言是 $1，不是 $2'],
  [/^not readable text$/, '读不通'],
  [/^same question as another, merged with it$/, '与另一条问法相同，已合并'],
  [/^is on the block list: (.+)$/s, '在屏蔽名单上：$1'],
  [/^only wrong answers to it are known$/, '只知道哪些不是它的答案'],
  [/^a document is called both right and wrong$/, '同一篇既说对又说错'],
  [/^nearly the same question, with the same document$/, '与另一条几乎相同'],
  [/^its passage is not in the library$/, '资料库里没有对应的段落'],
  [/^names more than (\d+) passages$/, '对应的段落超过 $1 段'],
  [/^no text$/, '没有文字'],
  [/^no document judged relevant$/, '没有标注相关文档'],
];

export const teachChinese: TeachWords = {
  title: '教它懂你的领域',
  lead: '给它看一些问题，以及回答这些问题的段落。它就在这台电脑上学会你这一行的问法，再用没见过的问题检验学得如何。文档一字不动，学到的东西随时可以撤下。',
  empty: '请先添加文档：总得有东西可找。',

  from: '用什么来教',
  choose: '选择问答对…',
  forms: '含 query 和 pos 的 JSONL，“问题,段落”两列的 CSV 或 TSV，或 queries.jsonl 加 qrels.tsv',
  chosen: (files) => `${files} 个文件`,
  forget: (name) => `不用 ${name}`,
  pairsAre: '文件里与问题成对的是',
  kinds: {
    'question-document': '回答它的段落',
    'question-question': '同一问题的另一种问法',
    'question-answer': '单独写成的答案',
  },
  accepted: (right, wrong) =>
    wrong > 0 ? `我认可过的答案（${n(right)}）和标为答非所问的（${n(wrong)}）` : `我认可过的答案（${n(right)}）`,
  faq: '常见问题条目里的问题',
  made: '由文档自动拟出的问题',
  madeHint: '取自标题和首句，只是权宜之计：人不会这样提问。',
  block: '按屏蔽名单剔除…',
  blockHint: '文本文件，每行一个词、短语或 /正则表达式/',
  train: '开始训练',
  again: '再训练一次',

  run: (value) => `第 ${value} 次`,
  phases: {
    read: '正在读取问答对',
    made: '正在让模型拟问题',
    model: '正在载入模型',
    questions: '正在读懂这些问题',
    keywords: '正在用关键词逐一查找',
    negatives: '正在找似是而非的段落',
    folds: '正在训练，并用留出的问题检验',
    final: '正在用全部数据再训练一遍',
    test: '正在用从未参与的问题检验',
  },
  pause: '暂停',
  resume: '继续',
  stop: '到此为止',
  stopHint: '不再寻找更好的，保留目前最好的',
  paused: '已暂停',
  stopping: '正在收尾，保留目前最好的…',
  cancelled: '已取消，什么也没有保留。',
  searchOn: '训练期间可以照常查找。',

  kept: (kept, of) => `${n(of)} 对中留用 ${n(kept)} 对`,
  keptTitle: '留下了哪些，其余为何不用',
  step: '步骤',
  dropped: '剔除',
  why: '原因',
  example: '例如',
  steps: (name) => STEPS[name] ?? name,
  reason: (text) => {
    for (const [pattern, said] of REASONS) if (pattern.test(text)) return text.replace(pattern, said);
    return text;
  },
  warning: (warning) => {
    if (warning.kind === 'question-answer')
      return '单独写成的答案教会它的多半是答案的口吻，而不是内容；用原文段落配对，学得更多。';
    if (warning.kind === 'synthetic')
      return `${n(warning.of)} 个问题中有 ${n(warning.made)} 个是自动拟出的，下面的数字说明不了你自己的提问。`;
    if (warning.kind === 'reread')
      return `没有保留：它在留出的问题上是 ${warning.learned.toFixed(3)}，而它要取代的逐词比对有 ${warning.reread.toFixed(3)}（nDCG@10）。`;
    return `只用了 ${n(warning.of)} 段中的 ${n(warning.taken)} 段：问题可能指向的那些，外加一些别的。`;
  },

  quality: '留出的问题答得怎样，逐轮来看',
  qualityAxis: 'nDCG@10（留出的问题）',
  epoch: '轮次',
  loss: '分组训练',
  finalLoss: '全部数据',
  lossTitle: '损失，逐步来看',
  lossAxis: '损失',
  stepAxis: '步',
  all: '全部',
  shared: '见过的段落',
  untouched: '没见过的段落',
  sharedHint: '“没见过的段落”指训练中从未出现过答案段落的问题：在那里，只有真正学到的门道才有用。',
  ofRun: (value) => `第 ${value} 次`,
  chosenEpoch: '选用',
  asTable: '看表格',
  compareWith: '对比',
  nothing: '不对比',

  better: (gain) => `学会了：在没见过的问题上 ${gain}。`,
  identity: '在没见过的问题上没有变好，所以什么都没有改。',
  strength: (epoch, alpha) => `取第 ${epoch} 轮，强度 ${alpha}。`,
  onTest: '从未参与的问题',
  onValidation: '留出的问题（轮次和强度由它们选定）',
  questions: '问题数',
  measure: '指标',
  before: '之前',
  after: '之后',
  change: '变化',
  interval: '95% 区间',
  winsLosses: '变好、变差',
  fused: 'nDCG@10（实际查找）',
  dense: 'nDCG@10（只看语义）',
  mrr: 'MRR@10',
  recall: 'Recall@10',
  readThrough: '逐个问题来看',
  wins: (value) => `变好（${value}）`,
  losses: (value) => `变差（${value}）`,
  place: (before, after) => `名次 ${before} → ${after}`,
  noChanges: '没有。',
  log: '保存训练记录',
  events: '保存为 TensorBoard 格式',
  took: (seconds, questions, passages, megabytes) =>
    `用时 ${Math.round(seconds)} 秒，${n(questions)} 个问题，${n(passages)} 段，数据占内存 ${megabytes}`,

  adapters: '学到的东西',
  adaptersLead: '每种语言同时只用一份。显示的相似度，以及“这里没有答案”的判断，都保持原样。',
  noAdapters: '还没有。',
  apply: '启用',
  applied: '使用中',
  unapply: '撤下',
  export: '存为文件',
  import: '打开文件…',
  removeTitle: (name) => `要删除“${name}”吗？`,
  removeWarning: '学到的东西会删除，文档不受影响。',
  adapterFacts: (questions, gain, size) => `${n(questions)} 个问题 · nDCG@10 ${gain} · ${size}`,
  ranksWith: (name) => `已学：${name}`,
};
