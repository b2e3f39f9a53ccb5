/**
 * CJK radicals and the characters they look like (Unicode, EquivalentUnifiedIdeograph.txt; those that fonts share a
 * glyph for). A PDF often names a character by its radical, and 门 would not be found where ⻔ is written.
 */
const SUPPLEMENT =
  '⺎兀⺏尣⺒巳⺓幺⺛旡⺝月⺟母⺠民⺫罒⺬示⺯糸⺱罓⺲罒⺸羋⺹耂⺻聿⺼月⻁虎⻃覀⻄西⻅见⻆角⻇角⻉贝⻋车⻌辶⻑長⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧鹵⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟';
const UNIFIED = new Map(
  Array.from(SUPPLEMENT.matchAll(/(.)(.)/gu), ([, radical, character]) => [radical!, character!]),
);

/** The text with each radical replaced by its character; of the same length. */
export function unifiedHan(text: string): string {
  return text.replace(/[\u2e80-\u2fd5]/g, (radical) => UNIFIED.get(radical) ?? radical.normalize('NFKC'));
}
