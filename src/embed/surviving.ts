import type { Session } from './session.ts';

/**
 * `session`, replaced by what `replace` opens when a run fails (a GPU can be lost at any time: a driver is updated, a
 * laptop changes graphics cards): the text in work is run again, and all later ones, on the replacement.
 */
export function survivingSession(session: Session, replace: (cause: unknown) => Promise<Session>): Session {
  let replacement: Promise<Session> | undefined;
  return {
    async run(ids, rows) {
      if (replacement) return (await replacement).run(ids, rows);
      try {
        return await session.run(ids, rows);
      } catch (cause) {
        replacement ??= replace(cause);
        return (await replacement).run(ids, rows);
      }
    },
    async close() {
      // Of a session that failed nothing more is expected.
      if (replacement) await session.close().catch(() => {});
      await (replacement ? (await replacement).close() : session.close());
    },
  };
}
