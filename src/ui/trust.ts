interface TrustedTypes {
  readonly defaultPolicy?: unknown;
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/**
 * Under `require-trusted-types-for 'script'` the browser asks this policy about every worker's address.
 * Scripts of our own origin may run; no string becomes markup or code at all, as there is no rule for them.
 */
export function trustOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes?.defaultPolicy) return;
  trustedTypes?.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin !== location.origin) {
        throw new TypeError(`Expected a script of ${location.origin}, got ${url}.`);
      }
      return url;
    },
  });
}
