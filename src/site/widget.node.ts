import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Puts the widget's files beside the index, so that one folder is all a page needs.
 *
 * @returns false if the widget is not built; then nothing is copied.
 */
export async function copyWidget(output: string): Promise<boolean> {
  const widget = widgetFolder();
  if (widget) await cp(widget, output, { recursive: true });
  return widget !== undefined;
}

/** `dist/widget` of this package, looked for upwards: the built file lies elsewhere than its source. */
function widgetFolder(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'dist/widget');
    if (existsSync(join(found, 'nearfield.js'))) return found;
  }
  return undefined;
}
