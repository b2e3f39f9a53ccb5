const DIGITS = new Map([...'〇零一二三四五六七八九'].map((digit, i) => [digit, Math.max(0, i - 1)]));
DIGITS.set('两', 2).set('兩', 2);
const UNITS = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);
/**
 * An ordinal, `第五百七十七`; the digits of a year with its 年; a share, `百分之三十`; a number of what is counted or
 * measured, `三十日`, `六个月`.
 */
const NUMERAL =
  /(?:第|百分之)([〇零一二三四五六七八九十百千万萬两兩]{1,12})|([〇零一二三四五六七八九]{4})年|(?<![第之〇零一二三四五六七八九十百千万萬两兩])([三四五六七八九]|[一二三四五六七八九两兩]?[十百千万萬][零一二三四五六七八九十百千万萬]{0,10})(?=个?(?:月|小时|工作日)|個(?:月|小時|工作日)|[日天年岁歲周週倍元人名次米克]|公[里斤分尺]|分钟|分鐘|毫[升克米]|平方)/uy;

/**
 * The number that a text writes in Chinese numerals at `at`, in Arabic ones: `第五百七十七条` is article 577, `二〇二一年`
 * the year 2021, `三十日` 30 days. Only where it is surely a number: 一 and 两 by themselves are mostly words (一天, 两人),
 * and so many that finding 1 and 2 by them costs more than it brings; digits side by side (三四天) are a guess.
 */
export function numeralAt(text: string, at: number): { readonly term: string; readonly end: number } | undefined {
  NUMERAL.lastIndex = at;
  const found = NUMERAL.exec(text);
  if (!found) return undefined;
  const numerals = found[1] ?? found[2] ?? found[3]!;
  return { term: String(numberOf([...numerals])), end: at + found[0].length };
}

function numberOf(numerals: readonly string[]): string | number {
  if (numerals.every((one) => DIGITS.has(one))) return numerals.map((one) => DIGITS.get(one)!).join('');
  let [total, section, digit] = [0, 0, 0];
  for (const one of numerals) {
    const unit = UNITS.get(one);
    if (unit !== undefined) {
      section += (digit || 1) * unit;
      digit = 0;
    } else if (DIGITS.has(one)) digit = DIGITS.get(one)!;
    else {
      total += (section + digit || 1) * 10_000;
      section = 0;
      digit = 0;
    }
  }
  return total + section + digit;
}
