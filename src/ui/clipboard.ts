/** Copies, or where a page may not, marks `instead` for the person to copy. Says whether it was copied. */
export async function copyText(text: string, instead: Node): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(instead);
    return false;
  }
}
