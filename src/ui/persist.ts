/** Asks that the browser not evict what is about to be stored. Only a page may ask; a refusal changes nothing. */
export function keepStorage(): void {
  globalThis.navigator?.storage?.persist?.().catch(() => {});
}
