/** The page of test/browser/kernels.test.ts: every check with every form of the kernels that this browser has. */
import { kernelInfo } from '../../src/kernels/kernels.ts';
import { bertTwins } from './bert-twins.ts';
import { promises } from './indexes.ts';
import { twins } from './twins.ts';

export interface PageResult {
  readonly info: ReturnType<typeof kernelInfo>;
  /** 'form: check' → what went wrong, or nothing. */
  readonly checks: Record<string, string>;
}

function run(): PageResult {
  const checks: Record<string, string> = {};
  for (const form of ['relaxed-simd', 'simd'] as const) {
    for (const [name, check] of Object.entries({ ...twins, ...bertTwins, ...promises })) {
      checks[`${form}: ${name}`] = messageOf(() => check(form));
    }
  }
  return { info: kernelInfo(), checks };
}

function messageOf(check: () => void): string {
  try {
    check();
    return '';
  } catch (error) {
    return String(error);
  }
}

(globalThis as unknown as { result: Promise<PageResult> }).result = Promise.resolve().then(run);
