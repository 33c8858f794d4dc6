// Before the first paint: the theme and the language that were chosen on this device.
// A file of its own, because the server's Content-Security-Policy allows no inline script.
(() => {
  let theme = null;
  let locale = null;
  try {
    theme = localStorage.getItem('lyceum.theme');
    locale = localStorage.getItem('lyceum.locale');
  } catch {
    // Storage may be forbidden; the system's choice is the default.
  }
  const dark =
    theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
  if (locale) document.documentElement.lang = locale;
})();
