// Runs before the first paint, so that nobody who has chosen the dark sees a white flash.
(function () {
  var chosen;
  try {
    chosen = localStorage.getItem('strata.colors');
  } catch (_) {
    chosen = null;
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  document.documentElement.style.backgroundColor = dark ? '#242424' : '#fff';
})();
