/** Hands a file to the person, as a download. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[:*?"<>|\\/]+/g, '-');
  link.click();
  // The browser has taken hold of the file once this turn is over; a minute is far more than that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
