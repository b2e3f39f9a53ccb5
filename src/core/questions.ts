/** English headings that ask without a question mark: `How to install`, `What is a ref`, `Can I use it offline`. */
const ENGLISH =
  /^(?:(?:what|why|how|when|where|who|which|whose)\b|(?:can|could|should|may|must|do|does|did|is|are|will|would)\s+(?:i|we|you|my|it|there|the|a|an|this)\b)/i;
const CHINESE =
  /^(?:为什么|为何|为啥|如何|怎么|怎样|什么|哪|谁|何时|是否|能否|可否|有没有)|(?:吗|么|呢|怎么办|是什么|为什么|多少|哪里|哪儿)$/u;
/** A longer one is a paragraph that ends in a question. */
const LONGEST = 200;

/** Whether a heading is a question, in English or Chinese: then what stands under it is taken for its answer. */
export function isQuestion(heading: string): boolean {
  const text = heading.trim();
  if (text === '' || text.length > LONGEST) return false;
  return /[?？]["'”’」』)）]*$/u.test(text) || ENGLISH.test(text) || CHINESE.test(text);
}
