/**
 * Opt-in, on the pages that results lead to: marks the sentence that a link of the widget names in a URL parameter
 * (`highlight`, or the value of this script's `data-parameter`), for browsers that know no text fragments and for
 * pages that build their text after loading. It draws with the CSS Custom Highlight API and leaves the document as it is.
 */
const PARAMETER = document.querySelector<HTMLScriptElement>('script[src*="nearfield-highlight"]')?.dataset.parameter;
/** A page that builds its text with scripts is looked at again, so long. */
const PATIENCE_MS = 5000;
const BLOCKS = 'main, [role=main], article, body';

const url = new URL(location.href);
const wanted = url.searchParams.get(PARAMETER || 'highlight');
if (wanted && 'highlights' in CSS) {
  url.searchParams.delete(PARAMETER || 'highlight');
  history.replaceState(history.state, '', url);
  whenReady(() => mark(wanted));
}

/** @returns whether the sentence was found. */
function mark(sentence: string): boolean {
  const root = document.querySelector(BLOCKS);
  const range = root && find(root, sentence);
  if (!range) return false;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '::highlight(nearfield) { background-color: var(--nf-mark, #ffe7a3); color: var(--nf-mark-text, #1d1a14); }',
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  CSS.highlights.set('nearfield', new Highlight(range));
  range.startContainer.parentElement?.scrollIntoView({ block: 'center' });
  return true;
}

/** The sentence in the text under `root`, however it is spread over nodes; white space counts as one blank or none. */
function find(root: Element, sentence: string): Range | undefined {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const places: { node: Text; at: number }[] = [];
  let text = '';
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (/^(?:script|style|noscript|template)$/i.test(node.parentElement?.tagName ?? '')) continue;
    for (let at = 0; at < node.data.length; at++) {
      if (node.data[at]!.trim() === '') continue;
      text += node.data[at];
      places.push({ node, at });
    }
  }
  const bare = sentence.replace(/\s+/g, '');
  const start = text.indexOf(bare);
  if (bare === '' || start < 0) return undefined;
  const range = document.createRange();
  const [first, last] = [places[start]!, places[start + bare.length - 1]!];
  range.setStart(first.node, first.at);
  range.setEnd(last.node, last.at + 1);
  return range;
}

function whenReady(attempt: () => boolean): void {
  const start = () => {
    if (attempt()) return;
    const observer = new MutationObserver(() => {
      if (attempt()) observer.disconnect();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => observer.disconnect(), PATIENCE_MS);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
}

export {};
