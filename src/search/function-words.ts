/** Words that say how a sentence is built, not what it is about. They are searched for like any other, but a passage is
 * not an answer for holding them, and they are never highlighted. */
const ENGLISH = new Set(
  (
    'a about after all also am an and any anybody anyone anything are as at be because been before being between both but by can ' +
    'cannot could did do does doing during each everybody everyone everything for from had has have having he her here hers him ' +
    'his how i if in into is it its me more most my no nobody nor not nothing of on once only or other our out over own same she ' +
    'should so some somebody someone something such than that the their them then there these they this those through to too ' +
    'under until up us very was we were what when where which while who whom whose why will with would you your'
  ).split(' '),
);
const CHINESE = new Set(
  (
    '的 了 是 在 我 有 和 就 不 都 也 很 到 说 要 去 你 会 着 没有 自己 这 那 吗 呢 吧 啊 怎么 怎样 如何 什么 为什么 哪 哪里 哪些 谁 多少 几 ' +
    '可以 能 能够 应该 需要 请问 被 把 让 给 从 对 与 或 及 之 其 中 时 后 里 时候 个 一个 以 于 为 所 而 但 又 还 再 只 才 使 它 他 她 们 ' +
    '下 来 上 过 得 地'
  ).split(' '),
);

/** @param word folded. */
export const isFunctionWord = (word: string) => ENGLISH.has(word) || CHINESE.has(word);
