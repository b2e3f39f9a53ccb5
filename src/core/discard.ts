/** Nobody listens at its other end. */
let nowhere: MessagePort | undefined;

/**
 * Gives the bytes of buffers back at once; views of them are empty from then on. The collector does so when it gets round to
 * it, and by then a collection that is read block by block may have passed through memory whole.
 *
 * Sent to a closed port, since Chromium's own hold on what it read from a blob outlives `ArrayBuffer.transfer`.
 */
export function discard(...buffers: readonly ArrayBufferLike[]): void {
  if (!nowhere) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    nowhere = port1;
  }
  nowhere.postMessage(null, buffers as ArrayBuffer[]);
}
