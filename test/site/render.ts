import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Entry {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Writes a BEIR collection as a folder of HTML pages, as a site generator would.
 *
 * An id `page#anchor` is a section of `page.html` under a heading with that id, its depth told by the ` > ` of the
 * title; an id without `#` is the top of its page. Text is Markdown of the simplest kind.
 *
 * @returns the id of the entry at each `url#anchor` (or `url`).
 */
export function renderCollection(collection: string, folder: string, language: string): Map<string, string> {
  const pages = new Map<string, Entry[]>();
  for (const line of readFileSync(join(collection, 'corpus.jsonl'), 'utf8').trim().split('\n')) {
    const entry = JSON.parse(line) as Entry;
    const page = entry._id.split('#')[0]!;
    pages.set(page, [...(pages.get(page) ?? []), entry]);
  }
  const ids = new Map<string, string>();
  for (const [page, entries] of pages) {
    const url = `${page}.html`;
    const sections = entries.map((entry) => {
      const anchor = entry._id.split('#')[1] ?? '';
      ids.set(anchor === '' ? url : `${url}#${anchor}`, entry._id);
      const path = entry.title.split(' > ');
      const level = anchor === '' ? 1 : Math.min(6, Math.max(2, path.length));
      const id = anchor === '' ? '' : ` id="${escapeHtml(anchor)}"`;
      return `<h${level}${id}>${escapeHtml(path.at(-1)!)}</h${level}>\n${body(entry.text)}`;
    });
    const title = escapeHtml(entries[0]!.title.split(' > ')[0]!);
    const top = entries[0]!._id.includes('#') ? `<h1>${title}</h1>\n` : '';
    const html = `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><title>${title}</title></head>\n<body><nav><a href="/">Home</a></nav>\n<main>\n${top}${sections.join('\n')}\n</main></body></html>\n`;
    const path = join(folder, url);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, html);
  }
  return ids;
}

/** Fences become `<pre>`, runs of `- ` lists, anything else a paragraph. */
function body(markdown: string): string {
  return markdown
    .split(/(^ *```[\s\S]*?^ *```$)/m)
    .map((part) =>
      /^ *```/.test(part)
        ? pre(part)
        : part
            .split(/\n{2,}/)
            .map(paragraph)
            .join('\n'),
    )
    .join('\n');
}

const pre = (fence: string) =>
  `<pre><code>${escapeHtml(fence.trim().split('\n').slice(1, -1).join('\n'))}</code></pre>`;

function paragraph(block: string): string {
  const text = block.trim();
  if (text === '') return '';
  if (/^- /.test(text))
    return `<ul>${text
      .split(/^- /m)
      .slice(1)
      .map((item) => `<li>${escapeHtml(item.trim())}</li>`)
      .join('')}</ul>`;
  return `<p>${escapeHtml(text)}</p>`;
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]!);
