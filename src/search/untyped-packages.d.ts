declare module 'wink-porter2-stemmer' {
  /** @param word lower-case letters a–z. */
  export default function stem(word: string): string;
}

declare module 'opencc-js/dict/TSCharacters' {
  /** `<traditional> <simplified> …` pairs, separated by `|`. */
  const pairs: string;
  export default pairs;
}
