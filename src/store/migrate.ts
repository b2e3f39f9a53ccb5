import type { IDBPDatabase } from 'idb';
import type { BlockDatabase } from './browser.ts';

/** Step `i` brings a database of version `i` to version `i + 1`, in the upgrade's own transaction. */
const STEPS: readonly ((database: IDBPDatabase<BlockDatabase>) => void)[] = [
  (database) => void database.createObjectStore('blocks'),
];

export const SCHEMA_VERSION = STEPS.length;

/** Brings a database of any earlier version to the present one; all steps happen or none. */
export function migrate(database: IDBPDatabase<BlockDatabase>, from: number): void {
  for (const step of STEPS.slice(from)) step(database);
}
