/** Copies text, also on plain http where the clipboard interface is missing (a server reached by its LAN address). */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Denied: fall through to the selection below.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  try {
    // The only way to copy outside a secure context; deprecated, but in every browser.
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}
