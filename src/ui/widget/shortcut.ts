/**
 * Calls `open` for Ctrl/⌘-K anywhere, and for `/` where no text is being typed.
 *
 * @returns a function that stops listening.
 */
export function onShortcut(open: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey;
    const plain = !event.metaKey && !event.ctrlKey && !event.altKey;
    const asked = (command && event.key.toLowerCase() === 'k') || (plain && event.key === '/' && !isTyping(event));
    if (!asked) return;
    event.preventDefault();
    open();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

/** In the words of `aria-keyshortcuts`. */
export const SHORTCUTS = 'Control+K Meta+K /';

/** The innermost element counts: the event's target is the host of a shadow tree, not the field inside. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName))
  );
}
