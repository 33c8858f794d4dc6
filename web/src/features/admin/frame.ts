// A mail's HTML for the sandboxed frame: its links open in the whole window, and nothing else changes.
// (A <base target> would do, but the server's Content-Security-Policy allows none.)

export function framed(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const link of page.querySelectorAll('a[href]')) link.setAttribute('target', '_top');
  return page.documentElement.outerHTML;
}
