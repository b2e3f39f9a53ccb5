declare module 'wink-porter2-stemmer' {
  /** @param word lower-case letters a–z. */
  export default function stem(word: string): string;
}
