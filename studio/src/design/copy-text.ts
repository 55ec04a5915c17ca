/**
 * Puts text on the clipboard. A promise is accepted because Safari forgets the click that allowed it once a
 * request has been awaited: the clipboard item is made at once and filled later. Rejects when not allowed.
 */
export async function copyText(text: string | Promise<string>): Promise<void> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard && typeof text === 'string') return clipboard.writeText(text);
  if (clipboard && typeof ClipboardItem === 'function') {
    const blob = Promise.resolve(text).then((value) => new Blob([value], { type: 'text/plain' }));
    return clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
  }
  copyBySelection(await text);
}

/** `navigator.clipboard` exists on https and localhost only; a self-hosted studio may be reached by plain http. */
function copyBySelection(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('The browser did not allow copying. Select the text and copy it by hand.');
}
