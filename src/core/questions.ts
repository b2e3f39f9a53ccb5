/** English headings that ask without a question mark: `How to install`, `What is a ref`, `Can I use it offline`. */
const ENGLISH =
  /^(?:(?:what|why|how|when|where|who|which|whose)\b|(?:can|could|should|may|must|do|does|did|is|are|will|would)\s+(?:i|we|you|my|it|there|the|a|an|this)\b)/i;
const CHINESE =
  /^(?:为什么|为何|为啥|如何|怎么|怎样|什么|哪|谁|何时|是否|能否|可否|有没有)|(?:吗|么|呢|怎么办|是什么|为什么|多少|哪里|哪儿)$/u;
/** A longer one is a paragraph that ends in a question. */
const LONGEST = 200;

/** `Q:`, `Question 3:`, `问：`, `问题2：` before a question, and what answers it. */
export const QUESTION_MARK = /^(?:Q(?:uestion)?|问(?:题)?)\s*\d*\s*[:：]\s*/iu;
export const ANSWER_MARK = /^(?:A(?:nswer)?|答(?:案|复)?|回答)\s*\d*\s*[:：]\s*/iu;

/** The question that a heading asks, in English or Chinese, without its mark; undefined if it asks none. What stands under it is taken for the answer. */
export function questionIn(heading: string): string | undefined {
  const whole = heading.trim();
  const text = whole.replace(QUESTION_MARK, '');
  if (text === '' || text.length > LONGEST) return undefined;
  const asks =
    text.length < whole.length || /[?？]["'”’」』)）]*$/u.test(text) || ENGLISH.test(text) || CHINESE.test(text);
  return asks ? text : undefined;
}
