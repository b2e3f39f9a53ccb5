import type { Piece } from './compose.ts';

/** One row of a table, or one object of a list: its fields by name. */
export type Fields = ReadonlyMap<string, string>;

/** Fields that name their record. */
const NAME = /^(?:title|name|question|subject|headline|heading|标题|题目|问题|名称|名字|姓名)$/i;
/** An FAQ's columns: where there is an answer, the question names the record, whatever else might. */
const QUESTION = /^(?:question|faq|q|问题|提问|问句|问)$/i;
const ANSWER = /^(?:answer|response|reply|a|回答|答案|解答|答复|答)$/i;

/**
 * Records as text, in order. A record that has a name is a section under it; its other fields are lines, `name: value`,
 * and a single one stands alone.
 */
export function recordPieces(records: readonly Fields[]): Piece[] {
  return records.flatMap((fields) => {
    const filled = [...fields].filter(([, value]) => value.trim() !== '');
    const asked = filled.some(([key]) => ANSWER.test(key)) ? filled.find(([key]) => QUESTION.test(key)) : undefined;
    const named = asked ?? filled.find(([key]) => NAME.test(key));
    const others = filled.filter((field) => field !== named);
    const alone = others.length === 1 && named !== undefined;
    const lines = others.map(([key, value]) => (alone ? value : `${key}: ${value}`));
    return [...(named ? [piece('heading', 2, named[1])] : []), piece('paragraph', 0, lines.join('\n'))];
  });
}

const piece = (kind: 'heading' | 'paragraph', level: number, text: string): Piece => ({
  kind,
  level,
  runs: [{ text, at: 0, span: 0 }],
});
